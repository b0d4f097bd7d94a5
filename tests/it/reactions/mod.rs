//! How goldcast reacts to whatever the cloud may answer: every documented error of every operation it calls, broken
//! connections, storms of throttling, reads that lag, pages that are short or lie, and all of it at once.
//!
//! A life is lived while something goes wrong, and goes on when that is over. The end has to be the same as if nothing had
//! been, and on the way no image may exist twice and nobody may have what is not theirs.

mod codes;
mod life;
mod picture;
mod weather;
