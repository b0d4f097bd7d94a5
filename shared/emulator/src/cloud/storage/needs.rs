//! Which permissions the operations on objects need
//! (<https://www.alibabacloud.com/help/en/oss/user-guide/ram-policy>): looking at an object is reading it, and a listing is
//! asked for on the bucket.

use crate::cloud::authorise::{ANY, Needs, Scene};

/// What a call needs: its action on the object or bucket that it names.
pub(crate) fn needs(scene: &Scene<'_>) -> Needs {
    let bucket = scene.named("Bucket");
    let (action, resource) = match scene.action {
        "ListObjectsV2" => ("ListObjects", bucket.to_owned()),
        "PutBucket" => ("PutBucket", bucket.to_owned()),
        "GetObjectMeta" | "HeadObject" => ("GetObject", object(scene, bucket)),
        action => (action, object(scene, bucket)),
    };
    Needs::to(action, vec![scene.arn(&resource)])
}

fn object(scene: &Scene<'_>, bucket: &str) -> String {
    format!("{bucket}/{}", scene.params.get("Key").unwrap_or(ANY))
}
