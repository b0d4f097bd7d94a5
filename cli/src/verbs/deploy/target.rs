//! What is to be deployed where, before anybody is asked: template, values, packages.

use bytes::Bytes;
use goldcast_domain::{PolicyFile, RegionId};
use goldcast_functions::TEMPLATE;
use goldcast_packaging::Manifest;
use goldcast_template::{Place, Stack, Template, Values};

use super::{DeployArguments, foundation, parameters};
use crate::verbs::trouble::Trouble;

/// What is to be deployed.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) place: Place,
    /// The template as it is sent.
    pub(super) text: String,
    pub(super) template: Template,
    pub(super) values: Values,
    /// What the template comes to.
    pub(super) stack: Stack,
    /// Files by name, and the folder they come from.
    pub(super) packages: Vec<(String, Bytes)>,
    pub(super) folder: String,
    /// What the packages are called together.
    pub(super) manifest: Option<Manifest>,
}

/// The template, or the part of it that functions stand on.
pub(super) fn text(foundation: bool) -> String {
    if foundation {
        foundation::foundation(TEMPLATE)
    } else {
        TEMPLATE.to_owned()
    }
}

impl Target {
    /// Puts together what was typed, what the policy says and what was packed.
    pub(super) fn find(arguments: &DeployArguments, policy: &PolicyFile) -> Result<Self, Trouble> {
        let text = text(arguments.foundation);
        let template = Template::parse(&text).map_err(|error| anyhow::anyhow!(error))?;
        let mut values = parameters::typed(&arguments.parameters)?;
        if let Some(bucket) = &arguments.code_bucket {
            values.insert("CodeBucket".to_owned(), bucket.clone());
        }
        parameters::add(&mut values, parameters::of_policy(policy), &template);
        let manifest = if arguments.foundation {
            values.remove("CodeBucket");
            None
        } else {
            let manifest = Manifest::read(&arguments.packages)?;
            values.insert("CodePrefix".to_owned(), manifest.code_prefix.clone());
            Some(manifest)
        };
        let listed = manifest.iter().flat_map(|manifest| &manifest.packages);
        let packages = listed.map(|listing| {
            let bytes = listing.read(&arguments.packages)?;
            Ok((listing.file.clone(), Bytes::from(bytes)))
        });
        let place = Place {
            account: policy.owner.account.clone(),
            region: policy.owner.home_region.clone(),
            stack: arguments.stack.clone(),
        };
        let stack = template.resolve(&place, &values).map_err(|error| Trouble::Deploy {
            what: error.to_string(),
            to_do: "give or correct it: --parameters NAME=VALUE, or --code-bucket BUCKET".to_owned(),
        })?;
        if let Some(manifest) = &manifest {
            check_complete(&stack, manifest)?;
        }
        Ok(Self {
            packages: packages.collect::<Result<_, Trouble>>()?,
            folder: arguments.packages.display().to_string(),
            place,
            text,
            template,
            values,
            stack,
            manifest,
        })
    }

    /// The region of everything.
    pub(super) fn region(&self) -> &RegionId {
        &self.place.region
    }

    /// A value that was given or is the template's default, as text; empty if there is none.
    pub(super) fn value(&self, name: &str) -> String {
        let default = || {
            let parameter = self.template.parameters().get(name)?;
            parameter.default.as_ref()?.as_str().map(str::to_owned)
        };
        self.values.get(name).cloned().or_else(default).unwrap_or_default()
    }

    /// The bucket of the packages, if there are any.
    pub(super) fn bucket(&self) -> Option<&str> {
        self.values.get("CodeBucket").map(String::as_str)
    }

    /// Where the packages are kept.
    pub(super) fn prefix(&self) -> &str {
        self.manifest.as_ref().map_or("", |manifest| &manifest.code_prefix)
    }

    /// Whether nobody should see a parameter's value.
    pub(super) fn is_secret(&self, name: &str) -> bool {
        let parameter = self.template.parameters().get(name);
        parameter.is_some_and(|parameter| parameter.no_echo)
    }
}

/// Packages of another version may lack a function that the template has by now.
fn check_complete(stack: &Stack, manifest: &Manifest) -> Result<(), Trouble> {
    let packed = |key: &str| {
        let file = key.rsplit('/').next().unwrap_or(key);
        manifest.packages.iter().any(|listing| listing.file == file)
    };
    let keys = stack
        .of_kind("ALIYUN::FC3::Function")
        .filter_map(|function| function.properties["Code"]["OssObjectName"].as_str());
    let lacking: Vec<&str> = keys.filter(|key| !packed(key)).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    Err(Trouble::Deploy {
        what: format!("the packages lack {}", lacking.join(", ")),
        to_do: "pack them again with this goldcast: goldcast package --out packages".to_owned(),
    })
}
