//! A company that deployed the templates as they are, and what somebody there breaks.

use goldcast_domain::{ImageId, RegionId};
use goldcast_emulator::cloud::{Attached, Cloud, KmsKey, Moment, PolicyDocument, Role, StackResource, Trust};
use goldcast_emulator::world::Stacks;
use goldcast_functions::{REGION_EVENTS, TEMPLATE};
use goldcast_template::{Place, Stack, Template, Values, values_of};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::scene::{Conditions, Said, Scene};

/// What the example policy looks for in the environment of the sweep.
const VARIABLES: [&str; 7] = [
    "DINGTALK_URL",
    "DINGTALK_SECRET",
    "INVENTORY_URL",
    "INVENTORY_SECRET",
    "SLACK_URL",
    "FEISHU_URL",
    "FEISHU_SECRET",
];
/// Where the sweep notes that it went through.
pub(super) const LAST_SWEEP: &str = "goldcast/told/last-sweep";
pub(super) const SWEEP: &str = "goldcast-sweep";
/// A key that encrypted images may be made with.
pub(super) const KEY: &str = "key-golden";
/// A member that everything is shared with.
pub(super) const CANARY: &str = "2000000000000012";
const BUCKET: &str = "corp-goldcast";

/// A golden image, before anything was deployed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Golden {
    None,
    Built,
    /// Everywhere, and members may launch it.
    Released,
}

/// A company that deployed the templates as they are.
pub(super) struct Company {
    pub(super) scene: Scene,
    pub(super) stacks: Stacks,
    /// The golden image at home, if there is one.
    image: Option<ImageId>,
}

impl Company {
    pub(super) async fn healthy() -> Self {
        Self::under(Conditions::STANDARD, Golden::None).await
    }

    pub(super) async fn under(conditions: Conditions, golden: Golden) -> Self {
        let mut scene = Scene::open_as(conditions).await;
        let image = match golden {
            Golden::None => None,
            Golden::Built => Some(scene.build("corp-linux-1").await),
            Golden::Released => Some(scene.release("corp-linux-1").await),
        };
        let stacks = stacks(&scene);
        scene.world.deploy(&stacks).await.unwrap();
        let company = Self { scene, stacks, image };
        company.swept(SignedDuration::from_mins(3));
        company
    }

    pub(super) async fn doctor(&self) -> Said {
        self.asked("").await
    }

    /// What doctor says if it is asked more.
    pub(super) async fn asked(&self, arguments: &str) -> Said {
        let command = format!("doctor --json {arguments}");
        self.scene.goldcast(command.trim_end()).await
    }

