//! What can be found, each with the severities it can have. The names are an interface: scripts and docs/doctor.md know them, and
//! each is planted in a test.

use super::finding::Severity;

macro_rules! ids {
    ($($variant:ident $name:literal [$($severity:ident),+],)+) => {
        /// Something that is not as it should be.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Id {
            $($variant,)+
        }

        impl Id {
            /// All of them, part by part.
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable name.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// How bad it can be.
            pub(super) fn severities(self) -> &'static [Severity] {
                match self {
                    $(Self::$variant => &[$(Severity::$severity,)+],)+
                }
            }
        }
    };
}

ids! {
    ClockSkewed "clock-skewed" [Warning, Error],
    KeysRefused "keys-refused" [Error],
    AccountWrong "account-wrong" [Error],
    KeysOfRoot "keys-of-root" [Note],

    RegionUnknown "region-unknown" [Error],
    RegionWithoutShelf "region-without-shelf" [Warning],
    RegionSilent "region-silent" [Unknown],
    RegionsUnread "regions-unread" [Unknown],

    DirectoryClosed "directory-closed" [Error],
    OwnerOutside "owner-outside" [Error],
    FolderMissing "folder-missing" [Error],
    AccountOutside "account-outside" [Warning],
    SharingDisabled "sharing-disabled" [Error],
    DirectoryUnread "directory-unread" [Unknown],
    FolderUnread "folder-unread" [Unknown],
    AccountUnread "account-unread" [Unknown],
    SharingUnread "sharing-unread" [Unknown],

    RoleMissing "role-missing" [Error],
    RoleUntrusting "role-untrusting" [Error],
    RoleLacks "role-lacks" [Error],
    RoleNarrower "role-narrower" [Error],
    RoleDenied "role-denied" [Warning, Error],
    RoleWider "role-wider" [Warning],
    RoleTooPowerful "role-too-powerful" [Warning],
    RoleUnread "role-unread" [Unknown],
    RolePoliciesUnread "role-policies-unread" [Unknown],

    KeyMissing "key-missing" [Error],
    KeyDisabled "key-disabled" [Error],
    KeyLeaving "key-leaving" [Error],
    KeyOfService "key-of-service" [Error],
    ShareRoleMissing "share-role-missing" [Error],
    ShareRoleFull "share-role-full" [Warning],
    ShareRoleUntrusting "share-role-untrusting" [Note],
    KeyUnread "key-unread" [Unknown],
    ShareRoleUnread "share-role-unread" [Unknown],

    QuotaFull "quota-full" [Error],
    QuotaNearlyFull "quota-nearly-full" [Warning],
    QuotaUnknown "quota-unknown" [Note],
    LimitAboveQuota "limit-above-quota" [Error],
    AudienceAboveQuota "audience-above-quota" [Error],
    TagsFull "tags-full" [Error],
    QuotasUnread "quotas-unread" [Unknown],
    ImagesUnread "images-unread" [Unknown],

    FunctionMissing "function-missing" [Error],
    FunctionInactive "function-inactive" [Error],
    FunctionRoleWrong "function-role-wrong" [Error],
    FunctionDiffers "function-differs" [Warning],
    FunctionUnlogged "function-unlogged" [Warning],
    VariableMissing "variable-missing" [Error],
    SweepNotWoken "sweep-not-woken" [Warning],
    FailuresLost "failures-lost" [Warning],
    SweepNotAlone "sweep-not-alone" [Error],
    TimerMissing "timer-missing" [Error],
    TimerDisabled "timer-disabled" [Error],
    TriggerMissing "trigger-missing" [Warning],
    TriggerDisabled "trigger-disabled" [Warning],
    FunctionUnread "function-unread" [Unknown],
    AnswersUnread "answers-unread" [Unknown],
    ConcurrencyUnread "concurrency-unread" [Unknown],
    TriggersUnread "triggers-unread" [Unknown],

    EventbridgeClosed "eventbridge-closed" [Error],
    RulesFull "rules-full" [Note],
    ServiceRoleMissing "service-role-missing" [Warning],
    TriggerRoleMissing "trigger-role-missing" [Warning],
    TriggerRuleMissing "trigger-rule-missing" [Warning],
    RuleMissing "rule-missing" [Warning],
    RuleDisabled "rule-disabled" [Warning],
    PatternMisses "pattern-misses" [Warning],
    PatternDiffers "pattern-differs" [Note],
    BusMissing "bus-missing" [Warning],
    ForwardingMissing "forwarding-missing" [Note],
    ForwardingDisabled "forwarding-disabled" [Warning],
    RulesUnread "rules-unread" [Unknown],
    RuleUnread "rule-unread" [Unknown],
    ServiceRoleUnread "service-role-unread" [Unknown],
    BusUnread "bus-unread" [Unknown],
    ForwardingUnread "forwarding-unread" [Unknown],

    SecretMissing "secret-missing" [Error],
    ToldNowhere "told-nowhere" [Note],
    ToldBucketMissing "told-bucket-missing" [Error],
    ChannelTrouble "channel-trouble" [Warning],
    SweepNever "sweep-never" [Warning],
    SweepSilent "sweep-silent" [Error],
    SecretUnread "secret-unread" [Unknown],
    ToldBucketUnread "told-bucket-unread" [Unknown],

    FamilyEmpty "family-empty" [Note],
    CanaryBehind "canary-behind" [Error],
    FamilyUnread "family-unread" [Unknown],
    CanaryClosed "canary-closed" [Unknown],
    CanaryUnread "canary-unread" [Unknown],
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Rows of the page: ``| `one`, `other` | error, warning | … |``.
    fn documented() -> BTreeSet<(String, String)> {
        let page = include_str!("../../../../docs/doctor.md");
        let findings = page.split("## Findings").nth(1).unwrap();
        let rows = findings.split("\n## ").next().unwrap().lines();
        let mut pairs = BTreeSet::new();
        for row in rows.filter(|row| row.starts_with("| `")) {
            let mut cells = row.split('|').map(str::trim).skip(1);
            let (ids, severities) = (cells.next().unwrap(), cells.next().unwrap());
            for id in ids.split(", ") {
                let id = id.trim_matches('`').to_owned();
                pairs.extend(severities.split(", ").map(|severity| (id.clone(), severity.to_owned())));
            }
        }
        pairs
    }

    #[test]
    fn the_page_of_the_doctor_has_every_finding_with_its_severities() {
        let mut known = BTreeSet::new();
        for id in Id::ALL {
            for severity in id.severities() {
                let severity = serde_json::to_value(severity).unwrap();
                known.insert((id.name().to_owned(), severity.as_str().unwrap().to_owned()));
            }
        }
        assert_eq!(documented(), known);
    }
}
