//! Stacks: made one resource after the other, changed, looked at ahead, and taken back where a part of them fails.

use goldcast_emulator::cloud::{Bucket, Endpoint};
use jiff::SignedDuration;
use serde_json::Value;

use crate::support::{Answer, HOME, MEMBER, OWNER, Signer, World, account, region};

const ROS: &str = "2019-09-10";
/// A function with its settings and a role, and a rule on a custom bus.
const TEMPLATE: &str = "
ROSTemplateFormatVersion: '2015-09-01'
Parameters:
  Timeout: {Type: Number, Default: 60}
  Bus: {Type: String, Default: ''}
  Token: {Type: String, NoEcho: true, Default: ''}
Conditions:
  HasBus: {'Fn::Not': [{'Fn::Equals': [{Ref: Bus}, '']}]}
Resources:
  Role:
    Type: ALIYUN::RAM::Role
    Properties:
      RoleName: worker
      AssumeRolePolicyDocument: {Version: '1', Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: [fc.aliyuncs.com]}}]}
  Worker:
    Type: ALIYUN::FC3::Function
    Properties:
      FunctionName: worker
      Handler: bootstrap
      Runtime: custom.debian11
      Timeout: {Ref: Timeout}
      Code: {OssBucketName: code, OssObjectName: worker.zip}
      Role: {'Fn::GetAtt': [Role, Arn]}
  Settings:
    Type: ALIYUN::FC3::AsyncInvokeConfig
    Properties:
      FunctionName: {'Fn::GetAtt': [Worker, FunctionName]}
      MaxAsyncEventAgeInSeconds: {Ref: Timeout}
  Elsewhere:
    Type: ALIYUN::EventBridge::Rule
    Condition: HasBus
    Properties: {EventBusName: {Ref: Bus}, RuleName: elsewhere, FilterPattern: {source: [acs.ecs]}, Targets: []}
Outputs:
  WorkerArn: {Value: {'Fn::GetAtt': [Worker, ARN]}}
";

/// A world in which the code is where the template looks for it.
fn world() -> World {
    let mut world = World::new();
    world.cloud.put_bucket(Bucket {
        name: "code".to_owned(),
        account: account(OWNER),
        region: region(HOME),
    });
    assert!(world.cloud.write_object(world.now, "code", "worker.zip", "zip"));
    world
}

fn ros(world: &mut World, action: &str, params: &[(&str, &str)]) -> Answer {
    let params: Vec<_> = params.iter().copied().chain([("RegionId", HOME)]).collect();
    world.call(&Signer::of(OWNER), &Endpoint::Global, ROS, action, &params)
}

/// Values of parameters, as calls number them.
fn with<'a>(values: &'a [(&'a str, &'a str)]) -> Vec<(String, &'a str)> {
    let numbered = values.iter().zip(1..);
    let pairs = numbered.flat_map(|((key, value), n)| {
        [
            (format!("Parameters.{n}.ParameterKey"), *key),
            (format!("Parameters.{n}.ParameterValue"), *value),
        ]
    });
    pairs.collect()
}

fn create(world: &mut World, values: &[(&str, &str)]) -> Answer {
    let values = with(values);
    let named = [("StackName", "goldcast"), ("TemplateBody", TEMPLATE)];
    let all: Vec<(&str, &str)> = named
        .into_iter()
        .chain(values.iter().map(|(k, v)| (k.as_str(), *v)))
        .collect();
    ros(world, "CreateStack", &all)
}

fn change(world: &mut World, action: &str, id: &str, values: &[(&str, &str)]) -> Answer {
    let values = with(values);
    let named = [("StackId", id), ("TemplateBody", TEMPLATE)];
    let all: Vec<(&str, &str)> = named
        .into_iter()
        .chain(values.iter().map(|(k, v)| (k.as_str(), *v)))
        .collect();
    ros(world, action, &all)
}

fn id(answer: Answer) -> String {
    answer.ok()["StackId"].as_str().unwrap().to_owned()
}

fn stack(world: &mut World, id: &str) -> Value {
    ros(world, "GetStack", &[("StackId", id)]).ok()
}

fn minutes(world: &mut World, minutes: i64) {
    world.wait(SignedDuration::from_mins(minutes));
}

