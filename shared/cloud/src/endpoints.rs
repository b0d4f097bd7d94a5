//! Which host answers for a product in a region, and how to point all of them somewhere else.
//!
//! Host names are those of the official SDKs and of <https://github.com/aliyun/aliyun-openapi-meta>.

mod overrides;

use std::net::IpAddr;

use http::Uri;
use http::uri::Authority;

use self::overrides::Overrides;
use crate::object::ObjectPlace;
use crate::product::{Product, Site};

/// Bounds of the name of a bucket, in characters.
const BUCKET_CHARS_MIN: usize = 3;
const BUCKET_CHARS_MAX: usize = 63;
/// Longest key of an object, in bytes.
const KEY_BYTES_MAX: usize = 1023;
/// Longest region id that is believed, in characters; the longest known has 21.
const REGION_CHARS_MAX: usize = 40;

/// Regions that have Resource Sharing, by the same source in April 2026, in order. (Its own `DescribeRegions` tells the same
/// at run time, but only where it is.)
const RESOURCE_SHARING_REGIONS: [&str; 26] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-southeast-1",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "cn-beijing",
    "cn-chengdu",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shenzhen",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-zhangjiakou",
    "eu-central-1",
    "eu-west-1",
    "me-central-1",
    "us-east-1",
    "us-west-1",
];

/// There is no host to call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The product is regional and no region was named.
    #[error("{0} is called in a region, and none was named")]
    RegionMissing(Product),
    /// The region cannot be part of a host name.
    #[error("{0:?} is not a region id")]
    RegionInvalid(String),
    /// The bucket cannot be part of a host name.
    #[error("{0:?} is not the name of a bucket")]
    BucketInvalid(String),
    /// The key cannot be a path: it is empty or too long, begins with a slash, or has a part that means another place.
    #[error("{0:?} cannot be the key of an object")]
    KeyInvalid(String),
    /// Endpoints are overridden, and this one is not among them.
    #[error("the configured endpoints name no host for {product} in {place}")]
    NotListed {
        /// The product to be called.
        product: Product,
        /// The region, or `global`.
        place: String,
    },
}

/// The text with endpoint overrides is not what was expected.
#[derive(Debug, thiserror::Error)]
#[error("read the endpoint overrides")]
pub struct OverridesError(#[from] serde_json::Error);

/// The hosts of all products.
///
/// Overrides are complete: once there are any, a product or region they do not list is an error and never the real
/// cloud, so that a simulated world cannot leak into it.
///
/// ```
/// use goldcast_cloud::{Endpoints, Product, Site};
///
/// let endpoints = Endpoints::new(Site::China);
/// let ecs = endpoints.resolve(Product::Ecs, Some("cn-beijing"))?;
/// assert_eq!(ecs.to_string(), "https://ecs.cn-beijing.aliyuncs.com/");
///
/// let simulated = endpoints.overridden(r#"{"endpoints":{"cn-beijing":{"ecs":"127.0.0.1:8080"}},"global":{}}"#)?;
/// let ecs = simulated.resolve(Product::Ecs, Some("cn-beijing"))?;
/// assert_eq!(ecs.to_string(), "http://127.0.0.1:8080/");
/// assert!(simulated.resolve(Product::Sts, None).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Endpoints {
    site: Site,
    internal_objects: bool,
    overrides: Option<Overrides>,
}

impl Endpoints {
    /// The public hosts for accounts of a site.
    pub fn new(site: Site) -> Self {
        Self {
            site,
            internal_objects: false,
            overrides: None,
        }
    }

    /// These endpoints with the internal hosts of Object Storage Service, which cost no traffic and answer only inside the
    /// cloud, in the bucket's own region.
    #[must_use]
    pub fn with_internal_objects(self) -> Self {
        Self {
            internal_objects: true,
            ..self
        }
    }

    /// These endpoints with the hosts of a JSON text in their place:
    /// `{"endpoints":{"cn-hangzhou":{"ecs":"127.0.0.1:1","kms":…}},"global":{"sts":"127.0.0.1:2",…}}`.
    ///
    /// Loopback hosts are spoken to by plain `http`, all others by `https`. Members that are not known are ignored.
    pub fn overridden(&self, json: &str) -> Result<Self, OverridesError> {
        Ok(Self {
            overrides: Some(serde_json::from_slice(json.as_bytes())?),
            ..self.clone()
        })
    }

