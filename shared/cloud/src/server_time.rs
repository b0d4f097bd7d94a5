//! What time it is in the cloud: asked without keys, so that a clock which is too wrong for signatures can be told from keys
//! that are.

use bytes::Bytes;
use http::Request;
use http::header::{DATE, USER_AGENT};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::client::Client;
use crate::deadline::Deadline;
use crate::error::{CallError, Cause};
use crate::exchange::{AGENT, ATTEMPT_TIMEOUT};
use crate::product::Product;
use crate::rpc::{Effect, Rpc};
use crate::transport::{NoAnswer, Transport, TransportError};

impl<T: Transport> Client<T> {
    /// The moment at which a product's host answered, to the second; `None` if the answer does not say. Whatever the host
    /// answers counts, a refusal too: nothing is asked for.
    pub async fn time_at(
        &self,
        product: Product,
        region: Option<&str>,
        deadline: Deadline,
    ) -> Result<Option<Timestamp>, CallError> {
        let mut rpc = Rpc::new(product, "Date", Effect::Read);
        rpc.region = region.map(str::to_owned);
        let fail = |cause: Cause| CallError::new(&rpc, 1, cause);
        let root = self
            .endpoints()
            .resolve(product, region)
            .map_err(|error| fail(error.into()))?;
        let request = Request::get(root).header(USER_AGENT, AGENT).body(Bytes::new());
        let request = request.map_err(|error| fail(error.into()))?;
        let until = deadline.capped(ATTEMPT_TIMEOUT).instant();
        let answered = tokio::time::timeout_at(until, self.exchange.transport.send(request)).await;
        let silent = |_| TransportError::from(NoAnswer::Timeout);
        let response = answered.map_err(silent).and_then(|response| response);
        let response = response.map_err(|error| fail(error.into()))?;
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
        Ok(date.and_then(|date| Some(rfc2822::parse(date).ok()?.timestamp())))
    }
}
