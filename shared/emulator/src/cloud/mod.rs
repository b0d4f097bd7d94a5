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
use goldcast_domain::{AccountId, ImageId, RegionId};
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
pub use policies::{Attached, Decision, MalformedPolicy, PolicyDocument, PolicyQuestion};
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
use self::eventbridge::{EventBridge, RulePlace};
use self::flow::Flow;
use self::functions::{Built, Functions};
use self::gateway::{Ask, Gateway, Keys};
pub(crate) use self::gateway::{Incoming, check_ahead};
use self::ids::Ids;
use self::keys::Kms;
use self::parameters::Parameters;
use self::policies::{Holder, HolderKind, Policies};
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

    /// Gives an account one more access key, or replaces the one with the same id. Accounts that the directory creates
    /// have none at first.
    pub fn add_key(&mut self, key: &AccessKey) {
        self.gateway.keys.add(key);
    }

    /// Gives an account one more role, or replaces the one of the same name, trust document, policies and all.
    pub fn put_role(&mut self, now: Timestamp, role: &Role) {
        self.roles.put(role, now);
        let holder = Holder {
            account: &role.account,
            kind: HolderKind::Role,
            name: &role.name,
        };
        self.policies.give(holder, &role.policies, now);
    }

    /// Gives a RAM user exactly these policies. A user that was never given any is an administrator, as the people of the
    /// organisation are.
    pub fn put_user(&mut self, now: Timestamp, account: &AccountId, user: &str, policies: &[Attached]) {
        let holder = Holder {
            account,
            kind: HolderKind::User,
            name: user,
        };
        self.policies.give(holder, policies, now);
    }

    /// The trust document of a role, byte for byte as it was last written.
    pub fn trust_document(&self, account: &AccountId, role: &str) -> Option<&str> {
        self.roles.get(account, role).map(|kept| kept.document.as_str())
    }

    /// Gives an account one more key of KMS, or replaces the one with the same id: disables it, for example.
    pub fn put_kms_key(&mut self, key: KmsKey) {
        self.kms.put(key);
    }

    /// An account's key in a region by id, ARN or alias; `alias/acs/ecs` is the service key of ECS.
    pub fn kms_key(&self, region: &RegionId, account: &AccountId, name: &str) -> Option<KmsKey> {
        self.kms.find(region, account, name)
    }

    /// Has Function Compute and EventBridge show what a stack made in a region of an account: functions, their triggers and
    /// settings, rules. Resources of other types are left to others; what there was before and has the same name is
    /// replaced. Running the functions is the world's.
    pub fn deploy(&mut self, now: Timestamp, account: &AccountId, region: &RegionId, resources: &[StackResource]) {
        let mut built = Built {
            account,
            region,
            now,
            functions: &mut self.functions,
            eventbridge: &mut self.eventbridge,
        };
        functions::build(resources, &mut built);
    }

    /// Takes a function away with everything that hangs on it, as somebody at the console would. Gives `false` if there is
    /// none.
    pub fn remove_function(&mut self, account: &AccountId, region: &RegionId, name: &str) -> bool {
        let place = (account.clone(), region.clone(), name.to_owned());
        self.functions.0.remove(&place).is_some()
    }

    /// Takes a trigger off a function, and leaves what it made elsewhere. Gives `false` if there is none.
    pub fn remove_trigger(&mut self, account: &AccountId, region: &RegionId, function: &str, trigger: &str) -> bool {
        let place = (account.clone(), region.clone(), function.to_owned());
        let kept = self.functions.0.get_mut(&place);
        kept.is_some_and(|kept| kept.triggers.remove(trigger).is_some())
    }

    /// Takes a rule off a bus. Gives `false` if there is none.
    pub fn remove_rule(&mut self, account: &AccountId, region: &RegionId, bus: &str, name: &str) -> bool {
        self.eventbridge.remove_rule(&RulePlace {
            account: account.clone(),
            region: region.clone(),
            bus: bus.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Makes an account one that never opened EventBridge: whatever it asks there is refused.
    pub fn close_eventbridge(&mut self, account: &AccountId) {
        self.eventbridge.close(account);
    }

    /// Adds a custom event bus.
    pub fn put_event_bus(&mut self, account: &AccountId, region: &RegionId, name: &str) {
        self.eventbridge.put_bus(account, region, name);
    }

    /// Takes a custom event bus away with its rules.
    pub fn remove_event_bus(&mut self, account: &AccountId, region: &RegionId, name: &str) {
        self.eventbridge.remove_bus(account, region, name);
    }

    /// Gives an account a service-linked role: EventBridge knows its own, and RAM lists all of them.
    pub fn put_service_linked_role(&mut self, now: Timestamp, account: &AccountId, name: &str) {
        self.eventbridge.put_role(account, name);
        let role = Role {
            account: account.clone(),
            name: name.to_owned(),
            trust: Trust::Service("eventbridge.aliyuncs.com".to_owned()),
            max_session: SignedDuration::from_hours(1),
            policies: Vec::new(),
        };
        self.roles.put(&role, now);
    }

    /// Takes a service-linked role from an account.
    pub fn remove_service_linked_role(&mut self, account: &AccountId, name: &str) {
        self.eventbridge.remove_role(account, name);
        self.roles.remove(account, name);
    }

    /// Takes a role from an account, as somebody at the console would. Gives `false` if there is none.
    pub fn remove_role(&mut self, account: &AccountId, name: &str) -> bool {
        self.roles.remove(account, name)
    }

    /// Adds an empty bucket, or empties the one of the same name.
    pub fn put_bucket(&mut self, bucket: Bucket) {
        self.storage.put_bucket(bucket);
    }

    /// The objects of a bucket by key, in order.
    pub fn objects(&self, bucket: &str) -> impl Iterator<Item = (&str, &StoredObject)> {
        self.storage.objects(bucket)
    }

    /// Writes an object of JSON from outside: what a person leaves there. Gives `false` if there is no such bucket.
    pub fn write_object(&mut self, now: Timestamp, bucket: &str, key: &str, body: impl Into<Bytes>) -> bool {
        self.storage.write(bucket, key, body.into(), now)
    }

    /// Gives an account one more encrypted parameter, or replaces the one of the same place and name.
    pub fn put_secret_parameter(&mut self, now: Timestamp, parameter: SecretParameter) {
        self.parameters.put(parameter, now);
    }

    /// A fault: the image that is being built or copied ends as `CreateFailed`. Gives `false` if it is not being made.
    pub fn fail_making(&mut self, now: Timestamp, region: &RegionId, image: &ImageId) -> bool {
        self.settle(now);
        self.ecs.fail_making(region, image, now, &self.setup)
    }

    /// Has an account's new disks in a region encrypted by default, as `EnableDiskEncryptionByDefault` does: a plain copy
    /// into it is refused.
    pub fn encrypt_disks_by_default(&mut self, account: &AccountId, region: &RegionId) {
        self.ecs.encrypt_by_default(account, region);
    }

    /// Changes an image from outside, as nothing that is simulated does: instances that run on it, what a security check
    /// found, a marketplace product, publishing. What is being made goes on, snapshots stay as they are, and so does its
    /// place. Gives `false` if there is no such image.
    pub fn edit_image(&mut self, region: &RegionId, image: &ImageId, edit: impl FnOnce(&mut Image)) -> bool {
        self.ecs.edit(region, image, edit)
    }

    /// Compares everything that is kept to answer listings of a region quickly with what would be made afresh at `now`,
    /// and says what differs. It never does; for tests.
    pub fn check_kept(&self, region: &RegionId, now: Timestamp) -> Result<(), String> {
        self.ecs.check_kept(region, now)
    }

    /// A run of an OOS template changed its state: a build pipeline that is not simulated itself.
    pub fn note_execution(&mut self, now: Timestamp, run: &Execution, status: ExecutionStatus) {
        self.bus.execution(run, status, now, &self.setup, &self.ids);
    }

    /// All images that an account owns in a region.
    pub fn images<'a>(&'a self, account: &'a AccountId, region: &RegionId) -> impl Iterator<Item = &'a Image> {
        self.ecs
            .images(region)
            .filter(move |image| image.owner.as_ref() == Some(account))
    }

    /// One image, whoever owns it.
    pub fn image(&self, region: &RegionId, image: &ImageId) -> Option<&Image> {
        self.ecs.image(region, image)
    }

    /// All snapshots of a region.
    pub fn snapshots(&self, region: &RegionId) -> impl Iterator<Item = &Snapshot> {
        self.ecs.snapshots(region)
    }

    /// The image that a family resolves to for an account in a region.
    pub fn resolve_family(&self, region: &RegionId, account: &AccountId, family: &str) -> Option<&Image> {
        let given = |image: &Image| self.is_given(region, image, account);
        self.ecs.resolve_family(region, account, family, given)
    }

    /// The members of the directory, in order of account id.
    pub fn members(&self) -> impl Iterator<Item = &Membership> {
        self.directory.members()
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
