//! Ranges of IP addresses in a pattern: `10.0.0.0/24`, or one address. Not here: names; nothing is looked up.

use std::net::IpAddr;

/// The addresses that share their first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cidr {
    network: IpAddr,
    bits: u32,
}

impl Cidr {
    /// `None` unless the text is an address, or an address with a length in bits that it can have.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            None => (text, None),
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
        };
        let network: IpAddr = address.parse().ok()?;
        let bits = bits.unwrap_or(width(network));
        (bits <= width(network)).then_some(Self { network, bits })
    }

    /// Whether `text` is an address of the range; what is no address is not.
    pub(super) fn holds(self, text: &str) -> bool {
        let Ok(address) = text.parse::<IpAddr>() else {
            return false;
        };
        width(address) == width(self.network) && prefix(address, self.bits) == prefix(self.network, self.bits)
    }
}

fn width(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(_) => u32::BITS,
        IpAddr::V6(_) => u128::BITS,
    }
}

/// The first `bits` of an address.
fn prefix(address: IpAddr, bits: u32) -> u128 {
    let number = match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    number.checked_shr(width(address).saturating_sub(bits)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(range: &str, address: &str, wanted: bool) {
        assert_eq!(
            Cidr::parse(range).unwrap().holds(address),
            wanted,
            "{address} in {range}"
        );
    }

    #[test]
    fn an_address_is_in_the_ranges_that_share_its_first_bits() {
        check("10.0.0.0/24", "10.0.0.255", true);
        check("10.0.0.0/24", "10.0.1.0", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("203.0.113.9", "203.0.113.9", true);
        check("203.0.113.9/32", "203.0.113.8", false);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("2001:db8::/32", "10.0.0.1", false);
        check("10.0.0.0/8", "Internal", false);
    }

    #[test]
    fn what_is_no_range_is_not_read() {
        for text in ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "example.com", "10.0.0.0/"] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }
}
