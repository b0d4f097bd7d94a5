//! Who lives in the simulated cloud at the start: accounts, directory, keys, roles and the machine that images are
//! built from. Everything here is data that a test may change before the cloud starts.

use std::collections::BTreeSet;

use goldcast_domain::{AccountId, FolderId, IdError, RegionId};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;

use super::keys::KmsKey;
use super::parameters::SecretParameter;
use super::policies::Attached;
use super::roles::{Role, Trust};
use super::storage::Bucket;

/// Members of the standard organisation are numbered from here.
const FIRST_MEMBER: u64 = 2_000_000_000_000_001;
/// Accounts outside the standard directory, to be invited or shared with by mistake.
const OUTSIDERS: [u64; 2] = [3_000_000_000_000_001, 3_000_000_000_000_002];
/// Folders of the standard organisation: id, name, parent, members directly in it.
const FOLDERS: [(&str, &str, &str, u64); 4] = [
    ("fd-prod000001", "prod", ROOT, 6),
    ("fd-prodeu0001", "prod-eu", "fd-prod000001", 2),
    ("fd-dev0000001", "dev", ROOT, 3),
    ("fd-sandbox001", "sandbox", ROOT, 2),
];
/// Root folder of the standard organisation.
const ROOT: &str = "r-root01";
/// The owner's bucket in the standard organisation, as the example policy names it.
const BUCKET: &str = "corp-goldcast";
/// Longest session of a role unless it says otherwise.
const SESSION_DEFAULT: SignedDuration = SignedDuration::from_hours(1);
/// 2025-01-01T00:00:00Z, in seconds: when the standard organisation was set up.
const FOUNDED_SECONDS: i64 = 1_735_689_600;

/// A folder of the directory.
#[derive(Debug, Clone)]
pub struct Folder {
    /// `fd-…`.
    pub id: FolderId,
    /// What people call it.
    pub name: String,
    /// The folder it is in.
    pub parent: FolderId,
}

/// How an account belongs to the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// Created by the directory: a `ResourceAccount`, which can be deleted but not removed.
    Created,
    /// Joined by invitation: a `CloudAccount`, which can be removed but not deleted.
    Invited,
}

/// A member of the directory.
#[derive(Debug, Clone)]
pub struct MemberAccount {
    /// Its account id.
    pub account: AccountId,
    /// What people call it.
    pub name: String,
    /// The folder it is in.
    pub folder: FolderId,
    /// How it joined.
    pub kind: MemberKind,
}

/// An access key of a RAM user or of a whole account. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// The account it belongs to.
    pub account: AccountId,
    /// The RAM user it belongs to; empty if it is the account's own.
    pub user: String,
    /// The key id.
    pub id: String,
    /// The secret that requests are signed with.
    pub secret: SecretString,
    /// Whether it may be used.
    pub active: bool,
}

impl AccessKey {
    /// The fixed, obviously fake key of an account: user `operator`, id `LTAItest<account>`, secret
    /// `not-a-secret-<account>`.
    pub fn of(account: &AccountId) -> Self {
        Self {
            account: account.clone(),
            user: "operator".to_owned(),
            id: format!("LTAItest{account}"),
            secret: SecretString::from(format!("not-a-secret-{account}")),
            active: true,
        }
    }
}

/// An ECS instance that images can be created from.
#[derive(Debug, Clone)]
pub struct Instance {
    /// `i-…`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The account that owns it.
    pub account: AccountId,
    /// The region it runs in.
    pub region: RegionId,
    /// Size of its system disk, in GiB.
    pub disk_gib: u32,
    /// Sizes of its data disks, in GiB.
    pub data_disks_gib: Vec<u32>,
    /// How all its disks are encrypted, if they are.
    pub encryption: Option<DiskKey>,
    /// The marketplace product that it runs, if any: images made of it carry the code.
    pub product_code: String,
}

/// The key that disks are encrypted with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiskKey {
    /// The key that ECS keeps in every account and region.
    Service,
    /// A customer's key of the same account and region, by id.
    Customer(String),
}

/// A public image that Alibaba Cloud offers in every region.
#[derive(Debug, Clone)]
pub struct SystemImage {
    /// Its id, which is a long name.
    pub id: String,
    /// The operating system's name.
    pub os_name: String,
    /// Size of the system disk, in GiB.
    pub size_gib: u32,
}

/// The whole of it.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// `rd-…`.
    pub directory_id: String,
    /// The directory's management account. It is not listed as a member.
    pub management: AccountId,
    /// The account that owns the golden images.
    pub owner: AccountId,
    /// The region that images are built in.
    pub home: RegionId,
    /// `r-…`.
    pub root: FolderId,
    /// Folders below the root, parents first.
    pub folders: Vec<Folder>,
    /// Members, the owner among them.
    pub members: Vec<MemberAccount>,
    /// Accounts outside the directory.
    pub outsiders: Vec<AccountId>,
    /// Access keys.
    pub keys: Vec<AccessKey>,
    /// RAM roles.
    pub roles: Vec<Role>,
    /// Customers' keys of KMS. Service keys need no mention: ECS has one in every account and region.
    pub kms_keys: Vec<KmsKey>,
    /// Buckets of object storage.
    pub buckets: Vec<Bucket>,
    /// Encrypted parameters of the parameter store.
    pub secret_parameters: Vec<SecretParameter>,
    /// Instances.
    pub instances: Vec<Instance>,
    /// Public images.
    pub system_images: Vec<SystemImage>,
    /// Whether the directory's accounts may share with each other through Resource Sharing.
    pub sharing_enabled: bool,
    /// Regions that `DescribeRegions` tells of, where a world serves fewer than there are; else all.
    pub visible_regions: Option<BTreeSet<RegionId>>,
    /// When directory, members and public images came to be.
    pub founded: Timestamp,
}

