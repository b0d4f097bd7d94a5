//! A cloud to call: signs requests, sends them and lets simulated time pass.

use bytes::Bytes;
use goldcast_domain::{AccountId, ImageId, RegionId};
use goldcast_emulator::cloud::{
    AccessKey, Attached, BusEvent, Cloud, Endpoint, Image, Moment, Organisation, Role, Setup, Span, Switches, Trust,
};
use goldcast_signing::{Key, canonical_query, percent_encode, v1, v3};
use http::{Method, Request, Response};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::Value;

pub(crate) const OWNER: &str = "1234567890123456";
pub(crate) const MANAGEMENT: &str = "1000000000000001";
pub(crate) const MEMBER: &str = "2000000000000001";
pub(crate) const OUTSIDER: &str = "3000000000000001";
pub(crate) const HOME: &str = "cn-hangzhou";
pub(crate) const AWAY: &str = "cn-shanghai";
pub(crate) const ECS: &str = "2014-05-26";
pub(crate) const DIRECTORY: &str = "2022-04-19";
pub(crate) const STS: &str = "2015-04-01";
pub(crate) const RAM: &str = "2015-05-01";
pub(crate) const KMS: &str = "2016-01-20";
pub(crate) const QUOTAS: &str = "2020-05-10";
/// A region in which encrypted images can be shared.
pub(crate) const SHARING: &str = "cn-beijing";
/// The owner's key in the home region, in [`AWAY`] and in [`SHARING`].
pub(crate) const KEY: &str = "key-golden";
/// Roles of functions, which are administrators here.
const FUNCTION_ROLES: [&str; 5] = [
    "goldcast-copy-completed",
    "goldcast-image-created",
    "goldcast-member-added",
    "goldcast-member-removed",
    "goldcast-sweep",
];
pub(crate) const BUILDER: &str = "i-goldcastbuilder00001";

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn of(response: &Response<Bytes>) -> Self {
        Self {
            status: response.status().as_u16(),
            body: serde_json::from_slice(response.body()).unwrap(),
        }
    }

    /// The body of a call that must have succeeded.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        assert!(
            self.body["RequestId"].is_string() && self.body.get("Code").is_none(),
            "{}",
            self.body
        );
        self.body
    }

    /// Status and code of a call that must have been refused.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, &str) {
        assert_ne!(self.status, 200, "{}", self.body);
        for member in ["RequestId", "HostId", "Code", "Message", "Recommend"] {
            assert!(self.body[member].is_string(), "{member} in {}", self.body);
        }
        (self.status, self.body["Code"].as_str().unwrap())
    }
}

/// Who signs.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl Signer {
    pub(crate) fn of(account: &str) -> Self {
        let key = AccessKey::of(&account.parse().unwrap());
        Self {
            id: key.id,
            secret: key.secret.expose_secret().to_owned(),
            token: None,
        }
    }
}

/// Where a V1 client puts its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    /// All in the query.
    Query,
    /// All in a form body.
    Form,
    /// Those of the protocol in the query, those of the operation in a form body.
    Both,
}

/// A V1-signed `DescribeRegions` of the owner, to be bent.
#[derive(Debug, Clone)]
pub(crate) struct V1 {
    method: Method,
    pub(crate) carried: Carried,
    params: Vec<(String, String)>,
    changes: Vec<(String, String)>,
    secret: Option<&'static str>,
}

impl V1 {
    pub(crate) fn by(method: Method) -> Self {
        let params = [
            ("Action", "DescribeRegions"),
            ("Format", "JSON"),
            ("Version", ECS),
            ("RegionId", HOME),
            ("SignatureType", ""),
        ];
        Self {
            method,
            carried: Carried::Query,
            params: params.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
            changes: Vec::new(),
            secret: None,
        }
    }

    pub(crate) fn get() -> Self {
        Self::by(Method::GET)
    }

    pub(crate) fn post() -> Self {
        Self::by(Method::POST)
    }

