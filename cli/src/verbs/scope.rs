//! Which part of the policy a verb looks at, and how an image is written on the command line.

use clap::Args;
use goldcast_domain::{AccountId, ImageRef, Scope};

/// Where to look; everything unless said.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct ScopeArguments {
    /// Look at the release of one image only
    #[arg(long, value_name = "REGION/ID", value_parser = image)]
    image: Option<ImageRef>,
    /// Look at what one account should have only
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Look in every region that the account sees, not just in those that the policy names
    #[arg(long)]
    everywhere: bool,
}

impl ScopeArguments {
    /// The scope of a run.
    pub(super) fn scope(&self) -> Scope {
        match (&self.image, &self.account, self.everywhere) {
            (Some(image), _, _) => Scope::Image(image.clone()),
            (_, Some(account), _) => Scope::Account(account.clone()),
            (_, _, true) => Scope::Everywhere,
            (None, None, false) => Scope::Everything,
        }
    }
}

/// Reads `REGION/ID`.
pub(super) fn image(text: &str) -> Result<ImageRef, String> {
    let (region, image) = text
        .split_once('/')
        .ok_or_else(|| format!("expected REGION/ID such as cn-hangzhou/m-bp1gold0001, got {text:?}"))?;
    Ok(ImageRef {
        region: region.parse().map_err(|error| format!("{error}"))?,
        image: image.parse().map_err(|error| format!("{error}"))?,
    })
}

/// Writes `REGION/ID`.
pub(super) fn written(image: &ImageRef) -> String {
    format!("{}/{}", image.region, image.image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_written_with_its_region() {
        let at = image("cn-hangzhou/m-bp1gold0001").unwrap();
        assert_eq!(written(&at), "cn-hangzhou/m-bp1gold0001");
        for wrong in ["m-bp1gold0001", "hangzhou/m-1", "cn-hangzhou/", "cn-hangzhou/m-1/x", ""] {
            assert!(image(wrong).unwrap_err().contains("expected"), "{wrong}");
        }
    }
}
