//! The courier: carries events from the bus to their targets, one attempt after another. Not here: which targets there are
//! (see `bus`) and how long it waits (see `delivery`).

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::agenda::Due;
use super::bus::{Delivery, Rule, forged};
use super::clock::later;
use super::delivery::{BACKOFF_WAIT, DeliveryOptions, Parcel, Target, Tolerance, Verdict, after_failure};
use super::invocation::{DeadLetter, FunctionError, MESSAGE_BYTES_MAX};
use super::shared::State;
use super::trigger::InvocationType;
use crate::cloud::BusEvent;

/// Largest event, in bytes (<https://help.aliyun.com/zh/eventbridge/product-overview/limits>).
const EVENT_BYTES_MAX: usize = 256 * 1024;
/// What a target answers that is out of order for a while.
const UNAVAILABLE: u16 = 503;
/// What a target answers that will not have a body of that size.
const TOO_LARGE: u16 = 413;

impl State {
    /// Puts an event on its bus: whoever listens is invoked, now unless the bus is late.
    pub(super) fn publish(&mut self, event: &BusEvent) {
        let deliveries = self.bus.route(event);
        // Most events interest nobody, and writing one down to weigh it is most of the work.
        if deliveries.is_empty() {
            return;
        }
        let bytes = event.body.to_string().len();
        if bytes > EVENT_BYTES_MAX {
            tracing::warn!(bytes, "an event is over the limit of the bus");
            return;
        }
        self.send(deliveries, &Arc::new(event.body.clone()));
    }

    fn send(&mut self, deliveries: Vec<Delivery>, event: &Arc<Value>) {
        for Delivery {
            target,
            after,
            forged: lies,
        } in deliveries
        {
            let event = if lies {
                Arc::new(forged(event))
            } else {
                Arc::clone(event)
            };
            let mut at = later(self.now, after);
            if target == Target::Bus {
                at = later(at, self.names.within(self.hop));
            }
            let parcel = Parcel {
                target,
                event,
                failures: 0,
            };
            self.agenda.push(at, Due::Deliver(parcel));
        }
    }

    /// One attempt.
    pub(super) fn deliver(&mut self, parcel: Parcel) {
        let Some(parcel) = self.jams.queue(parcel) else {
            return;
        };
        if self.bus.refuses() {
            return self.failed(parcel, FunctionError::Refused { status: UNAVAILABLE }, true);
        }
        match parcel.target {
            Target::Bus => self.forward(parcel),
            Target::Rule(place) => self.hand_over(place, parcel),
        }
    }

    /// An event of another region comes to the custom bus.
    fn forward(&mut self, parcel: Parcel) {
        let published = self.now.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let event = Arc::new(self.bus.forwarded(&parcel.event, &published));
        let deliveries = self.bus.route_forwarded(&event);
        self.send(deliveries, &event);
        self.succeeded(parcel.target);
    }

    /// An event comes to a trigger: the platform takes it, or the bus waits for the function's answer.
    fn hand_over(&mut self, place: usize, parcel: Parcel) {
        let Some(rule) = self.bus.rule(place) else { return };
        let (function, invocation) = (rule.function.clone(), rule.invocation);
        let body = match &rule.queue {
            None => parcel.event.to_string(),
            Some(_) if parcel.event.to_string().len() > MESSAGE_BYTES_MAX => {
                let options = rule.arrival.clone();
                return self.failed_under(options, parcel, FunctionError::Refused { status: TOO_LARGE }, false);
            }
            Some(queue) => {
                let (message, queue) = (self.names.message(), queue.clone());
                self.message(&queue, &message, &parcel.event)
            }
        };
        let (body, now) = (Bytes::from(body), self.now);
        match invocation {
            InvocationType::Async => match self.enter_at(now, function, body) {
                Ok(_) => self.succeeded(parcel.target),
                Err(error) => {
                    tracing::warn!(%error, "an event was not delivered");
                    self.failed(parcel, FunctionError::Refused { status: TOO_LARGE }, false);
                }
            },
            InvocationType::Sync => {
                // Nothing overtakes a delivery that must succeed, not even before it has failed.
                if self.bus.options(parcel.target).tolerance == Tolerance::None {
                    self.jams.begin(parcel.target);
                }
                let mut task = self.task(now, function, body);
                task.parcel = Some(parcel);
                self.agenda.push(now, Due::Invoke(task));
            }
        }
    }

    /// What a queue calls a function with: a list of one message
    /// (<https://help.aliyun.com/zh/functioncompute/fc/user-guide/mns-queue-triggers>).
    fn message(&self, queue: &str, (request, message): &(String, String), event: &Value) -> String {
        let (account, region) = self.bus.place();
        let now = self.now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        json!([{
            "id": message,
            "source": queue,
            "specversion": "1.0",
            "type": "mns:Queue:SendMessage",
            "datacontenttype": "application/json; charset=utf-8",
            "subject": format!("acs:mns:{region}:{account}:queues/{queue}"),
            "time": now,
            "aliyunaccountid": account,
            "aliyunregionid": region,
            "data": { "requestId": request, "messageId": message, "messageBody": event.to_string() },
        }])
        .to_string()
    }

    /// What follows on the answer of a function that the bus waited for. Only failures, throttling and errors of the
    /// platform are tried again, and they all look alike from there.
    pub(super) fn answered(&mut self, parcel: Parcel, error: Option<FunctionError>) {
        match error {
            None => self.succeeded(parcel.target),
            Some(error) => self.failed(parcel, error, true),
        }
    }

    fn succeeded(&mut self, target: Target) {
        for parcel in self.jams.end(target) {
            self.agenda.push(self.now, Due::Deliver(parcel));
        }
    }

    fn failed(&mut self, parcel: Parcel, error: FunctionError, retryable: bool) {
        let options = self.bus.options(parcel.target);
        self.failed_under(options, parcel, error, retryable);
    }

    fn failed_under(&mut self, options: DeliveryOptions, parcel: Parcel, error: FunctionError, retryable: bool) {
        let target = parcel.target;
        if options.tolerance == Tolerance::None {
            self.jams.begin(target);
        }
        let drawn = self.names.within(BACKOFF_WAIT);
        match after_failure(parcel, &options, retryable, drawn) {
            Verdict::Again(wait, parcel) => self.agenda.push(later(self.now, wait), Due::Deliver(parcel)),
            Verdict::GiveUp(parcel) => {
                let function = match target {
                    Target::Bus => self.bus.custom().to_owned(),
                    Target::Rule(place) => self.bus.rule(place).map_or_else(String::new, Rule::target),
                };
                self.bury(DeadLetter {
                    at: self.now,
                    function,
                    queue: options.dead_letter_queue,
                    error,
                    payload: Value::clone(&parcel.event),
                });
            }
        }
    }
}