    /// With another parameter, or another value of one; signed.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without a parameter.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self
    }

    /// With a parameter changed after signing; an empty value takes it away.
    pub(crate) fn changed(mut self, name: &str, value: &str) -> Self {
        self.changes.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn carried(self, carried: Carried) -> Self {
        Self { carried, ..self }
    }

    pub(crate) fn signed_with(self, secret: &'static str) -> Self {
        Self {
            secret: Some(secret),
            ..self
        }
    }

    /// All parameters, signed.
    fn pairs(&self, world: &World) -> Vec<(String, String)> {
        let signer = Signer::of(OWNER);
        let mut pairs = self.params.clone();
        let key = Key {
            id: &signer.id,
            secret: self.secret.unwrap_or(&signer.secret),
            token: None,
        };
        v1::sign(&self.method, &mut pairs, &key, world.now, "v1-nonce");
        pairs
    }

    pub(crate) fn string_to_sign(&self, world: &World) -> String {
        v1::string_to_sign(&self.method, &self.pairs(world))
    }

    pub(crate) fn request(&self, world: &World) -> Request<Bytes> {
        self.encoded(world, canonical_query)
    }

    /// The request with its parameters written to the wire in a way of their own.
    pub(crate) fn encoded(&self, world: &World, encode: impl Fn(&[(String, String)]) -> String) -> Request<Bytes> {
        let mut pairs = self.pairs(world);
        for (name, value) in &self.changes {
            pairs.retain(|(known, _)| known != name);
            if !value.is_empty() {
                pairs.push((name.clone(), value.clone()));
            }
        }
        let own = |name: &str| {
            let signing = [
                "AccessKeyId",
                "Action",
                "Format",
                "SecurityToken",
                "Timestamp",
                "Version",
            ];
            !signing.contains(&name) && !name.starts_with("Signature")
        };
        let (form, query): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| match self.carried {
            Carried::Query => false,
            Carried::Form => true,
            Carried::Both => own(name),
        });
        let uri = match encode(&query) {
            query if query.is_empty() => "/".to_owned(),
            query => format!("/?{query}"),
        };
        let mut request = Request::builder()
            .method(&self.method)
            .uri(uri)
            .header("host", "cloud.test");
        if self.carried != Carried::Query {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        request.body(Bytes::from(encode(&form))).unwrap()
    }
}

