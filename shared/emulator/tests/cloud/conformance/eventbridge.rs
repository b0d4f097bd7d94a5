//! EventBridge 2020-04-01, the operations that read.

use super::{Call, Exception, Product, Recipe};
use crate::eventbridge::{event, stack};
use crate::support::World;

const PRODUCT: Product = Product {
    version: "2020-04-01",
    description: include_str!("../../fixtures/openapi/eventbridge-2020-04-01.json"),
    recipes: RECIPES,
    unsimulated: "",
    common_codes: &["InvalidParameter.Format", "InvalidArgument"],
    exceptions: EXCEPTIONS,
};

const EXCEPTIONS: &[Exception] = &[
    Exception("*", "absent Data.NextToken", "there is no other page"),
    Exception(
        "GetRule",
        "absent Data.Targets[].DetailMap",
        "what it holds is not published",
    ),
    Exception(
        "GetRule",
        "absent Data.Targets[].ConcurrentConfig",
        "nothing here sets it",
    ),
    Exception("GetRule", "absent Data.Targets[].PushSelector", "nothing here sets it"),
    Exception(
        "GetRule",
        "absent Data.Targets[].DeadLetterQueue*",
        "the queue of a stack has an ARN and no network",
    ),
    Exception(
        "GetRule",
        "absent Data.Targets[].ParamList[].Template",
        "only templates have one",
    ),
    Exception(
        "ListRules",
        "absent Data.Rules[].DetailMap",
        "what it holds is not published",
    ),
];

const RECIPES: &[Recipe] = &[
    Recipe("CheckServiceLinkedRoleForProduct", |_| {
        Call::home("ProductName=AliyunServiceRoleForEventBridgeSendToFC")
    }),
    Recipe("GetEventBus", |_| Call::home("EventBusName=default")),
    Recipe("GetRule", |world| {
        stack(world);
        Call::home("EventBusName=goldcast-regions RuleName=goldcast-tags-elsewhere")
    }),
    Recipe("ListAliyunOfficialEventSources", |_| Call::home("")),
    Recipe("ListEventBuses", |_| Call::home("")),
    Recipe("ListRules", |world| {
        stack(world);
        Call::home("EventBusName=default")
    }),
    Recipe("QueryTracedEvents", |world: &mut World| {
        world.image("traced");
        Call::home("EventBusName=default StartTime=0 EndTime=9999999999999")
    }),
    Recipe("TestEventPattern", |_| {
        Call::home(r#"EventPattern={"source":["acs.ecs"]}"#).with("Event", &event("acs.ecs"))
    }),
];

conforms!(PRODUCT);
