//! Services that work across the directory, and the members that administer them for the management account
//! (<https://www.alibabacloud.com/help/en/resource-management/developer-reference/api-resourcedirectorymaster-2022-04-19-registerdelegatedadministrator>).

use std::collections::BTreeMap;

use goldcast_domain::AccountId;
use jiff::Timestamp;
use serde_json::json;

use super::members::ACCOUNT_TYPE;
use super::{Directory, listing, missing, named_account};
use crate::cloud::context::{Context, Done};
use crate::cloud::organisation::Organisation;
use crate::cloud::refusal::Refusal;
use crate::cloud::time;

/// Resource Sharing, as the directory names it.
pub(crate) const RESOURCE_SHARING: &str = "resourcesharing.aliyuncs.com";
/// How the name of every service ends.
const SERVICE_SUFFIX: &str = ".aliyuncs.com";

/// The services that the directory trusts, and since when. A service is trusted from the moment it is first used across
/// the directory: Resource Sharing when sharing is enabled, others when a member administers them.
#[derive(Debug, Default)]
pub(crate) struct TrustedServices(BTreeMap<String, Timestamp>);

impl TrustedServices {
    pub(crate) fn new(organisation: &Organisation) -> Self {
        let mut services = Self::default();
        if organisation.sharing_enabled {
            services.trust(RESOURCE_SHARING, organisation.founded);
        }
        services
    }

    /// Whether a service may work across the directory.
    pub(crate) fn has(&self, service: &str) -> bool {
        self.0.contains_key(service)
    }

    /// Trusts a service from now on.
    pub(crate) fn trust(&mut self, service: &str, now: Timestamp) {
        self.0.entry(service.to_owned()).or_insert(now);
    }
}

/// Which member administers which service, and since when.
#[derive(Debug, Clone, Default)]
pub(super) struct Delegations(BTreeMap<(String, AccountId), Timestamp>);

impl Delegations {
    /// Whether a member administers some service.
    pub(super) fn include(&self, account: &AccountId) -> bool {
        self.0.keys().any(|(_, one)| one == account)
    }

    /// Forgets a member that is gone.
    pub(super) fn forget(&mut self, account: &AccountId) {
        self.0.retain(|(_, one), _| one != account);
    }
}

impl Directory {
    pub(super) fn register_delegated_administrator(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let account = self.member(context)?.account.clone();
        let service = service(context)?;
        let entry = (service.clone(), account.clone());
        if self.delegations.0.contains_key(&entry) {
            let message = "The specified account is already a delegated administrator for this service.";
            return Err(Refusal::conflict("AccountAlreadyRegistered", message));
        }
        let others = self.delegations.0.keys().filter(|(one, _)| *one == service).count();
        if others >= context.setup.switches.delegated_administrators_per_service {
            let message = "The count of delegatedAdministrator account exceeds quota.";
            return Err(Refusal::conflict("AccountNumberExceeded", message));
        }
        context.trusted.trust(&service, context.now);
        self.delegations.0.insert(entry, context.now);
        Ok(Done::empty().about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn deregister_delegated_administrator(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let account = self.member(context)?.account.clone();
        let entry = (service(context)?, account.clone());
        if self.delegations.0.remove(&entry).is_none() {
            let message = "The specified account is not a delegated administrator for this service.";
            return Err(Refusal::conflict("AccountNotRegistered", message));
        }
        Ok(Done::empty().about([(ACCOUNT_TYPE, account.to_string())]))
    }

    pub(super) fn list_delegated_administrators(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let wanted = context.params.get("ServicePrincipal");
        let found = self.delegations.0.iter().filter_map(|((service, account), since)| {
            let member = self.members.get(account)?;
            let meant = wanted.is_none_or(|wanted| wanted == service);
            meant.then(|| {
                json!({
                    "AccountId": account,
                    "DelegationEnabledTime": time::wire_millis(*since),
                    "DisplayName": member.name,
                    "JoinMethod": if member.invited { "invited" } else { "created" },
                    "ServicePrincipal": service,
                })
            })
        });
        listing::paged(context, "Accounts", "Account", found.collect())
    }

    pub(super) fn list_delegated_services_for_account(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        self.check_management(context)?;
        let account = named_account(context)?;
        self.member(context)?;
        let own = self.delegations.0.iter().filter(|((_, one), _)| *one == account);
        let (rows, next) = listing::token_page(own.collect(), |((service, _), _)| service.as_str(), context)?;
        let rows = rows.into_iter().map(|((service, _), since)| {
            json!({
                "DelegationEnabledTime": time::wire_millis(*since),
                "ServicePrincipal": service,
                "Status": "ENABLED",
            })
        });
        Ok(Done::new(json!({
            "DelegatedServices": { "DelegatedService": rows.collect::<Vec<_>>() },
            "MaxResults": listing::max_results(context)?,
            "NextToken": next,
        })))
    }

    /// A delegated administrator names the management account in `AdminAccountId`.
    pub(super) fn list_trusted_service_status(&mut self, context: &mut Context<'_>) -> Result<Done, Refusal> {
        let named = context.params.get("AdminAccountId");
        if named.is_some_and(|account| account == self.management.as_str()) {
            self.check_reader(context)?;
        } else {
            self.check_management(context)?;
        }
        let services = context.trusted.0.iter();
        let rows = services
            .map(|(service, since)| json!({ "EnableTime": time::wire_millis(*since), "ServicePrincipal": service }));
        let rows = rows.collect();
        listing::paged(context, "EnabledServicePrincipals", "EnabledServicePrincipal", rows)
    }
}

/// The service that `ServicePrincipal` names; which services support administrators is not simulated.
fn service(context: &Context<'_>) -> Result<String, Refusal> {
    let name = context.params.get("ServicePrincipal");
    let name = name.ok_or_else(|| missing("ServicePrincipal"))?;
    if name.ends_with(SERVICE_SUFFIX) && name.len() > SERVICE_SUFFIX.len() {
        Ok(name.to_owned())
    } else {
        Err(super::invalid("ServicePrincipal"))
    }
}