#[test]
fn a_stack_is_made_one_resource_after_the_other() {
    let mut world = world();
    let id = id(create(&mut world, &[]));
    assert_eq!(stack(&mut world, &id)["Status"], "CREATE_IN_PROGRESS");
    assert!(world.cloud.next_wakeup().is_some());
    let twice = create(&mut world, &[]);
    assert_eq!(twice.refusal(), (409, "StackExists"));
    minutes(&mut world, 5);
    let made = stack(&mut world, &id);
    assert_eq!(made["Status"], "CREATE_COMPLETE");
    let arn = format!("acs:fc:{HOME}:{OWNER}:functions/worker");
    assert_eq!(made["Outputs"][0]["OutputValue"], arn.as_str());
    let rows = ros(&mut world, "ListStackResources", &[("StackId", &id)]).ok();
    assert_eq!(rows["Resources"].as_array().unwrap().len(), 3);
    assert!(world.cloud.trust_document(&account(OWNER), "worker").is_some());
    let listed = ros(&mut world, "ListStacks", &[("StackName.1", "goldcast")]).ok();
    assert_eq!(listed["Stacks"][0]["StackId"], id.as_str());
}

#[test]
fn a_part_that_fails_is_told_and_everything_is_taken_back() {
    for (code, values, resource, why) in [
        (false, &[][..], "Worker", "does not exist in bucket"),
        (true, &[("Bus", "regions")][..], "Elsewhere", "EventBusNotExist"),
    ] {
        let mut world = if code { world() } else { World::new() };
        let id = id(create(&mut world, values));
        minutes(&mut world, 5);
        let made = stack(&mut world, &id);
        assert_eq!(made["Status"], "CREATE_ROLLBACK_COMPLETE", "{made}");
        let events = ros(&mut world, "ListStackEvents", &[("StackId", &id)]).ok();
        let failed = &events["Events"][0];
        assert_eq!(
            (&failed["LogicalResourceId"], &failed["Status"]),
            (&resource.into(), &"CREATE_FAILED".into())
        );
        assert!(failed["StatusReason"].as_str().unwrap().contains(why), "{failed}");
        let update = change(&mut world, "UpdateStack", &id, &[("Timeout", "61")]);
        assert_eq!(update.refusal(), (400, "NotSupported"));
    }
}

#[test]
fn a_change_is_seen_ahead_and_nothing_is_no_change() {
    let mut world = world();
    let id = id(create(&mut world, &[]));
    minutes(&mut world, 5);
    let same = change(&mut world, "UpdateStack", &id, &[]);
    assert_eq!(same.refusal(), (400, "NotSupported"));
    assert!(
        same.body["Message"]
            .as_str()
            .unwrap()
            .starts_with("Update the completely same stack")
    );
    let preview = change(&mut world, "PreviewStack", &id, &[("Timeout", "90")]).ok();
    let fates: Vec<(&str, &str, &str)> = preview["Stack"]["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().unwrap();
            (text("LogicalResourceId"), text("Action"), text("Replacement"))
        })
        .collect();
    assert_eq!(
        fates,
        [
            ("Role", "None", "False"),
            ("Worker", "Modify", "False"),
            ("Settings", "Modify", "True")
        ]
    );
    change(&mut world, "UpdateStack", &id, &[("Timeout", "90")]).ok();
    minutes(&mut world, 5);
    assert_eq!(stack(&mut world, &id)["Status"], "UPDATE_COMPLETE");
}

#[test]
fn a_stack_belongs_to_its_account_and_the_log_keeps_no_value() {
    let mut world = world();
    let id = id(create(&mut world, &[("Token", "planted-secret")]));
    let params = [("StackId", id.as_str()), ("RegionId", HOME)];
    let other = world.call(&Signer::of(MEMBER), &Endpoint::Global, ROS, "GetStack", &params);
    assert_eq!(other.refusal(), (404, "StackNotFound"));
    assert!(!format!("{:?}", world.cloud.calls()).contains("planted-secret"));
    let unfit = change(&mut world, "PreviewStack", &id, &[("Timeout", "soon")]);
    assert_eq!(unfit.refusal(), (400, "StackValidationFailed"));
}
