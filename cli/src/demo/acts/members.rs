//! Accounts come and go, and what they have follows.

use std::collections::BTreeSet;

use goldcast_domain::AccountId;
use goldcast_domain::policy::Topic;
use jiff::Timestamp;
use serde_json::json;

use super::super::cast::all_told;
use super::super::narrator::span;
use super::super::picture::everywhere;
use super::super::story::{Release, Setback, Story, refused};
use super::are;
use crate::ink::{Who, count};
use crate::stage::deployed_name;

/// What the platform team calls the account that joins.
const NEWCOMER: &str = "payments";
/// How accounts are given and denied an image by id.
const GRANT: &str = "ModifyImageSharePermission";

impl Story<'_> {
    /// An account is created in a folder that the policy names. Gives it, if there is such a folder.
    pub(super) async fn a_member_joins(&self, release: &Release) -> Result<Option<AccountId>, Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        let Some(folder) = cast.folder_to_join() else {
            narrator.warning("this policy names accounts only; who joins gets nothing until the policy names it");
            return Ok(None);
        };
        let (began, since) = (world.now(), self.told());
        let created = self.people.create_account(NEWCOMER, folder).await;
        let account = created.map_err(|error| refused("the platform team creates an account", error))?;
        narrator.does(
            began,
            Who::PlatformTeam,
            format_args!(
                "CreateResourceAccount {NEWCOMER} in {} → {account}",
                cast.folder_name(folder)
            ),
        );
        let body = json!({ "accountId": account.as_str() }).to_string();
        let called = world.invoke_async(&deployed_name("member-added"), body);
        called.map_err(|error| refused("the account factory calls member-added", error))?;
        narrator.does(
            began,
            Who::PlatformTeam,
            "its account factory calls member-added with that account",
        );
        let has = self
            .until(
                "the account that joined has the image in every region",
                &[release],
                |view| everywhere(&self.pictured(view, release)).contains(&account),
            )
            .await?;
        let told = self.how_it_came(release, &account, (has, since)).await?;
        let regions = count(cast.regions().len(), "region");
        let waited = if has == began {
            "at once".to_owned()
        } else {
            format!("{} after it was created", span(began, has))
        };
        narrator.fact(format_args!("{NEWCOMER} can launch it in {regions}, {waited}"));
        self.say_told(&told);
        Ok(Some(account))
    }

    /// Tells how an account that joined got the image, and waits until people have been told. What comes from a shelf
    /// needs nobody's doing, and is no news.
    async fn how_it_came(
        &self,
        release: &Release,
        account: &AccountId,
        (has, since): (Timestamp, usize),
    ) -> Result<BTreeSet<String>, Setback> {
        if self.has_from_shelf(release, account) {
            let how = "has nothing to do: its folder gets what stands on the shelf";
            self.narrator.does(has, Who::Goldcast, how);
            return Ok(BTreeSet::new());
        }
        let doer = self.doer(GRANT);
        let how = format_args!("{doer} shares every image of the release with it");
        self.narrator.does(has, Who::Goldcast, how);
        let told = self.cast.told_of(Topic::Onboarded);
        self.until(&format!("{} told of the account", are(&told)), &[release], |view| {
            all_told(view, since, &told)
        })
        .await?;
        Ok(told)
    }

    fn has_from_shelf(&self, release: &Release, account: &AccountId) -> bool {
        let parts = self.picture(release);
        parts
            .iter()
            .all(|part| part.accounts.contains(account) && !part.granted.contains(account))
    }

    /// An account leaves. Gives it and its name, if there is one that the policy does not name itself.
    pub(super) async fn a_member_leaves(
        &self,
        release: &Release,
        joined: Option<AccountId>,
    ) -> Result<Option<(AccountId, String)>, Setback> {
        let (narrator, cast, world) = (self.narrator, self.cast, &self.stage.world);
        let invited = world.read(|view| cast.invited_member(view.cloud));
        let leaver = invited
            .map(|member| (member.account, member.name, true))
            .or_else(|| joined.map(|account| (account, NEWCOMER.to_owned(), false)));
        let Some((account, name, invited)) = leaver else {
            narrator.warning("this policy names accounts only; who leaves keeps its images until the policy drops it");
            return Ok(None);
        };
        let (began, from_shelf) = (world.now(), self.has_from_shelf(release, &account));
        let ended = self.people.end_membership(&account, invited).await;
        ended.map_err(|error| refused("the platform team ends a membership", error))?;
        let action = if invited { "RemoveCloudAccount" } else { "DeleteAccount" };
        narrator.does(began, Who::PlatformTeam, format_args!("{action} {name} ({account})"));
        let gone = self
            .until("the account that left has lost every image", &[release], |view| {
                let parts = self.pictured(view, release);
                let has_none = parts.iter().all(|part| !part.accounts.contains(&account));
                has_none && view.cloud.members().all(|member| member.account != account)
            })
            .await?;
        let how = if from_shelf {
            "has nothing to do: who leaves the folder leaves the shelf behind".to_owned()
        } else {
            format!("{} asks the directory, and takes every image away", self.doer(GRANT))
        };
        narrator.does(gone, Who::Goldcast, how);
        let waited = span(began, gone);
        narrator.fact(format_args!(
            "{name} can launch it nowhere, {waited} after it left; all others still can"
        ));
        Ok(Some((account, name)))
    }
}
