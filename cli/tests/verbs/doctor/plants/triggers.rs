//! What wakes the functions, broken.

use serde_json::json;

use super::Plant;

pub(super) const PLANTS: &[Plant] = &[
    Plant::new("error timer-missing", "no timer", |company| {
        company.unhook("goldcast-copy-completed", "every-minute");
    }),
    Plant::new("error timer-disabled", "timer off", |company| {
        company.redeploy("EveryMinute", |trigger| {
            trigger["TriggerConfig"]["enable"] = json!(false);
        });
    }),
    Plant::new("warning trigger-missing", "no trigger", |company| {
        company.unhook("goldcast-image-created", "image-calls");
    }),
    Plant::new("warning trigger-disabled", "trigger off", |company| {
        company.redeploy("ImageCalls", |trigger| {
            trigger["TriggerConfig"]["triggerEnable"] = json!(false);
        });
    })
    .also(&["warning rule-disabled"]),
    Plant::new("warning pattern-misses", "another pattern", |company| {
        company.repattern(r#"{"source":["acs.oos"]}"#);
    }),
    Plant::new("note pattern-differs", "a wider pattern", |company| {
        company.repattern(r#"{"source":["acs.ecs"]}"#);
    }),
    Plant::new(
        "warning trigger-rule-missing",
        "no rule behind the trigger",
        |company| {
            company.unrule("default", "goldcast-image-created-image-calls");
        },
    ),
];
