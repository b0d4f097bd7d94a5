//! Attributes of resources (`Fn::GetAtt`): which there are, and which of them are known before anything is deployed because
//! they follow from the properties. The lists are those of the vendor's CDK, `ros-cdk-*` 1.15.0
//! (<https://github.com/aliyun/Resource-Orchestration-Service-Cloud-Development-Kit>); the forms of names are those of the
//! products' own pages. Not here: the properties.

use serde_json::Value;

use crate::stack::Place;

/// Where the value of an attribute comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// It is the property of this name.
    Property(&'static str),
    /// A text in which `{account}`, `{region}` and `{Property}` are replaced.
    Text(&'static str),
    /// Only the deployed resource has it.
    Deployed,
}

use Source::{Deployed, Property, Text};

/// A type of resource and its attributes.
type Kind = (&'static str, &'static [(&'static str, Source)]);

const KINDS: [Kind; 16] = [
    ("ALIYUN::ACTIONTRAIL::Trail", &[("Name", Property("Name"))]),
    (
        "ALIYUN::EventBridge::Rule",
        &[
            ("EventBusName", Property("EventBusName")),
            (
                "RuleARN",
                Text("acs:eventbridge:{region}:{account}:eventbus/{EventBusName}/rule/{RuleName}"),
            ),
            ("RuleName", Property("RuleName")),
        ],
    ),
    ("ALIYUN::FC3::AsyncInvokeConfig", &[]),
    ("ALIYUN::FC3::ConcurrencyConfig", &[]),
    ("ALIYUN::FC3::CustomDomain", &[("DomainName", Property("DomainName"))]),
    (
        "ALIYUN::FC3::Function",
        &[
            ("ARN", Text("acs:fc:{region}:{account}:functions/{FunctionName}")),
            ("FunctionId", Deployed),
            ("FunctionName", Property("FunctionName")),
        ],
    ),
    (
        "ALIYUN::FC3::Trigger",
        &[
            ("FunctionName", Property("FunctionName")),
            ("TriggerId", Deployed),
            ("TriggerName", Property("TriggerName")),
            ("UrlInternet", Deployed),
            ("UrlIntranet", Deployed),
        ],
    ),
    (
        "ALIYUN::MNS::Queue",
        &[
            ("ARN", Text("acs:mns:{region}:{account}:queues/{QueueName}")),
            ("ARN.WithSlash", Text("acs:mns:{region}:{account}:/queues/{QueueName}")),
            ("QueueName", Property("QueueName")),
            ("QueueUrl", Deployed),
        ],
    ),
    (
        "ALIYUN::OOS::Parameter",
        &[("Name", Property("Name")), ("Value", Property("Value"))],
    ),
    ("ALIYUN::RAM::AttachPolicyToRole", &[]),
    ("ALIYUN::RAM::ManagedPolicy", &[("PolicyName", Property("PolicyName"))]),
    (
        "ALIYUN::RAM::Role",
        &[
            ("Arn", Text("acs:ram::{account}:role/{RoleName}")),
            ("RoleId", Deployed),
            ("RoleName", Property("RoleName")),
        ],
    ),
    ("ALIYUN::SLS::Index", &[]),
    (
        "ALIYUN::SLS::Logstore",
        &[
            ("LogstoreName", Property("LogstoreName")),
            ("ProjectName", Property("ProjectName")),
        ],
    ),
    ("ALIYUN::SLS::Project", &[("Name", Property("Name"))]),
    ("ALIYUN::ACTIONTRAIL::TrailLogging", &[]),
];

/// The attributes of a type of resource; `None` if the type is not known here.
pub(crate) fn of(kind: &str) -> Option<&'static [(&'static str, Source)]> {
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    known.map(|(_, attributes)| *attributes)
}

/// Where an attribute of a type of resource comes from.
pub(crate) fn source(kind: &str, attribute: &str) -> Option<Source> {
    let attributes = of(kind)?.iter();
    attributes
        .clone()
        .find(|(name, _)| *name == attribute)
        .map(|(_, source)| *source)
}

/// What an attribute came to.
#[derive(Debug)]
pub(crate) enum Found {
    /// This value.
    Value(Value),
    /// Nothing before the deployment.
    Deployed,
    /// The property that it follows from is not set.
    Unset(String),
}

/// Works out an attribute from the properties of its resource.
pub(crate) fn find(source: Source, properties: &Value, place: &Place) -> Found {
    match source {
        Deployed => Found::Deployed,
        Property(name) => properties
            .get(name)
            .map_or_else(|| Found::Unset(name.to_owned()), |value| Found::Value(value.clone())),
        Text(text) => {
            let mut filled = String::new();
            for piece in text.split('{') {
                let Some((name, rest)) = piece.split_once('}') else {
                    filled.push_str(piece);
                    continue;
                };
                match name {
                    "account" => filled.push_str(place.account.as_str()),
                    "region" => filled.push_str(place.region.as_str()),
                    property => match properties.get(property).and_then(Value::as_str) {
                        Some(value) => filled.push_str(value),
                        None => return Found::Unset(property.to_owned()),
                    },
                }
                filled.push_str(rest);
            }
            Found::Value(filled.into())
        }
    }
}
