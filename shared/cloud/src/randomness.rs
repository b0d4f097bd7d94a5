//! Where nonces and jitter come from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use goldcast_tls::NoRandomness;

/// A source of 128 random bits at a time.
#[derive(Clone)]
pub struct Randomness(Arc<dyn Fn() -> Result<u128, NoRandomness> + Send + Sync>);

impl Randomness {
    /// The secure generator of the TLS provider.
    pub fn secure() -> Self {
        Self(Arc::new(|| {
            let mut bytes = [0; 16];
            goldcast_tls::fill(&mut bytes)?;
            Ok(u128::from_be_bytes(bytes))
        }))
    }

    /// A source for tests and simulations that repeat exactly. Its numbers must differ, or nonces are refused as used.
    pub fn from_fn(draw: impl Fn() -> u128 + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || Ok(draw())))
    }

    /// 32 hexadecimal digits that were not used before.
    pub(crate) fn nonce(&self) -> Result<String, NoRandomness> {
        Ok(format!("{:032x}", (self.0)()?))
    }

    /// A span between nothing and `ceiling`, both included. Without randomness it is the ceiling.
    pub(crate) fn up_to(&self, ceiling: Duration) -> Duration {
        let Ok(drawn) = (self.0)() else { return ceiling };
        let nanos = drawn % (ceiling.as_nanos() + 1);
        u64::try_from(nanos).map_or(ceiling, Duration::from_nanos)
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Randomness").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_differ_and_have_128_bits() {
        let randomness = Randomness::secure();
        let (first, second) = (randomness.nonce().unwrap(), randomness.nonce().unwrap());
        assert_eq!((first.len(), second.len()), (32, 32));
        assert_ne!(first, second);
    }

    #[test]
    fn jitter_stays_within_its_ceiling() {
        let ceiling = Duration::from_nanos(9);
        for (drawn, expected) in [(0, 0), (9, 9), (10, 0), (u128::MAX, 5)] {
            assert_eq!(
                Randomness::from_fn(move || drawn).up_to(ceiling),
                Duration::from_nanos(expected)
            );
        }
    }
}
