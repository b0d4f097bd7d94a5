//! Reads a template of Resource Orchestration Service (ROS) and works out what it deploys: every resource in the order of
//! its dependencies, with every property evaluated, for one account, one region and one set of parameter values.
//!
//! It is strict where the service is lenient or silent: an unknown section, key, function or name, a duplicate key and a
//! reference that leads nowhere are errors with the line. Only the long forms of functions are read (`Fn::Sub`, not
//! `!Sub`), and of the functions only those that [`FUNCTIONS`] names. Not here: which properties a type of resource has,
//! and what a resource does.
//!
//! ```
//! use goldcast_template::{Place, Template, Values};
//!
//! let template = Template::parse(
//!     "
//! ROSTemplateFormatVersion: '2015-09-01'
//! Parameters:
//!   NamePrefix: {Type: String, Default: goldcast, AllowedPattern: '^[a-z]+$'}
//! Resources:
//!   Failures:
//!     Type: ALIYUN::MNS::Queue
//!     Properties:
//!       QueueName: {'Fn::Sub': '${NamePrefix}-failures'}
//! Outputs:
//!   Queue: {Value: {'Fn::GetAtt': [Failures, ARN.WithSlash]}}
//! ",
//! )?;
//! let place = Place {
//!     account: "1234567890123456".parse()?,
//!     region: "cn-hangzhou".parse()?,
//!     stack: "goldcast".to_owned(),
//! };
//! let stack = template.resolve(&place, &Values::from([("NamePrefix".to_owned(), "images".to_owned())]))?;
//! assert_eq!(stack.resources[0].properties["QueueName"], "images-failures");
//! assert_eq!(
//!     stack.outputs["Queue"].value.as_ref().and_then(|value| value.as_str()),
//!     Some("acs:mns:cn-hangzhou:1234567890123456:/queues/images-failures")
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod attribute;
mod condition;
mod document;
mod error;
mod evaluation;
mod expression;
mod node;
mod order;
mod parameter;
mod policy;
mod reader;
mod stack;
mod template;

pub use error::{ParseError, Problem, ResolveError};
pub use expression::FUNCTIONS;
pub use parameter::{Parameter, ParameterKind, Unfit};
pub use policy::values_of;
pub use stack::{Output, Place, Resource, Stack, Values};
pub use template::Template;