/// A simulated cloud and its clock.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) cloud: Cloud,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<BusEvent>,
    nonce: u32,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(setup())
    }

    pub(crate) fn with(setup: Setup) -> Self {
        Self::of(setup, &organisation())
    }

    pub(crate) fn of(setup: Setup, organisation: &Organisation) -> Self {
        let cloud = Cloud::new(setup, organisation);
        Self {
            cloud,
            now: "2026-03-02T08:00:00Z".parse().unwrap(),
            events: Vec::new(),
            nonce: 0,
        }
    }

    /// A V3-signed request.
    pub(crate) fn request(
        &mut self,
        signer: &Signer,
        version: &str,
        action: &str,
        params: &[(&str, &str)],
    ) -> Request<Bytes> {
        self.nonce += 1;
        let query = params
            .iter()
            .map(|(name, value)| format!("{}={}", percent_encode(name), percent_encode(value)));
        let mut request = Request::post(format!("http://cloud.test/?{}", query.collect::<Vec<_>>().join("&")))
            .header("x-acs-action", action)
            .header("x-acs-version", version)
            .body(Bytes::new())
            .unwrap();
        let key = Key {
            id: &signer.id,
            secret: &signer.secret,
            token: signer.token.as_deref(),
        };
        v3::sign(&mut request, &key, self.now, &format!("nonce-{}", self.nonce)).unwrap();
        request
    }

    pub(crate) fn send(&mut self, endpoint: &Endpoint, request: &Request<Bytes>) -> Answer {
        Answer::of(&self.cloud.handle(Moment::at(self.now), endpoint, request))
    }

    pub(crate) fn call(
        &mut self,
        signer: &Signer,
        endpoint: &Endpoint,
        version: &str,
        action: &str,
        params: &[(&str, &str)],
    ) -> Answer {
        let request = self.request(signer, version, action, params);
        self.send(endpoint, &request)
    }

    /// A call to ECS by an account in a region; `RegionId` is added.
    pub(crate) fn ecs_as(&mut self, account: &str, at: &str, action: &str, params: &[(&str, &str)]) -> Answer {
        let params: Vec<_> = params.iter().copied().chain([("RegionId", at)]).collect();
        self.call(
            &Signer::of(account),
            &Endpoint::Region(region(at)),
            ECS,
            action,
            &params,
        )
    }

    /// A call to ECS by the owner in the home region.
    pub(crate) fn ecs(&mut self, action: &str, params: &[(&str, &str)]) -> Answer {
        self.ecs_as(OWNER, HOME, action, params)
    }

    /// A call to KMS by an account in a region.
    pub(crate) fn kms_as(&mut self, account: &str, at: &str, action: &str, params: &[(&str, &str)]) -> Answer {
        self.call(&Signer::of(account), &Endpoint::Region(region(at)), KMS, action, params)
    }

    /// A call to KMS by the owner in the home region.
    pub(crate) fn kms(&mut self, action: &str, params: &[(&str, &str)]) -> Answer {
        self.kms_as(OWNER, HOME, action, params)
    }

    /// A call to RAM by the owner.
    pub(crate) fn ram(&mut self, action: &str, params: &[(&str, &str)]) -> Answer {
        self.call(&Signer::of(OWNER), &Endpoint::Global, RAM, action, params)
    }

    /// A call to Quota Center by an account.
    pub(crate) fn quotas_as(&mut self, account: &str, action: &str, params: &[(&str, &str)]) -> Answer {
        self.call(&Signer::of(account), &Endpoint::Global, QUOTAS, action, params)
    }

    /// A call to the directory by an account.
    pub(crate) fn directory_as(&mut self, account: &str, action: &str, params: &[(&str, &str)]) -> Answer {
        self.call(&Signer::of(account), &Endpoint::Global, DIRECTORY, action, params)
    }

    /// A call to the directory by the management account.
    pub(crate) fn directory(&mut self, action: &str, params: &[(&str, &str)]) -> Answer {
        self.directory_as(MANAGEMENT, action, params)
    }

    /// Lets time pass, event by event.
    pub(crate) fn wait(&mut self, duration: SignedDuration) {
        let end = self.now + duration;
        while let Some(due) = self.cloud.next_wakeup().filter(|due| *due <= end) {
            self.now = due.max(self.now);
            self.events.extend(self.cloud.advance(self.now));
        }
        self.now = end;
    }

    /// Starts an image from the builder and gives its id.
    pub(crate) fn start_image(&mut self, params: &[(&str, &str)]) -> String {
        let params: Vec<_> = params.iter().copied().chain([("InstanceId", BUILDER)]).collect();
        id_of(&self.ecs("CreateImage", &params).ok())
    }

    /// An image of the owner in the home region, available and usable.
    pub(crate) fn image(&mut self, name: &str) -> String {
        let id = self.start_image(&[("ImageName", name)]);
        self.wait(SignedDuration::from_mins(10));
        id
    }

    /// Gives the owner the roles that importing and exporting need.
    pub(crate) fn let_ecs_reach_oss(&mut self) {
        for name in ["AliyunECSImageImportDefaultRole", "AliyunECSImageExportDefaultRole"] {
            let role = Role {
                account: account(OWNER),
                name: name.to_owned(),
                trust: Trust::Service("ecs.aliyuncs.com".to_owned()),
                policies: Vec::new(),
                max_session: SignedDuration::from_hours(1),
            };
            self.cloud.put_role(self.now, &role);
        }
    }

    /// Starts a copy of an image of the home region.
    pub(crate) fn copy(&mut self, image: &str, to: &str, name: &str) -> Answer {
        self.ecs(
            "CopyImage",
            &[
                ("ImageId", image),
                ("DestinationRegionId", to),
                ("DestinationImageName", name),
            ],
        )
    }

    /// One image as the cloud keeps it.
    #[track_caller]
    pub(crate) fn kept(&self, at: &str, image: &str) -> &Image {
        let id: ImageId = image.parse().unwrap();
        self.cloud
            .image(&region(at), &id)
            .unwrap_or_else(|| panic!("{image} is not in {at}"))
    }

    /// The ids that DescribeImages gives to an account.
    #[track_caller]
    pub(crate) fn listed(&mut self, account: &str, at: &str, params: &[(&str, &str)]) -> Vec<String> {
        let body = self.ecs_as(account, at, "DescribeImages", params).ok();
        body["Images"]["Image"].as_array().unwrap().iter().map(id_of).collect()
    }

    /// The accounts that an image of the home region is shared with.
    pub(crate) fn shared_with(&mut self, image: &str) -> Vec<String> {
        let params = [("ImageId", image), ("PageSize", "100")];
        let body = self.ecs("DescribeImageSharePermission", &params).ok();
        let accounts = body["Accounts"]["Account"].as_array().unwrap();
        accounts
            .iter()
            .map(|account| account["AliyunId"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// The default cloud, but for the flow control: time stands still between the calls of a test, so that they would all
/// fall into one period.
pub(crate) fn setup() -> Setup {
    Setup {
        usable_lag: Span::seconds(20, 20),
        switches: Switches {
            flow_control: false,
            ..Switches::default()
        },
        ..Setup::with_seed(7)
    }
}

pub(crate) fn organisation() -> Organisation {
    let mut organisation = Organisation::standard(OWNER.parse().unwrap(), MANAGEMENT.parse().unwrap(), region(HOME));
    for name in FUNCTION_ROLES {
        organisation.roles.push(Role {
            account: account(OWNER),
            name: name.to_owned(),
            trust: Trust::Service("fc.aliyuncs.com".to_owned()),
            max_session: SignedDuration::from_hours(1),
            policies: vec![Attached::System("AdministratorAccess".to_owned())],
        });
    }
    for at in [HOME, AWAY, SHARING] {
        organisation.add_kms_key(&region(at), KEY);
    }
    organisation
}

pub(crate) fn region(id: &str) -> RegionId {
    id.parse().unwrap()
}

pub(crate) fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

/// The `ImageId` of an answer.
#[track_caller]
pub(crate) fn id_of(body: &Value) -> String {
    body["ImageId"].as_str().unwrap().to_owned()
}

pub(crate) fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}
