//! How far a channel may reach: the public internet, or private networks too.
//!
//! A webhook address is configuration that a wider circle can edit than can enter our network. Unless it is said
//! otherwise, it may not lead to loopback, private networks or the metadata service (100.100.100.200).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where a channel's requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses only, checked after name resolution and on the address that is really connected to.
    Public,
    /// Also private and loopback addresses (`allow_private` in the configuration).
    PrivateToo,
}

/// Whether `ip` is an ordinary address of the public internet.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Whether `ip` is this machine, in any spelling.
pub(crate) fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0 // "this network"
        || a >= 240 // reserved, broadcast
        || (a == 100 && (64..128).contains(&b)) // shared address space; the ECS metadata service and internal endpoints
        || (a == 192 && b == 0 && c == 0) // IETF protocol assignments
        || (a == 192 && b == 88 && c == 99) // 6to4 relays
        || (a == 198 && (b == 18 || b == 19)); // benchmarking
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = embedded_v4(ip) {
        return is_public_v4(v4);
    }
    let [first, second, ..] = ip.segments();
    let global_unicast = (0x2000..0x4000).contains(&first);
    let teredo_or_documentation = first == 0x2001 && (second == 0 || second == 0x0db8);
    global_unicast && !teredo_or_documentation
}

/// The IPv4 address that a mapped, NAT64 or 6to4 address leads to.
fn embedded_v4(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = ip.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match (s0, s1) {
        (0x2002, _) => Some(v4(s1, s2)),
        (0x0064, 0xff9b) if [s2, s3, s4, s5] == [0; 4] => Some(v4(s6, s7)),
        _ => ip.to_ipv4_mapped(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ordinary_internet_addresses_are_public() {
        #[track_caller]
        fn check(ip: &str, public: bool) {
            assert_eq!(is_public(ip.parse().unwrap()), public, "{ip}");
        }
        for ip in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.32.0.1",
            "2400:3200::1",
            "::ffff:8.8.8.8",
        ] {
            check(ip, true);
        }
        for ip in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:100.100.100.200",
            "64:ff9b::6464:64c8",
            "64:ff9b:1::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd00:100::1",
            "fe80::1",
            "ff02::1",
        ] {
            check(ip, false);
        }
    }

    #[test]
    fn loopback_is_known_in_every_spelling() {
        #[track_caller]
        fn check(ip: &str, loopback: bool) {
            assert_eq!(is_loopback(ip.parse().unwrap()), loopback, "{ip}");
        }
        check("127.0.0.1", true);
        check("127.8.9.1", true);
        check("::1", true);
        check("::ffff:127.0.0.1", true);
        check("10.0.0.1", false);
    }
}
