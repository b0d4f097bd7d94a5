//! Ports for instances to listen on. Not here: the listeners of the world itself, whose ports the OS chooses.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Ports that no system gives to outgoing connections, so that nothing takes one between choice and use, and no
/// connection attempt can meet itself.
const FIRST: u16 = 10_240;
const COUNT: u16 = 20_000;
/// Spreads processes that run side by side over the ports.
const STRIDE: u32 = 997;

static TAKEN: AtomicU16 = AtomicU16::new(0);

/// A port that was free a moment ago; `None` if no port is.
pub(super) fn free_port() -> Option<u16> {
    let start = std::process::id().wrapping_mul(STRIDE) % u32::from(COUNT);
    (0..COUNT).find_map(|_| {
        let taken = u32::from(TAKEN.fetch_add(1, Ordering::Relaxed));
        let port = FIRST + u16::try_from((start + taken) % u32::from(COUNT)).unwrap_or(0);
        TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok().then_some(port)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_passed_over() {
        let first = free_port().unwrap();
        assert_ne!(free_port(), Some(first));
        assert!((FIRST..FIRST + COUNT).contains(&first));
    }
}