    /// Whether a region has Resource Sharing. With overrides they alone say so. Calling it elsewhere finds no host.
    pub fn has_resource_sharing(&self, region: &str) -> bool {
        match &self.overrides {
            Some(overrides) => overrides.host(Product::ResourceSharing, Some(region)).is_ok(),
            None => RESOURCE_SHARING_REGIONS.binary_search(&region).is_ok(),
        }
    }

    /// The root of the product's API. Global products ignore the region; STS is central without one.
    pub fn resolve(&self, product: Product, region: Option<&str>) -> Result<Uri, EndpointError> {
        if let Some(region) = region.filter(|region| !is_region(region)) {
            return Err(EndpointError::RegionInvalid(
                region.chars().take(REGION_CHARS_MAX).collect(),
            ));
        }
        let host = match &self.overrides {
            Some(overrides) => overrides.host(product, region)?.to_owned(),
            None if product == Product::Oss && self.internal_objects => {
                format!("oss-{}-internal.aliyuncs.com", named(product, region)?)
            }
            None => public_host(self.site, product, region)?,
        };
        uri(&host, "/").ok_or_else(|| EndpointError::RegionInvalid(region.unwrap_or_default().to_owned()))
    }

    /// Where a bucket is, of which a place says the name and the region.
    pub(crate) fn bucket(&self, place: &ObjectPlace) -> Result<Uri, EndpointError> {
        // Any key will do: it stands behind the last slash.
        let object = self.object(&ObjectPlace::new(&place.region, &place.bucket, "key"))?;
        let path = object.path().strip_suffix("key").unwrap_or_default().to_owned();
        let host = object.authority().map_or("", Authority::as_str);
        uri(host, &path).ok_or_else(|| EndpointError::BucketInvalid(place.bucket.clone()))
    }

    /// Where an object is. The bucket is part of the host, except where the host is an address: then it leads the path, as
    /// official clients have it.
    pub(crate) fn object(&self, place: &ObjectPlace) -> Result<Uri, EndpointError> {
        if !is_bucket(&place.bucket) {
            return Err(EndpointError::BucketInvalid(
                place.bucket.chars().take(BUCKET_CHARS_MAX).collect(),
            ));
        }
        let invalid = || EndpointError::KeyInvalid(place.key.chars().take(KEY_BYTES_MAX).collect());
        if !is_key(&place.key) {
            return Err(invalid());
        }
        let root = self.resolve(Product::Oss, Some(&place.region))?;
        let host = root.authority().map_or("", Authority::as_str);
        let key = goldcast_signing::percent_encode(&place.key).replace("%2F", "/");
        let is_address = root
            .host()
            .is_some_and(|host| is_loopback(host) || address(host).is_some());
        let uri = if is_address {
            uri(host, &format!("/{}/{key}", place.bucket))
        } else {
            uri(&format!("{}.{host}", place.bucket), &format!("/{key}"))
        };
        uri.ok_or_else(invalid)
    }
}

fn public_host(site: Site, product: Product, region: Option<&str>) -> Result<String, EndpointError> {
    let regional = || named(product, region);
    let host = match product {
        Product::Ecs => match regional()? {
            "cn-hangzhou" | "cn-shanghai-finance-1" | "cn-shenzhen-finance-1" => "ecs-cn-hangzhou".to_owned(),
            "cn-hangzhou-finance" | "cn-north-2-gov-1" => "ecs".to_owned(),
            region => format!("ecs.{region}"),
        },
        Product::Oss => format!("oss-{}", regional()?),
        Product::EventBridge => format!("eventbridge-console.{}", regional()?),
        Product::Fc => format!("fcv3.{}", regional()?),
        Product::Kms | Product::Oos | Product::ResourceSharing => format!("{product}.{}", regional()?),
        Product::Sts => match region {
            // The two closed regions never got a host of their own.
            None | Some("ap-south-1" | "ap-southeast-2") => "sts".to_owned(),
            Some(region) => format!("sts.{region}"),
        },
        Product::ResourceDirectory => match site {
            Site::China => "resourcedirectory".to_owned(),
            Site::International => "resourcedirectory-intl".to_owned(),
        },
        Product::Quotas | Product::Ram | Product::Ros => product.name().to_owned(),
    };
    Ok(format!("{host}.aliyuncs.com"))
}

