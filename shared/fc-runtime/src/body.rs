//! Reading the body of a request, never more of it than allowed.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Body;

/// How much of a body that is too large is read and thrown away, so that the caller is through with sending and gets
/// the answer. The platform itself sends no more.
const DISCARDED_BYTES_MAX: usize = 32 * 1024 * 1024;
/// The most that is reserved on the word of a `content-length`.
const RESERVED_BYTES_MAX: u64 = 256 * 1024;

/// A body that was read to its end, or given up.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Whole(Bytes),
    TooLarge,
}

pub(crate) async fn read<B>(body: B, bytes_max: usize) -> Result<Content, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut body = body;
    let reserved = body.size_hint().lower().min(RESERVED_BYTES_MAX);
    let mut kept = BytesMut::with_capacity(usize::try_from(reserved).unwrap_or_default());
    let mut discarded = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else {
            continue; // trailers say nothing about an event
        };
        if discarded == 0 && data.len() <= bytes_max.saturating_sub(kept.len()) {
            kept.extend_from_slice(&data);
            continue;
        }
        discarded = discarded.saturating_add(kept.len()).saturating_add(data.len());
        kept = BytesMut::new();
        if discarded > bytes_max.saturating_add(DISCARDED_BYTES_MAX) {
            break;
        }
    }
    if discarded == 0 {
        Ok(Content::Whole(kept.freeze()))
    } else {
        Ok(Content::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    #[tokio::test]
    async fn a_body_is_whole_up_to_the_limit_and_not_one_byte_more() {
        let body = || Full::new(Bytes::from_static(b"12345"));
        assert_eq!(read(body(), 5).await, Ok(Content::Whole(Bytes::from_static(b"12345"))));
        assert_eq!(read(body(), 4).await, Ok(Content::TooLarge));
        assert_eq!(read(Full::default(), 0).await, Ok(Content::Whole(Bytes::new())));
    }
}
