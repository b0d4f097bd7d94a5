//! Greets whoever is named: `{"name":"Ada"}` → `"Hello, Ada!"`.
//!
//! ```sh
//! cargo run --example hello &
//! curl -i -d '{"name":"Ada"}' http://127.0.0.1:9000/invoke
//! ```

use fc_runtime::{Event, Failure, service_fn};

#[derive(serde::Deserialize)]
struct Greeting {
    name: String,
}

async fn hello(event: Event<Greeting>) -> Result<String, Failure> {
    tracing::info!(name = event.payload.name, "greeting");
    Ok(format!("Hello, {}!", event.payload.name))
}

fn main() -> std::process::ExitCode {
    fc_runtime::main("hello", service_fn(hello))
}
