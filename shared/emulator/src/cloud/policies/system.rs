//! Policies that Alibaba Cloud keeps for everybody
//! (<https://www.alibabacloud.com/help/en/ram/developer-reference/system-policy-reference>). Of the many, these are the
//! ones that image sharing meets; `AliyunECSFullAccess` is cut to what is simulated.

/// The one that people of the simulated organisation have unless a test says otherwise.
pub(super) const ADMINISTRATOR: &str = "AdministratorAccess";

/// Name, description and document.
pub(super) const POLICIES: [(&str, &str, &str); 6] = [
    (
        ADMINISTRATOR,
        "Provides full access to Alibaba Cloud services and resources.",
        r#"{"Version":"1","Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}]}"#,
    ),
    (
        "AliyunECSFullAccess",
        "Provides full access to Elastic Compute Service (ECS) via Management Console.",
        r#"{"Version":"1","Statement":[{"Action":"ecs:*","Resource":"*","Effect":"Allow"}]}"#,
    ),
    (
        "AliyunRAMReadOnlyAccess",
        "Provides read-only access to Resource Access Management (RAM) via Management Console.",
        r#"{"Version":"1","Statement":[{"Action":["ram:Get*","ram:List*","ram:GenerateCredentialReport"],"Resource":"*","Effect":"Allow"}]}"#,
    ),
    (
        "AliyunResourceDirectoryReadOnlyAccess",
        "Provides read-only access to Resource Directory Service(ResourceDirectory) via Management Console.",
        r#"{"Version":"1","Statement":[{"Action":["resourcemanager:Get*","resourcemanager:List*"],"Resource":"*","Effect":"Allow"}]}"#,
    ),
    (
        "AliyunResourceSharingFullAccess",
        "Provides full access to Resource Sharing Service(ResourceSharing) via Management Console.",
        r#"{"Version":"1","Statement":[{"Action":"resourcesharing:*","Resource":"*","Effect":"Allow"},{"Action":["ram:CreateServiceLinkedRole","ram:DeleteServiceLinkedRole"],"Resource":"*","Effect":"Allow","Condition":{"StringEquals":{"ram:ServiceName":"resourcesharing.aliyuncs.com"}}}]}"#,
    ),
    (
        "AliyunResourceSharingReadOnlyAccess",
        "Provides read-only access to Resource Sharing Service(ResourceSharing) via Management Console.",
        r#"{"Version":"1","Statement":[{"Action":["resourcesharing:List*","resourcesharing:Get*","resourcesharing:CheckSharingWithResourceDirectoryStatus"],"Resource":"*","Effect":"Allow"}]}"#,
    ),
];
