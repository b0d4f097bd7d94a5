//! The state machine: signed requests and the moment they arrive go in; answers and bus events come out.
//!
//! **Invariant:** no clock, no socket and no randomness but the seed's. The same seed and the same calls at the same
//! moments give the same bytes; ids follow from what they name, so calls to several regions may arrive in any order.
//! Not here: listening, delivering events, and running functions; those are the world's.

mod accounts;
mod answer;
mod audit;
mod authorise;
mod body;
mod by_hand;
mod calls;
mod context;
mod directory;
mod dispatch;
mod ecs;
mod eventbridge;
mod faults;
mod flow;
mod functions;
mod gateway;
mod ids;
mod keys;
mod organisation;
mod paging;
mod parameters;
mod params;
mod policies;
mod quotas;
mod refusal;
mod roles;
mod setup;
mod sharing;
mod stacks;
mod storage;
mod sts;
mod switches;
mod time;
mod xml;

use bytes::Bytes;
use goldcast_domain::RegionId;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

pub use audit::{BusEvent, Execution, ExecutionStatus};
pub use calls::{Call, CallerName};
pub use directory::{Membership, Standing};
pub use ecs::{Detection, DetectionItem, Disk, Image, ImageStatus, Snapshot};
pub use faults::{Fault, FaultRule, Faults, Transit};
pub use flow::{FlowClock, Periods, Rate};
pub use functions::StackResource;
pub use gateway::TemporaryKey;
pub use keys::{KeyState, KmsKey};
pub use organisation::{AccessKey, DiskKey, Folder, Instance, MemberAccount, MemberKind, Organisation, SystemImage};
pub use parameters::SecretParameter;
pub use policies::{Attached, Decision, MalformedPolicy, PolicyDocument, PolicyQuestion, wildcards_fit};
pub use quotas::Quota;
pub use roles::{Role, Trust};
pub use setup::{CopySpeed, Setup, SharingSpans, Span};
pub(crate) use sharing::is_served as has_resource_sharing;
pub use sharing::{Association, AssociationStatus, Entity, FailureReason, ResourceShare, ShareStatus, SharingTarget};
pub use storage::{Bucket, StoredObject};
pub use sts::AssumeError;
pub use switches::{CopySlots, Switches};

use self::accounts::Accounts;
pub(crate) use self::answer::completed;
use self::audit::Bus;
use self::directory::{Directory, TrustedServices};
use self::ecs::Ecs;
use self::eventbridge::EventBridge;
use self::flow::Flow;
use self::functions::Functions;
use self::gateway::{Ask, Gateway, Keys};
pub(crate) use self::gateway::{Incoming, check_ahead};
use self::ids::Ids;
use self::keys::Kms;
use self::parameters::Parameters;
use self::policies::Policies;
use self::quotas::Quotas;
use self::roles::{Principal, Roles, trusts};
use self::sharing::{Changed, Sharing};
use self::stacks::{Stacks, Surroundings};
use self::storage::Storage;

/// Function Compute, as trust documents name it (<https://github.com/aliyun/ros-templates>).
const FUNCTION_COMPUTE: &str = "fc.aliyuncs.com";
/// How long the credentials of a function are good, whatever the role says
/// (<https://help.aliyun.com/zh/functioncompute/fc/grant-function-compute-permissions-to-access-other-alibaba-cloud-services>).
const FUNCTION_SESSION: SignedDuration = SignedDuration::from_hours(36);

/// Both clocks at the moment of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Simulated time: what happens in the cloud goes by it.
    pub now: Timestamp,
    /// The callers' own clock: signature dates and the ends of sessions go by it.
    pub wall: Timestamp,
}

impl Moment {
    /// A moment at which both clocks agree.
    pub fn at(now: Timestamp) -> Self {
        Self { now, wall: now }
    }
}

/// Where a request arrived.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// A region's endpoint: ECS, EventBridge, Function Compute, KMS, STS, object storage, the parameter store and, where there
    /// is one, Resource Sharing.
    Region(RegionId),
    /// The central endpoint: resource directory, RAM, STS and Quota Center.
    Global,
}

/// The simulated cloud.
#[derive(Debug)]
pub struct Cloud {
    setup: Setup,
    home: RegionId,
    ids: Ids,
    accounts: Accounts,
    kms: Kms,
    roles: Roles,
    quotas: Quotas,
    policies: Policies,
    trusted: TrustedServices,
    gateway: Gateway,
    flow: Flow,
    ecs: Ecs,
    eventbridge: EventBridge,
    functions: Functions,
    directory: Directory,
    sharing: Sharing,
    stacks: Stacks,
    storage: Storage,
    parameters: Parameters,
    bus: Bus,
    faults: Faults,
    calls: Vec<Call>,
    calls_dropped: usize,
}

impl Cloud {
    /// A cloud in which this organisation lives.
    pub fn new(setup: Setup, organisation: &Organisation) -> Self {
        let mut accounts = Accounts::default();
        accounts.add(organisation.management.clone(), "management".to_owned());
        accounts.add(organisation.owner.clone(), "owner".to_owned());
        for member in &organisation.members {
            accounts.add(member.account.clone(), member.name.clone());
        }
        for outsider in &organisation.outsiders {
            accounts.add(outsider.clone(), format!("outsider-{outsider}"));
        }
        Self {
            ids: Ids::new(setup.seed),
            kms: Kms::new(setup.seed, organisation),
            roles: Roles::new(organisation),
            quotas: Quotas::default(),
            policies: Policies::new(organisation),
            trusted: TrustedServices::new(organisation),
            setup,
            home: organisation.home.clone(),
            accounts,
            gateway: Gateway::new(Keys::new(organisation)),
            flow: Flow::default(),
            ecs: Ecs::new(organisation),
            eventbridge: EventBridge::default(),
            functions: Functions::default(),
            directory: Directory::new(organisation),
            sharing: Sharing::new(),
            stacks: Stacks::default(),
            storage: Storage::new(organisation),
            parameters: Parameters::new(organisation),
            bus: Bus::default(),
            faults: Faults::default(),
            calls: Vec::new(),
            calls_dropped: 0,
        }
    }

