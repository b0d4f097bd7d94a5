//! Functions that are not as they were deployed.

use serde_json::json;

use super::Plant;
use crate::doctor::company::{SWEEP, drop_member};

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error function-missing", "no sweep", |company| {
        company.remove_function(SWEEP);
    }),
    Plant::new("error function-inactive", "a function that failed", |company| {
        let place = (&company.scene.owner(), company.home(), SWEEP);
        let reason = "the package was deleted";
        assert!(company.change(|cloud, _| cloud.set_function_state(place, "Failed", reason)));
    }),
    Plant::new("error function-role-wrong", "another role", |company| {
        company.redeploy("Sweep", |function| function["Role"] = json!("acs:ram::1:role/other"));
    }),
    Plant::new("warning function-differs", "a shorter timeout", |company| {
        company.redeploy("Sweep", |function| function["Timeout"] = json!(3));
    }),
    Plant::new("warning function-unlogged", "no log", |company| {
        company.redeploy("Sweep", |function| drop_member(function, "LogConfig"));
    }),
    Plant::new("error variable-missing", "no variables", |company| {
        company.redeploy("Sweep", |function| drop_member(function, "EnvironmentVariables"));
    }),
    Plant::new("warning sweep-not-woken", "successes go nowhere", |company| {
        company.redeploy("ImageCreatedAsync", |config| {
            drop_member(&mut config["DestinationConfig"], "OnSuccess");
        });
    }),
    Plant::new("warning failures-lost", "failures go nowhere", |company| {
        company.redeploy("SweepAsync", |config| {
            drop_member(&mut config["DestinationConfig"], "OnFailure");
        });
    }),
    Plant::new("error sweep-not-alone", "two sweeps at a time", |company| {
        company.redeploy("OneSweepAtATime", |config| config["ReservedConcurrency"] = json!(2));
    }),
];