impl Organisation {
    /// The organisation of the demo and of most tests, the same whatever the seed.
    ///
    /// Directory `rd-gold01`, root `r-root01`; folders `fd-prod000001` (accounts 2000000000000001 to …06),
    /// `fd-prodeu0001` inside it (…07, …08), `fd-dev0000001` (…09 to …11) and `fd-sandbox001` (…12, …13). Members with an
    /// odd number were created by the directory, those with an even number were invited. The owner is a member directly
    /// under the root. Accounts 3000000000000001 and …02 are outside. Every account has the key of [`AccessKey::of`], whose
    /// user is an administrator. The owner may read the directory through the role `goldcast-directory-reader`;
    /// roles of functions come with a deployment. In the home region it has the empty bucket
    /// `corp-goldcast`.
    pub fn standard(owner: AccountId, management: AccountId, home: RegionId) -> Self {
        let outsiders: Vec<AccountId> = OUTSIDERS.iter().copied().map(account).collect();
        let members = standard_members(&owner);
        let known: BTreeSet<&AccountId> = members
            .iter()
            .map(|member| &member.account)
            .chain(&outsiders)
            .chain([&management])
            .collect();
        let keys = known.into_iter().map(AccessKey::of).collect();
        let instance = Instance {
            id: "i-goldcastbuilder00001".to_owned(),
            name: "golden-builder".to_owned(),
            account: owner.clone(),
            region: home.clone(),
            disk_gib: 40,
            data_disks_gib: Vec::new(),
            encryption: None,
            product_code: String::new(),
        };
        Self {
            directory_id: "rd-gold01".to_owned(),
            root: folder(ROOT),
            folders: FOLDERS
                .iter()
                .map(|(id, name, parent, _)| Folder {
                    id: folder(id),
                    name: (*name).to_owned(),
                    parent: folder(parent),
                })
                .collect(),
            members,
            outsiders,
            keys,
            roles: standard_roles(&owner, &management),
            kms_keys: Vec::new(),
            buckets: vec![Bucket {
                name: BUCKET.to_owned(),
                account: owner.clone(),
                region: home.clone(),
            }],
            secret_parameters: Vec::new(),
            instances: vec![instance],
            system_images: vec![
                system_image(
                    "aliyun_3_x64_20G_alibase_20240819.vhd",
                    "Alibaba Cloud Linux  3.2104 LTS 64 bit",
                ),
                system_image("ubuntu_22_04_x64_20G_alibase_20240820.vhd", "Ubuntu  22.04 64 bit"),
            ],
            sharing_enabled: true,
            visible_regions: None,
            founded: Timestamp::from_second(FOUNDED_SECONDS).unwrap_or(Timestamp::UNIX_EPOCH),
            management,
            owner,
            home,
        }
    }
}

impl Organisation {
    /// Gives the owner an enabled key in a region, as old as the organisation.
    pub fn add_kms_key(&mut self, region: &RegionId, id: &str) {
        self.kms_keys.push(KmsKey::new(&self.owner, region, id, self.founded));
    }
}

fn standard_members(owner: &AccountId) -> Vec<MemberAccount> {
    let mut members = vec![MemberAccount {
        account: owner.clone(),
        name: "image-factory".to_owned(),
        folder: folder(ROOT),
        kind: MemberKind::Invited,
    }];
    let mut number = FIRST_MEMBER;
    for (id, name, _, count) in FOLDERS {
        for place in 1..=count {
            members.push(MemberAccount {
                account: account(number),
                name: format!("{name}-{place:02}"),
                folder: folder(id),
                kind: if number % 2 == 1 {
                    MemberKind::Created
                } else {
                    MemberKind::Invited
                },
            });
            number += 1;
        }
    }
    members
}

fn standard_roles(owner: &AccountId, management: &AccountId) -> Vec<Role> {
    vec![Role {
        account: management.clone(),
        name: "goldcast-directory-reader".to_owned(),
        trust: Trust::Account(owner.clone()),
        max_session: SESSION_DEFAULT,
        policies: vec![Attached::System(Role::DIRECTORY_READER_POLICY.to_owned())],
    }]
}

fn system_image(id: &str, os_name: &str) -> SystemImage {
    SystemImage {
        id: id.to_owned(),
        os_name: os_name.to_owned(),
        size_gib: 20,
    }
}

/// The account with this number; only for the fixed numbers above, which are all 16 digits.
fn account(number: u64) -> AccountId {
    fixed(&number.to_string())
}

/// The folder with this id; only for the fixed ids above.
fn folder(id: &str) -> FolderId {
    fixed(id)
}

#[expect(
    clippy::expect_used,
    reason = "called with the constants of this file only, which a test parses all"
)]
fn fixed<T: std::str::FromStr<Err = IdError>>(text: &str) -> T {
    text.parse().expect("a constant of this file is a valid id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_organisation_has_its_fixed_ids() {
        let organisation = Organisation::standard(
            account(FIRST_MEMBER + 900),
            account(FIRST_MEMBER + 901),
            "cn-hangzhou".parse().unwrap(),
        );
        assert_eq!(organisation.members.len(), 14);
        let last = organisation.members.last().unwrap();
        assert_eq!(
            (last.account.as_str(), last.folder.as_str()),
            ("2000000000000013", "fd-sandbox001")
        );
        assert_eq!(organisation.keys.len(), 14 + 2 + 1);
    }

    #[test]
    fn a_key_shows_no_secret() {
        let key = AccessKey::of(&account(FIRST_MEMBER));
        assert!(!format!("{key:?}").contains("not-a-secret"));
    }
}
