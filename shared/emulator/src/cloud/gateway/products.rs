//! Which APIs exist: the version names the product, the action the operation. Not here: running them.

use crate::cloud::context::Kind;
use crate::cloud::refusal::Refusal;
use crate::cloud::{
    Endpoint, directory, ecs, eventbridge, functions, keys, parameters, quotas, roles, sharing, stacks, storage, sts,
};

/// A product that the gateway knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    Ecs,
    /// Both directory products: 2022-04-19 and the older 2020-03-31.
    Directory,
    EventBridge,
    Functions,
    Kms,
    Objects,
    Parameters,
    Quotas,
    Ram,
    Sharing,
    Stacks,
    Sts,
}

/// Versions, and the name of each product as `Recommend` and the call log show it.
const PRODUCTS: [(&str, &str, Product); 13] = [
    ("2014-05-26", "Ecs", Product::Ecs),
    ("2015-04-01", "Sts", Product::Sts),
    ("2015-05-01", "Ram", Product::Ram),
    ("2016-01-20", "Kms", Product::Kms),
    (storage::VERSION, "Oss", Product::Objects),
    ("2019-06-01", "oos", Product::Parameters),
    ("2019-09-10", "ROS", Product::Stacks),
    ("2020-01-10", "ResourceSharing", Product::Sharing),
    ("2020-03-31", "ResourceManager", Product::Directory),
    ("2020-04-01", "eventbridge", Product::EventBridge),
    ("2020-05-10", "quotas", Product::Quotas),
    ("2022-04-19", "ResourceDirectoryMaster", Product::Directory),
    (functions::VERSION, "FC", Product::Functions),
];

/// Operations of both directory products that are real and not simulated.
const DIRECTORY_UNSIMULATED: &str = "\
    AddMessageContact AssociateMembers BindSecureMobilePhone CancelChangeAccountEmail CancelMessageContactUpdate \
    ChangeAccountEmail CreateCloudAccount DeleteMessageContact DestroyResourceDirectory DisassociateMembers \
    GetMessageContact GetMessageContactDeletionStatus GetResourceGroup InitResourceDirectory \
    ListAuthorizedAccounts ListAuthorizedFolders ListMessageContactVerifications ListMessageContacts \
    ListResourceGroups ListResources MoveResources PrecheckForConsolidatedBillingAccount PromoteResourceAccount \
    RetryChangeAccountEmail SendEmailVerificationForMessageContact SendPhoneVerificationForMessageContact \
    SendVerificationCodeForBindSecureMobilePhone SendVerificationCodeForEnableRD UpdateControlPolicy \
    UpdateMessageContact UpdatePayerForAccount";
/// Operations of EventBridge that are real and not simulated.
const EVENTBRIDGE_UNSIMULATED: &str = "\
    CreateApiDestination CreateConnection CreateEventSource CreateEventStreaming CreateRule \
    DeleteApiDestination DeleteConnection DeleteEventBus DeleteEventSource \
    DeleteEventStreaming DeleteRule DeleteTargets DisableRule DiscoverEventSource EnableRule EventCenterQueryEvents \
    GetApiDestination GetConnection GetEventStreaming ListApiDestinations ListConnections ListEventStreamings ListTargets \
    ListUserDefinedEventSources PauseEventStreaming PutTargets QueryEvent QueryEventTraces QueryTracedEventByEventId \
    StartEventStreaming TestEventSourceConfig UpdateApiDestination UpdateConnection UpdateEventBus UpdateEventSource \
    UpdateEventStreaming UpdateEventStreamingBusinessOption UpdateRule";
/// Operations of KMS that are real and not simulated.
const KMS_UNSIMULATED: &str = "\
    Decrypt Encrypt GenerateDataKey ListKmsInstances";
/// Operations of Operation Orchestration Service that are real and not simulated; there are more.
const PARAMETERS_UNSIMULATED: &str = "\
    CreateParameter DeleteParameter GetParameter GetParameters GetParametersByPath GetSecretParameters \
    GetSecretParametersByPath ListExecutions ListParameters ListSecretParameterVersions ListSecretParameters \
    StartExecution UpdateParameter";
/// Operations of Quota Center that are real and not simulated.
const QUOTAS_UNSIMULATED: &str = "\
    CreateQuotaAlarm ListProductDimensionGroups ListQuotaAlarms";
/// Operations of RAM that are real and not simulated.
const RAM_UNSIMULATED: &str = "\
    GetAccountAlias";
/// Operations of Resource Orchestration Service that are real and not simulated; there are more.
const STACKS_UNSIMULATED: &str = "\
    CancelUpdateStack ContinueCreateStack CreateChangeSet CreateStackGroup CreateStackInstances DeleteStack DescribeRegions \
    ExecuteChangeSet GenerateTemplatePolicy GetResourceType GetStackPolicy GetStackResource GetTemplate \
    GetTemplateSummary ListResourceTypes ListStackGroups SetDeletionProtection ValidateTemplate";
/// Operations of STS that are real and not simulated.
const STS_UNSIMULATED: &str = "\
    AssumeRoleWithOIDC AssumeRoleWithSAML";

