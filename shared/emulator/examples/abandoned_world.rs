//! A world with one warm function, for a test that kills this program: `abandoned_world FUNCTION_PROGRAM` prints the process
//! id of the function and then does nothing for ever.

use std::io::Write as _;

use goldcast_emulator::cloud::{Cloud, Organisation, Setup};
use goldcast_emulator::world::{Launch, World, WorldSetup};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = std::env::args()
        .nth(1)
        .ok_or("the program of the function is missing")?;
    let organisation = Organisation::standard(
        "1234567890123456".parse()?,
        "1000000000000001".parse()?,
        "cn-hangzhou".parse()?,
    );
    let cloud = Cloud::new(Setup::with_seed(7), &organisation);
    let start = "2026-11-20T08:00:00Z".parse()?;
    let world = World::open(WorldSetup {
        deployment: r#"{"functions": [{"name": "sweep", "timeout_seconds": 60, "memory_mb": 128}]}"#.parse()?,
        launch: Launch::always(program),
        ..WorldSetup::new(cloud, organisation.owner.clone(), organisation.home.clone(), start)
    })
    .await?;
    let answer: Value = serde_json::from_slice(&world.invoke("sweep", "{}").await?.body)?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", answer["process"])?;
    out.flush()?;
    std::future::pending().await
}
