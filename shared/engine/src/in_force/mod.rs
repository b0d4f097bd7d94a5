//! Which policy is in force: the packaged one, or the one that is kept in object storage.
//!
//! Whoever runs reads what is offered there first; while it is what it was, that is an answer without a body. What is no policy,
//! is another deployment's or does not rise in its serial is refused, and what was in force stays in force. That outlives the
//! process: the sweep keeps the last one that it took in an object beside it, and everybody goes by that one while the offered
//! one is refused. Right before anything is taken away it is looked at once more ([`InForce::moved`]).
//!
//! **Where nothing can be read.** A process that knows what is in force goes on with it: it was in force a moment ago, and
//! nothing is taken away without another look. One that has only its package fails and is called again: the packaged policy may
//! be years old, and sharing or revoking by it would undo everything that was pushed since. Only an answer that nothing was ever
//! accepted makes the packaged one the policy in force.
//!
//! Not here: what makes one edition follow another; that is [`Edition::check_after`].

mod place;

use std::num::NonZeroU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use goldcast_cloud::{CallError, Client, Deadline, Object, Reread, Transport};
use goldcast_domain::PolicyFile;
use goldcast_domain::policy::Edition;
use goldcast_planner::PolicyRefused;
use tracing::{info, warn};

use crate::report::Failure;

pub use place::{NoPolicyObject, PolicyObject};

/// Longest time for reading or writing one object: it has a few kilobytes.
const OBJECT_TIME: Duration = Duration::from_secs(10);
/// Longest text about an object that is no policy, in characters: it may repeat what stands there.
const WHY_CHARS_MAX: usize = 300;

/// The policy in force, and what is known of the one that is offered.
#[derive(Debug, Clone)]
pub struct InForce {
    edition: Arc<Edition>,
    /// Where the next one is offered, and what stood there last; nothing for a policy that only comes with the package.
    offer: Option<(Arc<PolicyObject>, Offer)>,
    refused: Option<PolicyRefused>,
}

/// What stood in the object when it was judged last.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Offer {
    /// It could not be read yet.
    Unread,
    /// There was no such object.
    Missing,
    /// What has this `ETag`.
    Judged(String),
}

/// Finds out which policy is in force, and remembers it between the runs of a process.
#[derive(Debug)]
pub struct PolicySource {
    packaged: Arc<Edition>,
    object: Option<Arc<PolicyObject>>,
    /// Whether this process keeps what it takes.
    keeps: bool,
    known: Mutex<Option<InForce>>,
    /// What was taken and is not kept yet.
    unkept: Mutex<Option<Bytes>>,
}

/// Why nobody knows which policy is in force.
#[derive(Debug, thiserror::Error)]
pub enum PolicyUnread {
    /// The cloud did not answer, or refused.
    #[error("which policy is in force could not be read: {0}")]
    Call(#[from] CallError),
    /// One was accepted, and this version cannot read it; and there is no other.
    #[error("{object} is no policy for this version, and was one when it was accepted: {why}")]
    Accepted {
        /// The object.
        object: String,
        /// What is wrong with it.
        why: String,
    },
}

impl PolicyUnread {
    /// Whether the keys have expired.
    pub fn is_token_expired(&self) -> bool {
        matches!(self, Self::Call(error) if error.is_token_expired())
    }
}

impl InForce {
    /// The packaged policy.
    pub fn packaged(edition: Arc<Edition>) -> Self {
        Self {
            edition,
            offer: None,
            refused: None,
        }
    }

    /// The policy.
    pub fn policy(&self) -> &Arc<PolicyFile> {
        &self.edition.policy
    }

    /// What was refused in its favour.
    pub fn refused(&self) -> Option<&PolicyRefused> {
        self.refused.as_ref()
    }

    /// Whether nothing has changed since.
    pub fn is_same_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.edition, &other.edition) && self.offer == other.offer && self.refused == other.refused
    }

    /// Looks again at what is offered: why it is not sure any more that this policy is in force, if it is not.
    ///
    /// Whatever changed there counts, even if it will be refused: judging it is the next run's.
    pub(crate) async fn moved<T: Transport>(&self, client: &Client<T>, deadline: Deadline) -> Option<String> {
        let (object, offer) = self.offer.as_ref()?;
        let held = offer.etag();
        match client
            .get_object_unless(&object.offered, held, deadline.capped(OBJECT_TIME))
            .await
        {
            Ok(Reread::Same) => None,
            Ok(Reread::Missing) if *offer == Offer::Missing => None,
            Ok(Reread::Changed(now)) if *offer != Offer::Unread && now.etag == held => None,
            Ok(Reread::Changed(_) | Reread::Missing) => Some("the policy has changed during the run".to_owned()),
            Err(error) => Some(format!("the policy could not be read again: {error}")),
        }
    }

    fn serial(&self) -> Option<NonZeroU64> {
        self.edition.policy.serial
    }
}

impl Offer {
    /// What is not to be read again; nothing where everything is news.
    fn etag(&self) -> &str {
        match self {
            Self::Judged(etag) => etag,
            Self::Unread | Self::Missing => "",
        }
    }
}

impl PolicySource {
    /// The packaged policy, and the object in which a newer one may be, if there is such an object.
    pub fn new(packaged: Edition, object: Option<PolicyObject>) -> Self {
        Self {
            packaged: Arc::new(packaged),
            object: object.map(Arc::new),
            keeps: false,
            known: Mutex::default(),
            unkept: Mutex::default(),
        }
    }

