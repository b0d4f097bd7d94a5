//! ARNs that resources refer to each other by. Not here: whether what they name is there.

use goldcast_domain::{AccountId, RegionId};

/// ARNs of one account and region.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arns<'a> {
    pub(super) account: &'a AccountId,
    pub(super) region: &'a RegionId,
}

impl Arns<'_> {
    fn local<'t>(&self, service: &str, arn: &'t str) -> Option<&'t str> {
        arn.strip_prefix(&format!("acs:{service}:{}:{}:", self.region, self.account))
    }

    /// The function that an ARN names.
    pub(super) fn function<'t>(&self, arn: &'t str) -> Option<&'t str> {
        self.local("fc", arn)?.strip_prefix("functions/")
    }

    /// The role that an ARN names.
    pub(super) fn role<'t>(&self, arn: &'t str) -> Option<&'t str> {
        arn.strip_prefix(&format!("acs:ram::{}:role/", self.account))
    }

    /// The queue that a target of a rule names: without a slash before `queues`
    /// (<https://help.aliyun.com/zh/eventbridge/user-guide/route-events-to-message-service>).
    pub(super) fn target_queue<'t>(&self, arn: &'t str) -> Option<&'t str> {
        self.local("mns", arn)?.strip_prefix("queues/")
    }

    /// The queue that a dead-letter setting names: with a slash
    /// (<https://www.alibabacloud.com/help/en/eventbridge/user-guide/retry-and-dead-letter>).
    pub(super) fn dead_letter_queue<'t>(&self, arn: &'t str) -> Option<&'t str> {
        self.local("mns", arn)?.strip_prefix("/queues/")
    }

    /// The queue that a destination of an asynchronous invocation names
    /// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/result-callback>).
    pub(super) fn destination_queue<'t>(&self, arn: &'t str) -> Option<&'t str> {
        self.dead_letter_queue(arn)?.strip_suffix("/messages")
    }

    /// The custom bus that a target of a rule names.
    pub(super) fn bus<'t>(&self, arn: &'t str) -> Option<&'t str> {
        self.local("eventbridge", arn)?.strip_prefix("eventbus/")
    }
}
