//! What whoever runs doctor may not look at.

use super::Plant;

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("unknown regions-unread", "ecs:DescribeRegions", |company| {
        company.deny("ecs:DescribeRegions");
    }),
    Plant::new("unknown directory-unread", "ListAccounts", |company| {
        company.deny_directory("resourcemanager:ListAccounts");
    }),
    Plant::new("unknown folder-unread", "GetFolder", |company| {
        company.deny_directory("resourcemanager:GetFolder");
    }),
    Plant::new("unknown account-unread", "GetAccount", |company| {
        company.deny_directory("resourcemanager:GetAccount");
    }),
    Plant::new("unknown sharing-unread", "the status of sharing", |company| {
        company.deny("resourcesharing:CheckSharingWithResourceDirectoryStatus");
    }),
    Plant::new("unknown role-unread", "roles", |company| company.deny("ram:GetRole"))
        .also(&["unknown service-role-unread"]),
    Plant::new("unknown role-policies-unread", "policies of roles", |company| {
        company.deny("ram:ListPoliciesForRole");
    }),
    Plant::new("unknown role-policies-unread", "policies", |company| {
        company.deny("ram:GetPolicy");
    }),
    Plant::new("unknown key-unread", "keys", |company| {
        company.encrypt(|_| {});
        company.deny("kms:DescribeKey");
    })
    .also(&["error role-lacks", "error share-role-missing"]),
    Plant::new("unknown share-role-unread", "the share role", |company| {
        company.encrypt(|_| {});
        company.deny("ram:GetRole");
    })
    .also(&["unknown role-unread", "unknown service-role-unread"]),
    Plant::new("unknown quotas-unread", "quotas", |company| {
        company.deny("quotas:ListProductQuotas");
    }),
    Plant::new("unknown images-unread", "images", |company| {
        company.deny("ecs:DescribeImages");
    }),
    Plant::new("unknown function-unread", "functions", |company| {
        company.deny("fc:GetFunction");
    }),
    Plant::new("unknown answers-unread", "destinations", |company| {
        company.deny("fc:GetAsyncInvokeConfig");
    }),
    Plant::new("unknown concurrency-unread", "concurrency", |company| {
        company.deny("fc:GetConcurrencyConfig");
    }),
    Plant::new("unknown triggers-unread", "triggers", |company| {
        company.deny("fc:ListTriggers");
    }),
    Plant::new("unknown rules-unread", "the default bus", |company| {
        company.deny("eventbridge:ListRules");
    }),
    Plant::new("unknown rule-unread", "rules", |company| {
        company.deny("eventbridge:GetRule");
    })
    .also(&["unknown forwarding-unread"]),
    Plant::new("unknown forwarding-unread", "rules elsewhere", |company| {
        company.deny("eventbridge:GetRule");
    })
    .also(&["unknown rule-unread"]),
    Plant::new("unknown service-role-unread", "service-linked roles", |company| {
        company.deny("eventbridge:CheckServiceLinkedRoleForProduct");
    }),
    Plant::new("unknown bus-unread", "the custom bus", |company| {
        company.deny("eventbridge:GetEventBus");
    }),
    Plant::new("unknown secret-unread", "secret parameters", |company| {
        let parameter = "url = { secret-parameter = \"goldcast-slack\" }";
        company.scene.rewrite_policy("url = { env = \"SLACK_URL\" }", parameter);
        company.deny("oos:GetSecretParameter");
    }),
    Plant::new("unknown told-bucket-unread", "the bucket", |company| {
        company.deny("oss:GetObject");
    }),
];
