//! Where it is kept what people have been told. Not here: what stands there.

use serde::{Deserialize, Serialize};

use crate::{BucketName, ChannelName, ObjectPrefix, RegionId};

/// Where it is kept what people have been told: one small object per channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "authoring", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ToldPlace {
    /// A bucket of the owner.
    pub bucket: BucketName,
    /// The region that the bucket is in, where it is not the home region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionId>,
    /// How the names of the objects begin; the channel's name and `.json` follow.
    #[serde(default = "ObjectPrefix::of_told", skip_serializing_if = "ObjectPrefix::is_of_told")]
    pub prefix: ObjectPrefix,
}

impl ToldPlace {
    /// The name of a channel's object.
    pub fn key(&self, channel: &ChannelName) -> String {
        format!("{}{channel}.json", self.prefix)
    }

    /// The key of the note that says when a sweep last went through. No channel's object is called so.
    pub fn sweep_key(&self) -> String {
        format!("{}last-sweep", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_s_object_bears_its_name() {
        let place: ToldPlace = serde_json::from_str(r#"{"bucket": "corp-goldcast"}"#).unwrap();
        assert_eq!(
            place.key(&"platform-team".parse().unwrap()),
            "goldcast/told/platform-team.json"
        );
        assert_eq!(serde_json::to_string(&place).unwrap(), r#"{"bucket":"corp-goldcast"}"#);
    }
}
