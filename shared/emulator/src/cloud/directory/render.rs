//! Members as the API writes them. `Tags` is wrapped in listings and a plain array in GetAccount.

use serde_json::{Value, json};

use super::Directory;
use super::members::{Membership, Standing};
use super::tags::{self, Tagged};
use crate::cloud::time;

impl Directory {
    /// The fields that every answer about a member has, and `DeletionStatus` of one that is being deleted.
    pub(super) fn member_value(&self, member: &Membership) -> Value {
        let mut value = json!({
            "AccountId": member.account,
            "AccountName": format!("{}@{}.aliyunid.com", member.login, self.id),
            "DisplayName": member.name,
            "FolderId": member.folder,
            "JoinMethod": if member.invited { "invited" } else { "created" },
            "JoinTime": time::wire_millis(member.joined),
            "ModifyTime": time::wire_millis(member.modified),
            "ResourceDirectoryId": self.id,
            "Status": match (member.switched, member.invited) {
                (true, _) => "SwitchSuccess",
                (false, true) => "InviteSuccess",
                (false, false) => "CreateSuccess",
            },
            "Type": if member.is_cloud_account() { "CloudAccount" } else { "ResourceAccount" },
        });
        if member.standing == Standing::Deleting {
            set(&mut value, "DeletionStatus", json!("Deleting"));
        }
        value
    }

    /// A row of ListAccounts, which has the path, or of `ListAccountsForParent`, which has not.
    pub(super) fn row(&self, member: &Membership, with_path: bool, with_tags: bool) -> Value {
        let mut value = self.member_value(member);
        if with_path {
            set(&mut value, "ResourceDirectoryPath", json!(self.member_path(member)));
        }
        if with_tags {
            set(&mut value, "Tags", json!({ "Tag": self.tags_value(member) }));
        }
        value
    }

    /// GetAccount's view.
    pub(super) fn account_value(&self, member: &Membership, with_tags: bool) -> Value {
        let mut value = self.member_value(member);
        if let Some(fields) = value.as_object_mut() {
            fields.remove("DeletionStatus");
        }
        set(&mut value, "ResourceDirectoryPath", json!(self.member_path(member)));
        set(&mut value, "EmailStatus", json!(""));
        set(&mut value, "HasSecureMobilePhone", json!(false));
        set(&mut value, "IdentityInformation", json!(""));
        set(&mut value, "Location", json!("resourcemanager"));
        set(&mut value, "SecureMobilePhone", json!(""));
        let tags = if with_tags { self.tags_value(member) } else { json!([]) };
        set(&mut value, "Tags", tags);
        value
    }

    fn tags_value(&self, member: &Membership) -> Value {
        tags::value(&self.tags_of(Tagged::Account, member.account.as_str()))
    }

    fn member_path(&self, member: &Membership) -> String {
        format!("{}/{}", self.path(&member.folder), member.account)
    }
}

fn set(value: &mut Value, name: &str, member: Value) {
    if let Some(fields) = value.as_object_mut() {
        fields.insert(name.to_owned(), member);
    }
}