    /// Answers one request. What is due by `moment.now` has happened before it is looked at.
    pub fn handle(&mut self, moment: Moment, endpoint: &Endpoint, request: &Request<Bytes>) -> Response<Bytes> {
        let incoming = Incoming::read(request);
        completed(self.handle_read(moment, endpoint, request, incoming))
    }

    /// The secret of a key, for whoever checks a signature before its turn has come.
    pub(crate) fn secret(&self, key_id: &str) -> Option<SecretString> {
        self.gateway.keys.secret(key_id)
    }

    /// [`Cloud::handle`] for a request that was read before. The answer is still to be completed.
    pub(crate) fn handle_read(
        &mut self,
        moment: Moment,
        endpoint: &Endpoint,
        request: &Request<Bytes>,
        incoming: Incoming,
    ) -> Response<Bytes> {
        self.settle(moment.now);
        let response = self.answer(moment, endpoint, request, incoming);
        self.tell_news();
        response
    }

    /// When something next happens by itself: an image changes, an account goes, an event is published.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        let changes = [
            self.ecs.next_change(),
            self.directory.next_change(),
            self.sharing.next_change(),
            self.stacks.next_change(),
            self.bus.next_due(),
        ];
        changes.into_iter().flatten().min()
    }

    /// Lets everything happen that is due by `now`, and gives the events that are published by then, in order.
    pub fn advance(&mut self, now: Timestamp) -> Vec<BusEvent> {
        self.settle(now);
        let events = self.bus.publish(now);
        self.eventbridge.traces.note(now, &events);
        events
    }

    /// Every call so far, in order of arrival; the older half of [`Call::KEPT`] is dropped when the log is full.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// How many calls there were, those that the log has dropped included.
    pub fn calls_counted(&self) -> usize {
        self.calls_dropped + self.calls.len()
    }

    /// The calls after the first so many, as far as the log still holds them: for whoever looks again and again.
    pub fn calls_since(&self, counted: usize) -> &[Call] {
        let from = counted.saturating_sub(self.calls_dropped);
        self.calls.get(from..).unwrap_or_default()
    }

    /// Credentials of a role for the function host: what AssumeRole gives to Function Compute, which the role has to
    /// trust, for 36 hours.
    pub fn assume(&mut self, moment: Moment, role: &str, session: &str) -> Result<TemporaryKey, AssumeError> {
        let arn = || role.to_owned();
        let kept = self.roles.by_arn(role);
        let kept = kept.ok_or_else(|| AssumeError::NoSuchRole { arn: arn() })?;
        if !trusts(&kept.document, Principal::Service(FUNCTION_COMPUTE)) {
            return Err(AssumeError::NotTrusted { arn: arn() });
        }
        let role = kept.role.clone();
        let ask = Ask {
            session,
            duration: FUNCTION_SESSION,
            policy: None,
        };
        let (_, key) = self.gateway.keys.issue(&mut self.ids, moment, &role, ask);
        Ok(key)
    }

    /// Notes the events of what happened in ECS by the way.
    fn tell_news(&mut self) {
        for news in self.ecs.take_news() {
            self.bus.news(&news, &self.setup, &self.ids);
        }
    }

    /// Notes the events of an association that got through, failed or ended: one per account reached and image, on the
    /// bus of that account.
    fn tell_of_association(&mut self, changed: &Changed) {
        if !self.setup.switches.association_events {
            return;
        }
        let directory = &self.directory;
        let reached = directory.accounts().filter(|account| {
            **account != changed.owner && changed.targets.iter().any(|target| target.reaches(account, directory))
        });
        for account in reached {
            for image in &changed.images {
                self.bus.association(changed, account, image, &self.setup, &self.ids);
            }
        }
    }

    /// Carries out every change that is due, in order of time.
    fn settle(&mut self, now: Timestamp) {
        while let Some(finished) = self.ecs.settle_one(now, &self.setup, &self.ids) {
            for made in finished {
                self.bus.snapshots_made(&made, &self.setup, &self.ids);
            }
        }
        self.tell_news();
        self.kms.settle(now);
        for changed in self.sharing.settle(now, &self.setup, &self.ids) {
            self.tell_of_association(&changed);
        }
        let mut around = Surroundings {
            eventbridge: &mut self.eventbridge,
            functions: &mut self.functions,
            policies: &mut self.policies,
            roles: &mut self.roles,
            storage: &self.storage,
        };
        self.stacks.settle(now, &mut around);
        for account in self.directory.settle(now) {
            self.accounts.remove(&account);
            self.gateway.keys.forget(&account);
            self.kms.forget(&account);
            self.eventbridge.forget(&account);
            self.functions.forget(&account);
            self.stacks.forget(&account);
            self.storage.forget(&account);
            self.parameters.forget(&account);
            self.roles.forget(&account);
            self.quotas.forget(&account);
            self.policies.forget(&account);
        }
    }
}
