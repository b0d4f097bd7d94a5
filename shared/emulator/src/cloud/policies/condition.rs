//! Conditions of a statement: an operator, a key, and the values that the key is compared with
//! (<https://www.alibabacloud.com/help/en/ram/conditional-operator>). Not here: where keys get their values.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;

use super::decision::Reading;
use super::document::Effect;
use super::wildcard::{Capitals, fits};

/// How one value is compared with one that the policy names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Text,
    TextIgnoringCase,
    Pattern,
    /// Numbers, which compare in one of these ways.
    Number(&'static [Ordering]),
    /// Points in time.
    Date(&'static [Ordering]),
    Truth,
    Address,
}

const EQUAL: &[Ordering] = &[Ordering::Equal];
const LESS: &[Ordering] = &[Ordering::Less];
const LESS_OR_EQUAL: &[Ordering] = &[Ordering::Less, Ordering::Equal];
const GREATER: &[Ordering] = &[Ordering::Greater];
const GREATER_OR_EQUAL: &[Ordering] = &[Ordering::Greater, Ordering::Equal];

/// The operators of RAM: name, test, and whether it is turned round.
const OPERATORS: [(&str, Test, bool); 21] = [
    ("Bool", Test::Truth, false),
    ("DateEquals", Test::Date(EQUAL), false),
    ("DateGreaterThan", Test::Date(GREATER), false),
    ("DateGreaterThanEquals", Test::Date(GREATER_OR_EQUAL), false),
    ("DateLessThan", Test::Date(LESS), false),
    ("DateLessThanEquals", Test::Date(LESS_OR_EQUAL), false),
    ("DateNotEquals", Test::Date(EQUAL), true),
    ("IpAddress", Test::Address, false),
    ("NotIpAddress", Test::Address, true),
    ("NumericEquals", Test::Number(EQUAL), false),
    ("NumericGreaterThan", Test::Number(GREATER), false),
    ("NumericGreaterThanEquals", Test::Number(GREATER_OR_EQUAL), false),
    ("NumericLessThan", Test::Number(LESS), false),
    ("NumericLessThanEquals", Test::Number(LESS_OR_EQUAL), false),
    ("NumericNotEquals", Test::Number(EQUAL), true),
    ("StringEquals", Test::Text, false),
    ("StringEqualsIgnoreCase", Test::TextIgnoringCase, false),
    ("StringLike", Test::Pattern, false),
    ("StringNotEquals", Test::Text, true),
    ("StringNotEqualsIgnoreCase", Test::TextIgnoringCase, true),
    ("StringNotLike", Test::Pattern, true),
];

/// One key of one operator. All conditions of a statement have to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    test: Test,
    negated: bool,
    key: String,
    /// One of them is enough.
    values: Vec<String>,
}

impl Condition {
    /// A condition, if there is such an operator.
    pub(super) fn new(operator: &str, key: String, values: Vec<String>) -> Option<Self> {
        let (_, test, negated) = OPERATORS.iter().find(|(name, _, _)| *name == operator)?;
        Some(Self {
            test: *test,
            negated: *negated,
            key,
            values,
        })
    }

    /// Whether it holds for a call with these keys. What is not documented about keys that are absent or have several
    /// values is as the reading says.
    pub(super) fn holds(&self, effect: Effect, keys: &BTreeMap<String, Vec<String>>, reading: Reading) -> bool {
        let values = keys.get(&self.key).map(Vec::as_slice).unwrap_or_default();
        if values.is_empty() {
            return self.negated && reading.absent_key_differs;
        }
        let mut each = values
            .iter()
            .map(|value| self.values.iter().any(|wanted| self.test.passes(value, wanted)) != self.negated);
        if effect == Effect::Allow && reading.every_value_counts {
            each.all(|holds| holds)
        } else {
            each.any(|holds| holds)
        }
    }
}

impl Test {
    fn passes(self, value: &str, wanted: &str) -> bool {
        match self {
            Self::Text => value == wanted,
            Self::TextIgnoringCase => value.to_lowercase() == wanted.to_lowercase(),
            Self::Pattern => fits(wanted, value, Capitals::Matter),
            Self::Number(orders) => {
                let number = |text: &str| text.parse::<f64>().ok();
                let order = number(value).and_then(|value| value.partial_cmp(&number(wanted)?));
                order.is_some_and(|order| orders.contains(&order))
            }
            Self::Date(orders) => {
                let date = |text: &str| text.parse::<Timestamp>().ok();
                let order = date(value).and_then(|value| Some(value.cmp(&date(wanted)?)));
                order.is_some_and(|order| orders.contains(&order))
            }
            Self::Truth => value.eq_ignore_ascii_case(wanted),
            Self::Address => is_within(value, wanted),
        }
    }
}

/// Whether an address is the one that is named, or in the block that is named (`10.0.0.0/8`).
fn is_within(address: &str, block: &str) -> bool {
    let (network, length) = block
        .split_once('/')
        .map_or((block, None), |(network, length)| (network, length.parse::<u32>().ok()));
    let bits = |text: &str| match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => Some((32, u128::from(address.to_bits()))),
        Ok(IpAddr::V6(address)) => Some((128, address.to_bits())),
        Err(_) => None,
    };
    let (Some((width, address)), Some((same_width, network))) = (bits(address), bits(network)) else {
        return false;
    };
    if width != same_width || (block.contains('/') && length.is_none_or(|length| length > width)) {
        return false;
    }
    let free = width - length.unwrap_or(width);
    address.checked_shr(free).unwrap_or(0) == network.checked_shr(free).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_within_its_block() {
        for (address, block, expected) in [
            ("10.1.2.3", "10.0.0.0/8", true),
            ("11.1.2.3", "10.0.0.0/8", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.4", "10.1.2.3", false),
            ("10.1.2.4", "0.0.0.0/0", true),
            ("2001:db8::1", "2001:db8::/32", true),
            ("2001:db8::1", "::/0", true),
            ("2001:db8::1", "10.0.0.0/8", false),
            ("10.1.2.3", "10.0.0.0/33", false),
            ("10.1.2.3", "10.0.0.0/x", false),
        ] {
            assert_eq!(is_within(address, block), expected, "{address} {block}");
        }
    }
}
