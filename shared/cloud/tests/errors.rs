//! What errors say: whose move it is, what a person should do, and never a secret.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use std::sync::Arc;

use goldcast_cloud::ecs::{CancelCopyImage, DeleteImage, Done, ModifyImageSharePermission, TagResources};
use goldcast_cloud::{
    CallError, Cause, Class, Client, Credentials, Effect, NoAnswer, Product, RetryPolicy, Rpc, Settings,
};
use support::{Reply, Script, client, keys, ok, refused, settings, soon};

async fn once(script: &Arc<Script>, credentials: Credentials, action: &'static str) -> CallError {
    let settings = Settings {
        retry: RetryPolicy::never(),
        ..settings()
    };
    let client = Client::new(Arc::clone(script), settings, credentials.into());
    let rpc = Rpc::new(Product::Ecs, action, Effect::Read)
        .in_region("cn-beijing")
        .about("m-1");
    client.call::<Done>(&rpc, soon()).await.unwrap_err()
}

#[tokio::test(start_paused = true)]
async fn every_code_has_a_class() {
    let throttled = Class::Throttled { after: None };
    for (status, code, action, expected) in [
        (404, "InvalidImageId.NotFound", "DeleteImage", Class::AlreadySo),
        (404, "InvalidImageId.NotFound", "CancelCopyImage", Class::AlreadySo),
        (404, "InvalidImageId.NotFound", "CopyImage", Class::Permanent),
        (400, "InvalidImageName.Duplicated", "CopyImage", Class::Permanent),
        (400, "OperationDenied.ImageCopyConflict", "CopyImage", Class::Retryable),
        (403, "OperationDenied.ImageCopying", "CopyImage", Class::Retryable),
        (409, "InvalidOperation.Conflict", "CopyImage", Class::Retryable),
        (400, "ConcurrentCallNotSupported", "MoveAccount", Class::Retryable),
        (400, "UnknownError", "CopyImage", Class::Retryable),
        (400, "IncorrectImageStatus", "CopyImage", Class::Permanent),
        (400, "IncorrectImageStatus", "CancelCopyImage", Class::Retryable),
        (
            404,
            "InvalidImageId.NotFound",
            "DescribeImageSharePermission",
            Class::Retryable,
        ),
        (
            409,
            "ConcurrentExecutionError",
            "AssociateResourceShare",
            Class::Retryable,
        ),
        (409, "AssociateConflict", "AssociateResourceShare", Class::Retryable),
        (
            409,
            "DisassociateConflict",
            "DisassociateResourceShare",
            Class::Retryable,
        ),
        (
            400,
            "DisassociateInvalid",
            "DisassociateResourceShare",
            Class::Retryable,
        ),
        (
            409,
            "ResourceShareStatusMismatchAction",
            "AssociateResourceShare",
            Class::Retryable,
        ),
        (
            409,
            "DeleteResourceShareConflict",
            "DeleteResourceShare",
            Class::Retryable,
        ),
        (
            404,
            "EntityNotExists.ResourceShare",
            "DeleteResourceShare",
            Class::AlreadySo,
        ),
        (
            404,
            "EntityNotExists.ResourceShare",
            "AssociateResourceShare",
            Class::Permanent,
        ),
        (
            409,
            "QuotaExceeded.SharedResource.Count",
            "AssociateResourceShare",
            Class::Permanent,
        ),
        (
            409,
            "QuotaExceeded.ResourceShare.Count",
            "CreateResourceShare",
            Class::Permanent,
        ),
        (
            409,
            "NotEnableSharingWithResourceDirectory",
            "CreateResourceShare",
            Class::Permanent,
        ),
        (404, "InvalidSnapshotId.NotFound", "DeleteSnapshot", Class::AlreadySo),
        (403, "AssumeRoleError", "ModifyImageSharePermission", Class::Permanent),
        (
            403,
            "OperationDeined.FullImage",
            "ModifyImageSharePermission",
            Class::Permanent,
        ),
        (500, "SomethingNew", "CopyImage", Class::Retryable),
        (400, "Throttling.Api", "DescribeImages", throttled),
        (503, "Throttling", "DescribeImages", throttled),
        (400, "Rejected.Throttling", "DescribeImages", throttled),
        (403, "Forbidden.RAM", "CopyImage", Class::Permanent),
        (403, "QuotaExceed.Image", "CopyImage", Class::Permanent),
        (400, "SomethingNew", "CopyImage", Class::Permanent),
    ] {
        let error = once(&Script::new([refused(status, code)]), keys("testid"), action).await;
        assert_eq!(error.class(), expected, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_code_has_a_class_too() {
    let throttled = Class::Throttled { after: None };
    for (kind, expected) in [
        (NoAnswer::Reset, Class::Retryable),
        (NoAnswer::TooLarge, Class::Permanent),
    ] {
        let error = once(&Script::new([Reply::None(kind)]), keys("testid"), "DescribeImages").await;
        assert_eq!(error.class(), expected, "{error}");
    }
    for (status, expected) in [(502, Class::Retryable), (429, throttled), (404, Class::Permanent)] {
        let html = Reply::Http(status, "<html>".to_owned(), None);
        let error = once(&Script::new([html]), keys("testid"), "DescribeImages").await;
        assert_eq!(error.class(), expected, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_says_what_where_and_why() {
    let body = r#"{"RequestId":"B2","Code":"Forbidden.RAM","Message":"User not authorized\nto operate.",
        "Recommend":"https://api.aliyun.com/troubleshoot?q=Forbidden.RAM",
        "AccessDeniedDetail":{"AuthAction":"ecs:CopyImage","AuthPrincipalType":"AssumedRoleUser",
        "AuthPrincipalOwnerId":1000000000000001,"NoPermissionType":"ImplicitDeny"}}"#;
    let script = Script::new([Reply::Http(403, body.to_owned(), None)]);
    let error = once(&script, keys("testid"), "CopyImage").await;
    assert_eq!(
        error.to_string(),
        "ecs CopyImage of m-1 in cn-beijing: refused with Forbidden.RAM (HTTP 403, request B2): \
         User not authorized to operate."
    );
    let refusal = error.refusal().unwrap();
    assert_eq!(
        refusal.recommend.as_deref(),
        Some("https://api.aliyun.com/troubleshoot?q=Forbidden.RAM")
    );
    let denied = refusal.access_denied.as_ref().unwrap();
    assert_eq!(
        (denied.auth_action.as_str(), denied.no_permission_type.as_str()),
        ("ecs:CopyImage", "ImplicitDeny")
    );
    assert_eq!(denied.auth_principal_owner_id, "1000000000000001");
    assert!(error.advice().unwrap().starts_with("grant the RAM action"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_read_is_located_but_not_repeated() {
    let script = Script::new([ok(r#"{"RequestId":["a-secret"]}"#)]);
    let error = once(&script, keys("testid"), "DeleteImage").await;
    assert_eq!(
        error.to_string(),
        "ecs DeleteImage of m-1 in cn-beijing: the answer (HTTP 200 OK) cannot be read: RequestId is not a text, a number or a boolean"
    );
    for body in ["<html>", "", "{} trailing", "[]"] {
        let error = once(&Script::new([ok(body)]), keys("testid"), "DeleteImage").await;
        assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
        assert!(error.may_have_happened());
    }
}

#[tokio::test(start_paused = true)]
async fn no_error_holds_a_secret() {
    let credentials = || Credentials::new("testid", "secret-of-testid".into(), Some("the-token".into()));
    let echo = "secret-of-testid the-token";
    let mut replies = vec![
        ok(echo),
        Reply::Http(502, echo.to_owned(), None),
        Reply::None(NoAnswer::Reset),
    ];
    for code in [
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "InvalidSecurityToken.Malformed",
        echo,
    ] {
        let body = format!(r#"{{"Code":"{code}","Message":"{echo}","RequestId":"{echo}","Recommend":"{echo}"}}"#);
        replies.push(Reply::Http(400, body, None));
    }
    for reply in replies {
        let script = Script::new([reply]);
        let error = once(&script, credentials(), "DescribeImages").await;
        assert_eq!(script.sent()[0].token.as_deref(), Some("the-token"));
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!shown.contains("secret-of") && !shown.contains("the-token"), "{shown}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_already_is_no_failure_of_its_removal() {
    let (region_id, image_id) = ("cn-beijing".to_owned(), "m-1".to_owned());
    let script = Script::new((0..2).map(|_| refused(404, "InvalidImageId.NotFound")));
    let client = client(&script);
    let delete = DeleteImage {
        region_id: region_id.clone(),
        image_id: image_id.clone(),
    };
    assert_eq!(
        client.send(&delete, soon()).await.unwrap_err().class(),
        Class::AlreadySo
    );
    let cancel = CancelCopyImage { region_id, image_id };
    assert_eq!(
        client.send(&cancel, soon()).await.unwrap_err().class(),
        Class::AlreadySo
    );
}

#[tokio::test(start_paused = true)]
async fn what_the_cloud_would_drop_in_silence_is_not_sent() {
    let script = Script::new([]);
    let accounts = |n: u32| (0..n).map(|n| n.to_string()).collect::<Vec<_>>();
    let share = ModifyImageSharePermission {
        add_accounts: accounts(11),
        ..Default::default()
    };
    let error = client(&script).send(&share, soon()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("AddAccount has 11 values, and one call takes 10"),
        "{error}"
    );
    let tag = TagResources {
        region_id: "cn-beijing".to_owned(),
        resource_type: "image",
        resource_ids: accounts(51),
        tags: Vec::new(),
    };
    let error = client(&script).send(&tag, soon()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::OverLimit(_)), "{error}");
    assert_eq!(client(&script).calls().writes(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_region_that_is_none_calls_nobody() {
    let script = Script::new([]);
    let delete = DeleteImage {
        region_id: "evil.example/".to_owned(),
        image_id: "m-1".to_owned(),
    };
    let error = client(&script).send(&delete, soon()).await.unwrap_err();
    assert!(matches!(error.cause, Cause::Endpoint(_)), "{error}");
    assert!(script.sent().is_empty());
}
