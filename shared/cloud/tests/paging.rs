//! A listing is whole, or it is an error.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![expect(unreachable_pub, dead_code, reason = "the support module serves several tests")]

mod support;

use goldcast_cloud::directory::ListAccounts;
use goldcast_cloud::ecs::{DescribeImageSharePermission, DescribeImages};
use goldcast_cloud::{CallError, Cause, Class, Tag};
use support::{Reply, Script, client, ok, soon};

fn images(total: u64, ids: std::ops::Range<u32>) -> Reply {
    let images: Vec<_> = ids.map(|n| format!(r#"{{"ImageId":"m-{n}"}}"#)).collect();
    ok(&format!(
        r#"{{"TotalCount":{total},"Images":{{"Image":[{}]}}}}"#,
        images.join(",")
    ))
}

fn accounts(total: u64, ids: std::ops::Range<u32>, next_token: &str) -> Reply {
    let accounts: Vec<_> = ids.map(|n| format!(r#"{{"AccountId":"{n}"}}"#)).collect();
    let accounts = accounts.join(",");
    ok(&format!(
        r#"{{"TotalCount":{total},"NextToken":"{next_token}","Accounts":{{"Account":[{accounts}]}}}}"#
    ))
}

fn in_beijing() -> DescribeImages {
    DescribeImages {
        region_id: "cn-beijing".to_owned(),
        ..DescribeImages::default()
    }
}

#[track_caller]
fn assert_incomplete(error: &CallError, reason: &str) {
    assert!(
        matches!(&error.cause, Cause::ListingIncomplete { reason: said, .. } if *said == reason),
        "{error}"
    );
    assert_eq!(error.class(), Class::Retryable);
}

#[tokio::test(start_paused = true)]
async fn numbered_pages_are_read_to_the_promised_total() {
    let script = Script::new([images(201, 0..100), images(201, 100..200), images(201, 200..201)]);
    let read = client(&script).list(&in_beijing(), soon()).await.unwrap();
    assert_eq!(read.len(), 201);
    assert_eq!(read[200].image_id, "m-200");
    let pages: Vec<_> = script
        .sent()
        .iter()
        .map(|sent| sent.param("PageNumber").unwrap().to_owned())
        .collect();
    assert_eq!(pages, ["1", "2", "3"]);
    assert!(script.sent().iter().all(|sent| sent.param("PageSize") == Some("100")));
    assert!(script.sent().iter().all(|sent| sent.param("Status") == Some("ALL")));
}

#[tokio::test(start_paused = true)]
async fn an_empty_listing_needs_one_page() {
    let script = Script::new([images(0, 0..0)]);
    assert_eq!(client(&script).list(&in_beijing(), soon()).await.unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_the_list_is_not_an_empty_listing() {
    for body in ["{}", r#"{"TotalCount":0}"#, r#"{"Images":{"Image":[]}}"#] {
        let error = client(&Script::new([ok(body)]))
            .list(&in_beijing(), soon())
            .await
            .unwrap_err();
        assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
    }
    let error = client(&Script::new([ok("{}")]))
        .list(&ListAccounts::default(), soon())
        .await
        .unwrap_err();
    assert!(matches!(error.cause, Cause::Unreadable { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_moves_is_begun_again() {
    let script = Script::new([
        images(150, 0..100),
        images(149, 101..150),
        images(149, 1..101),
        images(149, 101..150),
    ]);
    let read = client(&script).list(&in_beijing(), soon()).await.unwrap();
    assert_eq!(read.len(), 149);
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_keeps_moving_is_incomplete() {
    let script = Script::new((0..3).flat_map(|_| [images(150, 0..100), images(151, 99..150)]));
    let error = client(&script).list(&in_beijing(), soon()).await.unwrap_err();
    assert_incomplete(&error, "the total changed while it was read");
    assert!(error.advice().is_some());
}

#[tokio::test(start_paused = true)]
async fn an_item_seen_on_two_pages_stands_for_one_that_was_not_seen() {
    let reading = || [images(150, 0..100), images(150, 99..149), images(150, 0..0)];
    let error = client(&Script::new((0..3).flat_map(|_| reading())))
        .list(&in_beijing(), soon())
        .await
        .unwrap_err();
    assert_incomplete(&error, "a page is empty although more was promised");
}

#[tokio::test(start_paused = true)]
async fn more_than_was_promised_is_not_believed_either() {
    let script = Script::new((0..3).map(|_| images(1, 0..2)));
    let error = client(&script).list(&in_beijing(), soon()).await.unwrap_err();
    assert_incomplete(&error, "there are more items than were promised");
}

#[tokio::test(start_paused = true)]
async fn a_filter_by_tag_fails_where_the_cloud_stops_looking() {
    let tagged = DescribeImages {
        tags: vec![Tag {
            key: "k".to_owned(),
            value: String::new(),
        }],
        ..in_beijing()
    };
    let pages = || (0..10).map(|n| images(1000, n * 100..(n + 1) * 100));
    let error = client(&Script::new(pages())).list(&tagged, soon()).await.unwrap_err();
    assert_incomplete(&error, "the cloud filters no further");
    assert_eq!(
        client(&Script::new(pages()))
            .list(&in_beijing(), soon())
            .await
            .unwrap()
            .len(),
        1000
    );
}

#[tokio::test(start_paused = true)]
async fn tokens_are_followed_until_there_is_none() {
    let script = Script::new([accounts(150, 0..100, "next"), accounts(150, 100..150, "")]);
    let read = client(&script).list(&ListAccounts::default(), soon()).await.unwrap();
    assert_eq!(read.len(), 150);
    let tokens: Vec<_> = script
        .sent()
        .iter()
        .map(|sent| sent.param("NextToken").map(ToOwned::to_owned))
        .collect();
    assert_eq!(tokens, [None, Some("next".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_token_seen_before_ends_the_listing_with_an_error() {
    let script = Script::new([accounts(0, 0..1, "a"), accounts(0, 1..2, "b"), accounts(0, 2..3, "a")]);
    let error = client(&script)
        .list(&ListAccounts::default(), soon())
        .await
        .unwrap_err();
    assert!(matches!(error.cause, Cause::PageRepeated), "{error}");
}

#[tokio::test(start_paused = true)]
async fn tokens_that_end_early_or_lead_nowhere_are_incomplete() {
    let script = Script::new((0..3).map(|_| accounts(2, 0..1, "")));
    let error = client(&script)
        .list(&ListAccounts::default(), soon())
        .await
        .unwrap_err();
    assert_incomplete(&error, "it ends before the promised total");
    let script = Script::new((0..3).map(|_| accounts(2, 0..0, "next")));
    let error = client(&script)
        .list(&ListAccounts::default(), soon())
        .await
        .unwrap_err();
    assert_incomplete(&error, "a page is empty although more was promised");
}

#[tokio::test(start_paused = true)]
async fn an_endless_listing_ends() {
    let script = Script::new((0..600).map(|n| accounts(0, n..n + 1, &format!("token-{n}"))));
    let error = client(&script)
        .list(&ListAccounts::default(), soon())
        .await
        .unwrap_err();
    assert_incomplete(&error, "it has too many pages");
}

#[tokio::test(start_paused = true)]
async fn account_ids_are_read_as_numbers_and_as_text() {
    let body = r#"{"TotalCount":2,"Accounts":{"Account":[{"AliyunId":1000000000000002},{"AliyunId":"3"}]}}"#;
    let listing = DescribeImageSharePermission {
        region_id: "cn-beijing".to_owned(),
        image_id: "m-1".to_owned(),
    };
    let read = client(&Script::new([ok(body)])).list(&listing, soon()).await.unwrap();
    let ids: Vec<_> = read.iter().map(|account| account.aliyun_id.as_str()).collect();
    assert_eq!(ids, ["1000000000000002", "3"]);
}
