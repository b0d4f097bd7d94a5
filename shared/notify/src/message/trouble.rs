//! What messages say about trouble: what a person must solve, and what is not as it should be.

/// Something only a person can or may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NeedsYou {
    /// What it is about, in a few words.
    pub subject: String,
    /// Why goldcast stops here.
    pub reason: String,
    /// What to do, ideally a command.
    pub fix: String,
    /// Policy concerned.
    pub policy: String,
    /// Release concerned, if it is about one.
    pub release: Option<String>,
    /// Image id concerned, if it is about one.
    pub image: Option<String>,
    /// Region id concerned, if it is about one.
    pub region: Option<String>,
    /// Account id concerned, if it is about one.
    pub account: Option<String>,
}

/// Something that is not as it should be, although nothing stops because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// What is not as it should be.
    pub what: String,
    /// What to do, where a person may want to.
    pub fix: String,
    /// Whether goldcast puts it right itself; if not, it leaves everything as it is.
    pub is_repaired: bool,
    /// Policy concerned.
    pub policy: String,
    /// Release concerned, if it is about one.
    pub release: Option<String>,
    /// Image id concerned, if it is about one.
    pub image: Option<String>,
    /// Region id concerned, if it is about one.
    pub region: Option<String>,
}
