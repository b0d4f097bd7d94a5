//! The sections of a template as they are written
//! (<https://help.aliyun.com/zh/ros/user-guide/template-structure>). Not here: what functions and references in them mean.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, MergeKeyPolicy};

use crate::error::ParseError;
use crate::node::Node;

/// The one version of the format.
const FORMAT_VERSION: &str = "2015-09-01";
/// Longest template that the service takes, in bytes (<https://help.aliyun.com/zh/ros/product-overview/limits>).
const TEMPLATE_BYTES_MAX: usize = 524_288;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    #[serde(rename = "ROSTemplateFormatVersion")]
    pub(crate) format_version: String,
    #[serde(rename = "Description", default)]
    pub(crate) description: Option<Text>,
    /// How a console shows the parameters.
    #[serde(rename = "Metadata", default)]
    pub(crate) _metadata: Option<Node>,
    #[serde(rename = "Parameters", default)]
    pub(crate) parameters: BTreeMap<String, ParameterText>,
    #[serde(rename = "Mappings", default)]
    pub(crate) mappings: BTreeMap<String, BTreeMap<String, BTreeMap<String, Node>>>,
    #[serde(rename = "Conditions", default)]
    pub(crate) conditions: BTreeMap<String, Node>,
    #[serde(rename = "Resources")]
    pub(crate) resources: BTreeMap<String, ResourceText>,
    #[serde(rename = "Outputs", default)]
    pub(crate) outputs: BTreeMap<String, OutputText>,
}

/// A text, or one in several languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Text {
    Plain(String),
    Languages(BTreeMap<String, String>),
}

impl Text {
    /// The English one, else any.
    pub(crate) fn into_english(self) -> String {
        match self {
            Self::Plain(text) => text,
            Self::Languages(mut texts) => {
                let english = texts.remove("en");
                let any = || texts.into_values().next();
                english.or_else(any).unwrap_or_default()
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct ParameterText {
    pub(crate) r#type: String,
    #[serde(default)]
    pub(crate) default: Option<Node>,
    #[serde(default)]
    pub(crate) description: Option<Text>,
    #[serde(default)]
    pub(crate) label: Option<Text>,
    #[serde(default)]
    pub(crate) constraint_description: Option<Text>,
    #[serde(default)]
    pub(crate) no_echo: bool,
    #[serde(default)]
    pub(crate) allowed_values: Option<Vec<Value>>,
    #[serde(default)]
    pub(crate) allowed_pattern: Option<String>,
    #[serde(default)]
    pub(crate) min_length: Option<usize>,
    #[serde(default)]
    pub(crate) max_length: Option<usize>,
    #[serde(default)]
    pub(crate) min_value: Option<f64>,
    #[serde(default)]
    pub(crate) max_value: Option<f64>,
    // How a console asks for it.
    #[serde(rename = "AssociationProperty", default)]
    pub(crate) _association: Option<String>,
    #[serde(rename = "AssociationPropertyMetadata", default)]
    pub(crate) _association_metadata: Option<Node>,
    #[serde(rename = "Confirm", default)]
    pub(crate) _confirm: Option<bool>,
    #[serde(rename = "TextArea", default)]
    pub(crate) _text_area: Option<bool>,
    #[serde(rename = "Required", default)]
    pub(crate) _required: Option<bool>,
    #[serde(rename = "Placeholder", default)]
    pub(crate) _placeholder: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct ResourceText {
    pub(crate) r#type: String,
    #[serde(default)]
    pub(crate) properties: Option<Node>,
    #[serde(default)]
    pub(crate) depends_on: Option<Node>,
    #[serde(default)]
    pub(crate) condition: Option<String>,
    #[serde(default)]
    pub(crate) deletion_policy: Option<DeletionPolicy>,
    #[serde(rename = "Metadata", default)]
    pub(crate) _metadata: Option<Node>,
}

/// What becomes of a resource when its stack is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum DeletionPolicy {
    Delete,
    Retain,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
pub(crate) struct OutputText {
    pub(crate) value: Node,
    #[serde(default)]
    pub(crate) description: Option<Text>,
    #[serde(default)]
    pub(crate) condition: Option<String>,
    #[serde(rename = "Label", default)]
    pub(crate) _label: Option<Text>,
}

impl Document {
    pub(crate) fn read(text: &str) -> Result<Self, ParseError> {
        if text.len() > TEMPLATE_BYTES_MAX {
            return Err(ParseError::TooLong {
                bytes: text.len(),
                limit: TEMPLATE_BYTES_MAX,
            });
        }
        let options = serde_saphyr::options! {
            duplicate_keys: DuplicateKeyPolicy::Error,
            merge_keys: MergeKeyPolicy::Error,
            strict_booleans: true,
            reject_unsupported_tags: true,
            with_snippet: false,
        };
        let document: Self =
            serde_saphyr::from_str_with_options(text, options).map_err(|error| ParseError::Yaml(error.to_string()))?;
        if document.format_version == FORMAT_VERSION {
            Ok(document)
        } else {
            Err(ParseError::Version {
                version: document.format_version,
                expected: FORMAT_VERSION,
            })
        }
    }
}