fn named(product: Product, region: Option<&str>) -> Result<&str, EndpointError> {
    region.ok_or(EndpointError::RegionMissing(product))
}

/// `http` for this machine, `https` for every other.
fn uri(host: &str, path: &str) -> Option<Uri> {
    let authority: Authority = host.parse().ok()?;
    let scheme = if is_loopback(authority.host()) { "http" } else { "https" };
    Uri::builder()
        .scheme(scheme)
        .authority(authority)
        .path_and_query(path)
        .build()
        .ok()
}

/// Bucket names are labels of a host name (<https://www.alibabacloud.com/help/en/oss/user-guide/bucket-naming-conventions>).
fn is_bucket(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (BUCKET_CHARS_MIN..=BUCKET_CHARS_MAX).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(legal)
}

/// Whether a key survives as a path on its way: libraries resolve `.` and `..` away, and the signature with them.
fn is_key(text: &str) -> bool {
    (1..=KEY_BYTES_MAX).contains(&text.len())
        && !text.starts_with(['/', '\\'])
        && !text.split('/').any(|part| part == "." || part == "..")
}

/// Region ids become part of a host name, so nothing may be in them that ends a label or a host.
fn is_region(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.len() <= REGION_CHARS_MAX && !text.starts_with('-') && text.bytes().all(legal)
}

/// Whether a host, as it stands in a URI, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost" || address(host).is_some_and(|address| address.is_loopback())
}