    /// One that keeps what it takes: the sweep's.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self { keeps: true, ..self }
    }

    /// Reads which policy is in force: one call as long as nothing changes, and one more in a process that knows nothing yet or
    /// refuses what it finds.
    ///
    /// # Errors
    /// When this process never knew it and cannot find out now; the run has to be made again.
    pub async fn read<T: Transport>(&self, client: &Client<T>, deadline: Deadline) -> Result<InForce, PolicyUnread> {
        let Some(object) = &self.object else {
            return Ok(InForce::packaged(Arc::clone(&self.packaged)));
        };
        let deadline = deadline.capped(OBJECT_TIME);
        let known = self.known().clone();
        let in_force = match known {
            Some(known) => self.follow(client, object, known, deadline).await,
            None => self.begin(client, object, deadline).await?,
        };
        *self.known() = Some(in_force.clone());
        Ok(in_force)
    }

    /// Keeps what was taken beside the object that it came from, in a process that keeps. What cannot be kept is in force all the
    /// same, and is kept by a later run.
    pub async fn keep<T: Transport>(&self, client: &Client<T>, deadline: Deadline) -> Option<Failure> {
        let (object, body) = (self.object.as_ref()?, self.unkept().clone()?);
        match client
            .put_object(&object.accepted, body, deadline.capped(OBJECT_TIME))
            .await
        {
            Ok(_) => {
                self.unkept().take();
                None
            }
            Err(error) => {
                let what = format!("keeping the policy in force in oss://{}", object.accepted);
                warn!(reason = %error, "{what}: it did not work");
                Some(Failure::of_call(&error, what))
            }
        }
    }

    /// The first look of a process: at what was accepted, then at what is offered.
    async fn begin<T: Transport>(
        &self,
        client: &Client<T>,
        object: &Arc<PolicyObject>,
        deadline: Deadline,
    ) -> Result<InForce, PolicyUnread> {
        let kept = client.get_object(&object.accepted, deadline).await?;
        let was_kept = kept.is_some();
        let kept = kept.map(|kept| Edition::parse(&kept.body)).transpose();
        let mut in_force = InForce {
            offer: Some((Arc::clone(object), Offer::Unread)),
            ..InForce::packaged(Arc::clone(&self.packaged))
        };
        let unusable = match kept {
            Ok(kept) => {
                if let Some(kept) = kept.filter(|kept| kept.check_after(&self.packaged).is_ok()) {
                    in_force.edition = Arc::new(kept);
                }
                None
            }
            Err(error) => Some(error),
        };
        match client.get_object_unless(&object.offered, "", deadline).await {
            Ok(reread) => self.judge(object, &mut in_force, reread, !was_kept),
            Err(error) if was_kept && unusable.is_none() => {
                warn!(reason = %error, "the policy cannot be read; the last one that was accepted stays in force");
            }
            Err(error) => return Err(error.into()),
        }
        match unusable {
            Some(error) if Arc::ptr_eq(&in_force.edition, &self.packaged) => Err(PolicyUnread::Accepted {
                object: format!("oss://{}", object.accepted),
                why: shown(&error),
            }),
            Some(_) | None => Ok(in_force),
        }
    }

    /// Any later look: at what is offered, if it has changed.
    async fn follow<T: Transport>(
        &self,
        client: &Client<T>,
        object: &Arc<PolicyObject>,
        mut known: InForce,
        deadline: Deadline,
    ) -> InForce {
        let held = known.offer.as_ref().map_or("", |(_, offer)| offer.etag());
        match client.get_object_unless(&object.offered, held, deadline).await {
            Ok(reread) => self.judge(object, &mut known, reread, false),
            Err(error) => {
                warn!(reason = %error, "the policy cannot be read; the one that was in force stays in force");
                return known;
            }
        }
        // What others took meanwhile is in force for everybody, and what nobody kept for nobody.
        if known.refused.is_some() && self.unkept().is_none() {
            let kept = client.get_object(&object.accepted, deadline).await.ok().flatten();
            let kept = kept.and_then(|kept| Edition::parse(&kept.body).ok());
            let kept = kept.filter(|kept| kept.check_after(&self.packaged).is_ok());
            if let Some(kept) = kept.filter(|kept| !kept.is_same_as(&known.edition)) {
                known.edition = Arc::new(kept);
            }
        }
        known
    }

    /// Takes what is offered, or refuses it.
    fn judge(&self, object: &Arc<PolicyObject>, in_force: &mut InForce, reread: Reread, is_unkept: bool) {
        let (offer, verdict) = match reread {
            Reread::Same => return,
            Reread::Missing => (Offer::Missing, Err("there is no such object".to_owned())),
            Reread::Changed(Object { body, etag }) => {
                let verdict = Edition::parse(&body)
                    .map_err(|error| format!("it is no policy: {}", shown(&error)))
                    .and_then(|offered| match offered.check_after(&in_force.edition) {
                        Ok(()) => Ok((offered, body)),
                        Err(unfit) => Err(unfit.to_string()),
                    });
                (Offer::Judged(etag), verdict)
            }
        };
        in_force.offer = Some((Arc::clone(object), offer));
        match verdict {
            Ok((offered, body)) => {
                in_force.refused = None;
                let is_news = !offered.is_same_as(&in_force.edition);
                if is_news {
                    info!(
                        serial = offered.policy.serial,
                        before = in_force.serial(),
                        "a new policy is in force"
                    );
                    in_force.edition = Arc::new(offered);
                }
                if self.keeps && (is_news || is_unkept) {
                    *self.unkept() = Some(body);
                }
            }
            Err(why) => {
                warn!(%object, reason = why, serial = in_force.serial(), "the policy is refused; what was in force stays in force");
                let object = object.to_string();
                in_force.refused = Some(PolicyRefused { object, why });
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<InForce>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unkept(&self) -> MutexGuard<'_, Option<Bytes>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wrong with an object, never all that stands in it.
fn shown(error: &serde_json::Error) -> String {
    error.to_string().chars().take(WHY_CHARS_MAX).collect()
}