    /// Gives a member the canary role, by which it may do these.
    pub(super) fn canary(&self, actions: &[&str]) {
        let document =
            json!({ "Version": "1", "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }] });
        let role = Role {
            account: CANARY.parse().unwrap(),
            name: "goldcast-canary".to_owned(),
            trust: Trust::Account(self.scene.owner()),
            max_session: SignedDuration::from_hours(1),
            policies: vec![custom("goldcast-canary", &document)],
        };
        self.change(|cloud, moment| cloud.put_role(moment.now, &role));
    }

    /// Takes the golden image at home from everybody whom it was given to by id.
    pub(super) fn unshare(&self) {
        let image = self.image.as_ref().unwrap();
        assert!(self.change(|cloud, _| cloud.edit_image(self.home(), image, |image| image.shares.clear())));
    }

    pub(super) fn change<R>(&self, work: impl FnOnce(&mut Cloud, Moment) -> R) -> R {
        self.scene.world.with_cloud(work)
    }

    pub(super) fn home(&self) -> &RegionId {
        &self.scene.policy.owner.home_region
    }

    /// Notes that the sweep went through so long ago.
    fn swept(&self, ago: SignedDuration) {
        let at = self.change(|_, moment| moment.now) - ago;
        self.write(LAST_SWEEP, &json!({ "at": at }).to_string());
    }

    /// Writes an object into the bucket of `[told]`.
    pub(super) fn write(&self, key: &str, body: &str) {
        let written = self.change(|cloud, moment| cloud.write_object(moment.now, BUCKET, key, body.to_owned()));
        assert!(written, "{key}");
    }

    /// Deploys one resource of the stack again, changed.
    pub(super) fn redeploy(&self, id: &str, change: impl FnOnce(&mut Value)) {
        self.redeploy_of(&self.stacks.home, self.home(), id, change);
    }

    pub(super) fn redeploy_of(&self, stack: &Stack, region: &RegionId, id: &str, change: impl FnOnce(&mut Value)) {
        let resource = stack.resource(id).unwrap();
        let mut properties = resource.properties.clone();
        change(&mut properties);
        let changed = StackResource {
            kind: resource.kind.clone(),
            properties,
        };
        let owner = self.scene.owner();
        self.change(|cloud, moment| cloud.deploy(moment.now, &owner, region, &[changed]));
    }

    /// Makes the sweep's role anew, with this trust and exactly these policies.
    pub(super) fn rerole(&self, trust: &str, policies: Vec<Attached>) {
        let role = Role {
            account: self.scene.owner(),
            name: SWEEP.to_owned(),
            trust: Trust::Service(trust.to_owned()),
            max_session: SignedDuration::from_hours(1),
            policies,
        };
        self.change(|cloud, moment| cloud.put_role(moment.now, &role));
    }

    /// The policies that the template gives the sweep's role.
    pub(super) fn policies(&self) -> Vec<Attached> {
        let of_kind = |kind: &'static str| self.stacks.home.of_kind(kind).map(|resource| &resource.properties);
        let own = of_kind("ALIYUN::RAM::Role").filter(|role| role["RoleName"] == SWEEP);
        let own = own.flat_map(|role| role["Policies"].as_array().unwrap());
        let shared = of_kind("ALIYUN::RAM::ManagedPolicy")
            .filter(|policy| policy["Roles"].as_array().unwrap().contains(&json!(SWEEP)));
        own.chain(shared)
            .map(|policy| custom(policy["PolicyName"].as_str().unwrap(), &policy["PolicyDocument"]))
            .collect()
    }

    /// Changes the statement of the sweep's role that is about an action.
    pub(super) fn restate(&self, action: &str, change: impl Fn(&mut Value)) {
        let changed = self.policies().into_iter().map(|policy| {
            let Attached::Custom { name, document } = policy else {
                return policy;
            };
            let mut document: Value = serde_json::from_str(document.text()).unwrap();
            for statement in document["Statement"].as_array_mut().unwrap() {
                if statement["Action"].as_array().unwrap().contains(&json!(action)) {
                    change(statement);
                }
            }
            custom(&name, &document)
        });
        self.rerole("fc.aliyuncs.com", changed.collect());
    }

    /// Gives the sweep's role one policy more.
    pub(super) fn add_statement(&self, statement: &Value) {
        let mut policies = self.policies();
        policies.push(custom("by-hand", &json!({ "Version": "1", "Statement": [statement] })));
        self.rerole("fc.aliyuncs.com", policies);
    }

    /// Denies whoever runs doctor an action.
    pub(super) fn deny(&self, action: &str) {
        let owner = self.scene.owner();
        let policy = all_but(action);
        self.change(|cloud, moment| cloud.put_user(moment.now, &owner, "operator", &[policy]));
    }

    /// Denies the role that reads the directory an action.
    pub(super) fn deny_directory(&self, action: &str) {
        let organisation = &self.scene.organisation;
        let mut role = organisation.roles[0].clone();
        role.policies = vec![all_but(action)];
        self.change(|cloud, moment| cloud.put_role(moment.now, &role));
    }

    /// Has the policy encrypt images, with a key that there is.
    pub(super) fn encrypt(&self, change: impl FnOnce(&mut KmsKey)) {
        self.encrypt_in_words();
        let region = "cn-shanghai".parse().unwrap();
        self.change(|cloud, moment| {
            let mut key = KmsKey::new(&self.scene.policy.owner.account, &region, KEY, moment.now);
            change(&mut key);
            cloud.put_kms_key(key);
        });
    }

    /// Has the policy encrypt images.
    pub(super) fn encrypt_in_words(&self) {
        let encrypt = format!("encrypt = {{ cn-shanghai = \"{KEY}\" }}\nregions = [");
        self.scene.rewrite_policy("regions = [", &encrypt);
    }

    /// Makes the role that shares encrypted images, with a trust document.
    pub(super) fn put_share_role(&self, trust: Trust) {
        let role = Role {
            trust,
            ..Role::share_encrypted(&self.scene.owner(), &[])
        };
        self.change(|cloud, moment| cloud.put_role(moment.now, &role));
    }

    /// Gives the golden image so many tags more.
    pub(super) fn tag_image(&self, tags: usize) {
        let image = self.image.as_ref().unwrap();
        let edited = self.change(|cloud, _| {
            cloud.edit_image(self.home(), image, |image| {
                image
                    .tags
                    .extend((0..tags).map(|n| (format!("cost-{n}"), n.to_string())));
            })
        });
        assert!(edited);
    }

    pub(super) fn remove_function(&self, function: &str) {
        let owner = &self.scene.policy.owner.account;
        assert!(self.change(|cloud, _| cloud.remove_function(owner, self.home(), function)));
    }

    pub(super) fn unhook(&self, function: &str, trigger: &str) {
        let owner = &self.scene.policy.owner.account;
        assert!(self.change(|cloud, _| cloud.remove_trigger(owner, self.home(), function, trigger)));
    }

    pub(super) fn unrule(&self, bus: &str, rule: &str) {
        let owner = &self.scene.policy.owner.account;
        assert!(self.change(|cloud, _| cloud.remove_rule(owner, self.home(), bus, rule)));
    }

    pub(super) fn unlink(&self, role: &str) {
        let owner = &self.scene.policy.owner.account;
        self.change(|cloud, _| cloud.remove_service_linked_role(owner, role));
    }

    pub(super) fn repattern(&self, pattern: &str) {
        self.redeploy("ImageCalls", |trigger| {
            trigger["TriggerConfig"]["eventRuleFilterPattern"] = json!(pattern);
        });
    }

    /// Fills the default bus with rules of others.
    pub(super) fn crowd(&self) {
        for n in 0..10 {
            self.redeploy("TagsElsewhere", |rule| {
                rule["EventBusName"] = json!("default");
                rule["RuleName"] = json!(format!("somebody-else-{n}"));
            });
        }
    }

    /// Changes the rule that forwards events of one region, or takes it away.
    pub(super) fn forward(&self, status: Option<&str>) {
        let (region, stack) = self.stacks.regions.iter().next().unwrap();
        if let Some(status) = status {
            self.redeploy_of(stack, region, "Tags", |rule| rule["Status"] = json!(status));
        } else {
            let owner = &self.scene.policy.owner.account;
            let gone = self.change(|cloud, _| cloud.remove_rule(owner, region, "default", "goldcast-forward-tags"));
            assert!(gone);
        }
    }

    /// Has the program told other addresses and keys.
    pub(super) fn redescribe(&self, change: impl FnOnce(&mut Value)) {
        let mut description = self.scene.described(&self.scene.owner());
        change(&mut description);
        self.scene.write("world.json", &description.to_string());
    }
}

/// Everything is allowed but this.
fn all_but(action: &str) -> Attached {
    custom(
        "all-but",
        &json!({ "Version": "1", "Statement": [
            { "Effect": "Allow", "Action": "*", "Resource": "*" },
            { "Effect": "Deny", "Action": action, "Resource": "*" },
        ] }),
    )
}

pub(super) fn custom(name: &str, document: &Value) -> Attached {
    let document: PolicyDocument = document.to_string().parse().unwrap();
    Attached::Custom {
        name: name.to_owned(),
        document,
    }
}

/// Takes a member away.
pub(super) fn drop_member(object: &mut Value, name: &str) {
    assert!(object.as_object_mut().unwrap().remove(name).is_some(), "{name}");
}

fn stacks(scene: &Scene) -> Stacks {
    let owner = &scene.policy.owner;
    let place = Place {
        account: owner.account.clone(),
        region: owner.home_region.clone(),
        stack: "goldcast".to_owned(),
    };
    let variables: Value = VARIABLES
        .iter()
        .map(|name| ((*name).to_owned(), json!("planted")))
        .collect();
    let mut values = values_of(&scene.policy);
    let given = [
        ("CodeBucket", "goldcast-packages"),
        ("CodePrefix", "goldcast/test"),
        ("SweepVariables", &variables.to_string()),
    ];
    values.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let home = Values::from([("HomeRegion".to_owned(), place.region.to_string())]);
    let regions = scene.policy.all_regions().into_iter().cloned();
    let (template, forwarding) = (
        Template::parse(TEMPLATE).unwrap(),
        Template::parse(REGION_EVENTS).unwrap(),
    );
    Stacks::resolve(&place, (&template, &values), (&forwarding, &home), regions).unwrap()
}
