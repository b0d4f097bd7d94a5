//! What is put into the cloud, taken out of it and looked at from outside: by tests, by stories, by the world around it. Not
//! here: what its API does (see `dispatch`).

use bytes::Bytes;
use goldcast_domain::{AccountId, ImageId, RegionId};
use jiff::{SignedDuration, Timestamp};

use super::Cloud;
use super::audit::{Execution, ExecutionStatus};
use super::directory::Membership;
use super::ecs::{Image, Snapshot};
use super::eventbridge::RulePlace;
use super::functions::{self, Built, StackResource};
use super::keys::KmsKey;
use super::organisation::AccessKey;
use super::parameters::SecretParameter;
use super::policies::{Attached, Holder, HolderKind};
use super::roles::{Role, Trust};
use super::storage::{Bucket, StoredObject};

impl Cloud {
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

    /// Has a function show a state, such as `Failed`, and why. Whether it answers is the world's. Gives `false` if there is
    /// none.
    pub fn set_function_state(
        &mut self,
        (account, region, name): (&AccountId, &RegionId, &str),
        state: &str,
        reason: &str,
    ) -> bool {
        let place = (account.clone(), region.clone(), name.to_owned());
        let Some(kept) = self.functions.0.get_mut(&place) else {
            return false;
        };
        kept.set("state", state);
        kept.set("stateReason", reason);
        true
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
}