/// What runs a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Api {
    Ecs(ecs::Operation),
    Directory(directory::Operation),
    EventBridge(eventbridge::Operation),
    Functions(functions::Operation),
    Kms(keys::Operation),
    Objects(storage::Operation),
    Parameters(parameters::Operation),
    Quotas(quotas::Operation),
    Ram(roles::Operation),
    Sharing(sharing::Operation),
    Stacks(stacks::Operation),
    Sts(sts::Operation),
    /// Known by name, and refused as not simulated once the caller is known.
    Unsimulated,
}

impl Product {
    /// The product of an API version, and its name.
    fn of_version(version: &str) -> Option<(&'static str, Self)> {
        PRODUCTS
            .iter()
            .find(|(known, _, _)| *known == version)
            .map(|(_, name, product)| (*name, *product))
    }

    /// The name of an API version's product; empty when there is none.
    pub(crate) fn name_of(version: &str) -> &'static str {
        Self::of_version(version).map_or("", |(name, _)| name)
    }

    /// Real operations that are answered as not simulated, in one line.
    fn unsimulated(self) -> &'static str {
        match self {
            Self::Ecs | Self::Functions | Self::Objects | Self::Sharing => "",
            Self::EventBridge => EVENTBRIDGE_UNSIMULATED,
            Self::Parameters => PARAMETERS_UNSIMULATED,
            Self::Directory => DIRECTORY_UNSIMULATED,
            Self::Kms => KMS_UNSIMULATED,
            Self::Quotas => QUOTAS_UNSIMULATED,
            Self::Ram => RAM_UNSIMULATED,
            Self::Stacks => STACKS_UNSIMULATED,
            Self::Sts => STS_UNSIMULATED,
        }
    }

    /// Whether the product is served here: ECS, EventBridge, Function Compute, KMS and both stores are regional, Resource Sharing is too and not in every region, the
    /// directory, Quota Center and RAM are global, STS is both.
    fn is_at(self, endpoint: &Endpoint) -> bool {
        match self {
            Self::Ecs | Self::EventBridge | Self::Functions | Self::Kms | Self::Objects | Self::Parameters => {
                matches!(endpoint, Endpoint::Region(_))
            }
            Self::Sharing => matches!(endpoint, Endpoint::Region(region) if sharing::is_served(region)),
            Self::Directory | Self::Quotas | Self::Ram | Self::Stacks => *endpoint == Endpoint::Global,
            Self::Sts => true,
        }
    }
}

impl Api {
    /// Whether the call changes something; a session of STS does not count.
    pub(crate) fn writes(self) -> bool {
        matches!(
            self,
            Self::Ecs((_, Kind::Write))
                | Self::Directory((_, Kind::Write))
                | Self::EventBridge((_, Kind::Write))
                | Self::Functions((_, Kind::Write))
                | Self::Kms((_, Kind::Write))
                | Self::Objects((_, Kind::Write))
                | Self::Parameters((_, Kind::Write))
                | Self::Quotas((_, Kind::Write))
                | Self::Ram((_, Kind::Write))
                | Self::Sharing((_, Kind::Write))
                | Self::Stacks((_, Kind::Write))
        )
    }

    /// Finds what a request calls.
    pub(crate) fn find(action: &str, version: &str, endpoint: &Endpoint) -> Result<Self, Refusal> {
        for (name, value) in [("Version", version), ("Action", action)] {
            if value.is_empty() {
                let message = format!("{name} is mandatory for this action.");
                return Err(Refusal::bad_request(format!("Missing{name}"), message));
            }
        }
        let product = Product::of_version(version).map(|(_, product)| product);
        let Some(product) = product.filter(|product| product.is_at(endpoint)) else {
            let message = format!("Specified product or version {version} is not found at this endpoint.");
            return Err(Refusal::not_found("InvalidProduct.NotFound", message));
        };
        let found = match product {
            Product::Ecs => ecs::operation(action).map(Self::Ecs),
            Product::Directory => directory::operation(action).map(Self::Directory),
            Product::EventBridge => eventbridge::operation(action).map(Self::EventBridge),
            Product::Functions => functions::operation(action).map(Self::Functions),
            Product::Kms => keys::operation(action).map(Self::Kms),
            // Whatever is of another kind is known to be of this product by its signature or host.
            Product::Objects => Some(storage::operation(action).map_or(Self::Unsimulated, Self::Objects)),
            Product::Parameters => parameters::operation(action).map(Self::Parameters),
            Product::Quotas => quotas::operation(action).map(Self::Quotas),
            Product::Ram => roles::operation(action).map(Self::Ram),
            Product::Sharing => sharing::operation(action).map(Self::Sharing),
            Product::Stacks => stacks::operation(action).map(Self::Stacks),
            Product::Sts => sts::Operation::named(action).map(Self::Sts),
        };
        let real = product.unsimulated().split_whitespace().any(|real| real == action);
        found.or(real.then_some(Self::Unsimulated)).ok_or_else(|| {
            let message = "Specified api is not found, please check your url and method.";
            Refusal::not_found("InvalidApi.NotFound", message)
        })
    }
}