/// The IP address that a host, as it stands in a URI, is; a name is none.
fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(endpoints: &Endpoints, product: Product, region: Option<&str>, expected: &str) {
        assert_eq!(endpoints.resolve(product, region).unwrap().to_string(), expected);
    }

    #[test]
    fn public_hosts_follow_the_official_maps() {
        let china = Endpoints::new(Site::China);
        check(
            &china,
            Product::Ecs,
            Some("cn-beijing"),
            "https://ecs.cn-beijing.aliyuncs.com/",
        );
        check(
            &china,
            Product::Ecs,
            Some("cn-hangzhou"),
            "https://ecs-cn-hangzhou.aliyuncs.com/",
        );
        check(
            &china,
            Product::Ecs,
            Some("cn-shanghai-finance-1"),
            "https://ecs-cn-hangzhou.aliyuncs.com/",
        );
        check(
            &china,
            Product::Ecs,
            Some("cn-north-2-gov-1"),
            "https://ecs.aliyuncs.com/",
        );
        check(
            &china,
            Product::ResourceSharing,
            Some("eu-west-1"),
            "https://resourcesharing.eu-west-1.aliyuncs.com/",
        );
        check(
            &china,
            Product::Kms,
            Some("eu-west-1"),
            "https://kms.eu-west-1.aliyuncs.com/",
        );
        check(
            &china,
            Product::Oos,
            Some("eu-west-1"),
            "https://oos.eu-west-1.aliyuncs.com/",
        );
        check(&china, Product::Sts, None, "https://sts.aliyuncs.com/");
        check(
            &china,
            Product::Sts,
            Some("eu-west-1"),
            "https://sts.eu-west-1.aliyuncs.com/",
        );
        check(&china, Product::Ram, None, "https://ram.aliyuncs.com/");
        check(
            &china,
            Product::ResourceDirectory,
            None,
            "https://resourcedirectory.aliyuncs.com/",
        );
        let international = Endpoints::new(Site::International);
        check(
            &international,
            Product::ResourceDirectory,
            None,
            "https://resourcedirectory-intl.aliyuncs.com/",
        );
    }

    #[test]
    fn overrides_are_complete_and_their_unknown_members_are_ignored() {
        let json = r#"{"endpoints":{"cn-hangzhou":{"ecs":"127.0.0.1:1","resourcesharing":"127.0.0.1:3","kms":"kms.test","oss":"oss.test","mns":7}},
            "global":{"resourcedirectory":"127.0.0.1:2","sts":"[::1]:2","ram":"127.0.0.1:2","new":{}},"version":1}"#;
        let endpoints = Endpoints::new(Site::China).overridden(json).unwrap();
        check(&endpoints, Product::Ecs, Some("cn-hangzhou"), "http://127.0.0.1:1/");
        check(&endpoints, Product::Kms, Some("cn-hangzhou"), "https://kms.test/");
        check(
            &endpoints,
            Product::ResourceSharing,
            Some("cn-hangzhou"),
            "http://127.0.0.1:3/",
        );
        check(&endpoints, Product::Ram, None, "http://127.0.0.1:2/");
        check(&endpoints, Product::Sts, Some("cn-hangzhou"), "http://[::1]:2/");
        check(&endpoints, Product::ResourceDirectory, None, "http://127.0.0.1:2/");
        let not_listed = EndpointError::NotListed {
            product: Product::Ecs,
            place: "cn-beijing".to_owned(),
        };
        assert_eq!(endpoints.resolve(Product::Ecs, Some("cn-beijing")), Err(not_listed));
        let not_listed = EndpointError::NotListed {
            product: Product::Quotas,
            place: "global".to_owned(),
        };
        assert_eq!(endpoints.resolve(Product::Quotas, None), Err(not_listed));
    }

    #[test]
    fn an_object_is_at_its_buckets_host_or_below_an_address() {
        let public = Endpoints::new(Site::China);
        let simulated = r#"{"endpoints":{"cn-beijing":{"oss":"127.0.0.1:1"},"eu-west-1":{"oss":"oss.test"}}}"#;
        let simulated = public.overridden(simulated).unwrap();
        let internal = public.clone().with_internal_objects();
        for (endpoints, region, expected) in [
            (
                &public,
                "cn-beijing",
                "https://told.oss-cn-beijing.aliyuncs.com/a%20b/c.json",
            ),
            (
                &internal,
                "cn-beijing",
                "https://told.oss-cn-beijing-internal.aliyuncs.com/a%20b/c.json",
            ),
            (&simulated, "cn-beijing", "http://127.0.0.1:1/told/a%20b/c.json"),
            (&simulated, "eu-west-1", "https://told.oss.test/a%20b/c.json"),
        ] {
            let place = ObjectPlace::new(region, "told", "a b/c.json");
            assert_eq!(endpoints.object(&place).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn nothing_but_a_bucket_and_a_key_becomes_part_of_an_address() {
        let endpoints = Endpoints::default();
        for bucket in ["", "ab", "Told", "a.b", "evil/", "-told", "told-", "a@b"] {
            let refused = endpoints.object(&ObjectPlace::new("cn-beijing", bucket, "k"));
            assert_eq!(refused, Err(EndpointError::BucketInvalid(bucket.to_owned())));
        }
        for key in ["", "/k", "\\k", "a/../b", "."] {
            let refused = endpoints.object(&ObjectPlace::new("cn-beijing", "told", key));
            assert_eq!(refused, Err(EndpointError::KeyInvalid(key.to_owned())));
        }
    }

    #[test]
    fn resource_sharing_is_known_to_be_where_it_is() {
        assert!(RESOURCE_SHARING_REGIONS.is_sorted());
        let public = Endpoints::new(Site::China);
        let simulated = public
            .overridden(
                r#"{"endpoints":{"cn-nanjing":{"resourcesharing":"127.0.0.1:1"},"cn-beijing":{"ecs":"127.0.0.1:2"}}}"#,
            )
            .unwrap();
        for (region, really, simulation) in [
            ("cn-beijing", true, false),
            ("ap-northeast-1", true, false),
            ("us-west-1", true, false),
            ("cn-nanjing", false, true),
            ("us-southeast-1", false, false),
            ("", false, false),
        ] {
            assert_eq!(public.has_resource_sharing(region), really, "{region}");
            assert_eq!(simulated.has_resource_sharing(region), simulation, "{region}");
        }
    }

    #[test]
    fn nothing_but_a_region_becomes_part_of_a_host() {
        let endpoints = Endpoints::default();
        for region in ["", "evil.example/", "a@b", "CN-HANGZHOU", "-a", "cn hangzhou"] {
            let error = endpoints.resolve(Product::Ecs, Some(region)).unwrap_err();
            assert_eq!(error, EndpointError::RegionInvalid(region.to_owned()));
        }
        assert_eq!(
            endpoints.resolve(Product::Ecs, None),
            Err(EndpointError::RegionMissing(Product::Ecs))
        );
        for host in ["user@127.0.0.1:1", "http://127.0.0.1", "", ":1"] {
            let json = format!(r#"{{"global":{{"sts":"{host}"}}}}"#);
            assert!(endpoints.overridden(&json).is_err(), "{host}");
        }
    }
}
