//! What the tests of Resource Sharing have in common: calls to it, and shares that are in force.

use goldcast_emulator::cloud::Endpoint;
use serde_json::Value;

use crate::support::{Answer, HOME, OWNER, Signer, World, minutes, region};

pub(crate) const RESOURCE_SHARING: &str = "2020-01-10";
pub(crate) const DIRECTORY_ID: &str = "rd-gold01";
pub(crate) const PROD: &str = "fd-prod000001";
pub(crate) const PROD_EU: &str = "fd-prodeu0001";
pub(crate) const DEV: &str = "fd-dev0000001";

impl World {
    /// A call to Resource Sharing by an account in a region.
    pub(crate) fn sharing_as(&mut self, account: &str, at: &str, action: &str, params: &[(&str, &str)]) -> Answer {
        self.call(
            &Signer::of(account),
            &Endpoint::Region(region(at)),
            RESOURCE_SHARING,
            action,
            params,
        )
    }

    /// A call to Resource Sharing by the owner in the home region.
    pub(crate) fn sharing(&mut self, action: &str, params: &[(&str, &str)]) -> Answer {
        self.sharing_as(OWNER, HOME, action, params)
    }

    /// Asks for a share of the owner in the home region, and gives its id.
    #[track_caller]
    pub(crate) fn start_share(&mut self, name: &str, images: &[&str], targets: &[&str]) -> String {
        let params = with_lists(&[("ResourceShareName", name)], images, targets);
        let body = self.sharing("CreateResourceShare", &borrowed(&params)).ok();
        body["ResourceShare"]["ResourceShareId"].as_str().unwrap().to_owned()
    }

    /// A share of the owner in the home region whose associations are in force.
    #[track_caller]
    pub(crate) fn share(&mut self, name: &str, images: &[&str], targets: &[&str]) -> String {
        let id = self.start_share(name, images, targets);
        self.wait(minutes(1));
        id
    }

    /// Puts images and targets on a share or takes them off, by the operation's name.
    pub(crate) fn change_share(&mut self, action: &str, share: &str, images: &[&str], targets: &[&str]) -> Answer {
        let params = with_lists(&[("ResourceShareId", share)], images, targets);
        self.sharing(action, &borrowed(&params))
    }

    /// All rows of a listing under `name`, page by page.
    #[track_caller]
    pub(crate) fn rows(&mut self, account: &str, action: &str, name: &str, params: &[(&str, &str)]) -> Vec<Value> {
        let (mut rows, mut token) = (Vec::new(), String::new());
        loop {
            let params: Vec<_> = params.iter().copied().chain([("NextToken", token.as_str())]).collect();
            let body = self.sharing_as(account, HOME, action, &params).ok();
            rows.extend(body[name].as_array().unwrap().iter().cloned());
            match body.get("NextToken") {
                None => return rows,
                Some(next) => next.as_str().unwrap().clone_into(&mut token),
            }
        }
    }

    /// Entity and status of every association of a share, resources first.
    #[track_caller]
    pub(crate) fn statuses(&mut self, share: &str) -> Vec<(String, String)> {
        let mut statuses = Vec::new();
        for kind in ["Resource", "Target"] {
            let params = [("AssociationType", kind), ("ResourceShareIds.1", share)];
            let rows = self.rows(
                OWNER,
                "ListResourceShareAssociations",
                "ResourceShareAssociations",
                &params,
            );
            statuses.extend(
                rows.iter()
                    .map(|row| (text(row, "EntityId"), text(row, "AssociationStatus"))),
            );
        }
        statuses
    }
}

/// A text member.
#[track_caller]
pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap().to_owned()
}

/// Parameters written as `Name=value Name=value`.
pub(crate) fn params_of(line: &str) -> Vec<(&str, &str)> {
    line.split_whitespace()
        .map(|param| param.split_once('=').unwrap())
        .collect()
}

/// Parameters with `Resources.N` and `Targets.N` behind them.
pub(crate) fn with_lists(params: &[(&str, &str)], images: &[&str], targets: &[&str]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    for (index, image) in images.iter().enumerate() {
        let number = index + 1;
        all.push((format!("Resources.{number}.ResourceId"), (*image).to_owned()));
        all.push((format!("Resources.{number}.ResourceType"), "Image".to_owned()));
    }
    for (index, target) in targets.iter().enumerate() {
        all.push((format!("Targets.{}", index + 1), (*target).to_owned()));
    }
    all
}

pub(crate) fn borrowed(params: &[(String, String)]) -> Vec<(&str, &str)> {
    params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
