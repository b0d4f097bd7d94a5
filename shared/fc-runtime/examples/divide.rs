//! Everything a function can have besides its handler: a configuration, hooks, an error of its own, an HTTP page.
//!
//! `{"dividend":7,"divisor":2}` → `3`. A division by zero panics on purpose: it fails that one invocation.
//!
//! ```sh
//! DIVISOR_MAX=10 cargo run --example divide &
//! curl -i -d '{"dividend":7,"divisor":2}' http://127.0.0.1:9000/invoke
//! curl -i http://127.0.0.1:9000/
//! ```

use bytes::Bytes;
use fc_runtime::{Config, Context, Diagnostic, Environment, Event, Failure, Service, service_fn};

#[derive(serde::Deserialize)]
struct Division {
    dividend: u32,
    divisor: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("divisor {divisor} is larger than {divisor_max}")]
struct TooLarge {
    divisor: u32,
    divisor_max: u32,
}

impl Diagnostic for TooLarge {
    fn error_type(&self) -> &'static str {
        "DivisorTooLarge"
    }
}

fn setup(environment: &Environment, config: Config) -> Result<(Config, Service), Failure> {
    let divisor_max = environment.get("DIVISOR_MAX").unwrap_or("1000");
    let divisor_max: u32 = divisor_max.parse().map_err(|_| {
        Failure::new(
            "BadVariable",
            format!("DIVISOR_MAX is {divisor_max:?}, expected a number"),
        )
    })?;
    let service = service_fn(async move |event: Event<Division>| {
        let Division { dividend, divisor } = event.payload;
        if divisor > divisor_max {
            return Err(TooLarge { divisor, divisor_max });
        }
        Ok(dividend / divisor)
    });
    let service = service
        .on_initialize(async move |_: Context| {
            tracing::info!(divisor_max, "ready");
            Ok::<_, Failure>(())
        })
        .on_pre_stop(async |context: Context| {
            tracing::info!(time_left = ?context.time_left(), "going");
            Ok::<_, Failure>(())
        })
        .on_http(async |request: http::Request<Bytes>, _: Context| {
            let page = format!("POST a division to /invoke, not {}\n", request.uri().path());
            Ok::<_, Failure>(http::Response::new(page.into()))
        });
    Ok((config, service))
}

fn main() -> std::process::ExitCode {
    fc_runtime::main_with("divide", setup)
}
