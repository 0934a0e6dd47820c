//! Addresses, below the root that the client was given. Queries are written as shown, in this order.

/// `GET`: [`crate::hello::Hello`]. The only one besides [`ENROL`] and [`FOUND`] that needs no proof.
pub const HELLO: &str = "/v1/hello";
/// `POST`: [`crate::enrol::Enrol`] → [`crate::enrol::Enrolled`].
/// `GET`: [`crate::enrol::Waiting`], for administrators.
pub const ENROL: &str = "/v1/enrol";
/// `POST` with an empty body: [`crate::enrol::OneTimeCode`], for administrators.
pub const ENROL_CODE: &str = "/v1/enrol/code";
/// `POST`: [`crate::enrol::Found`] → [`crate::enrol::Enrolled`].
pub const FOUND: &str = "/v1/found";
/// `GET ?after=N`: [`crate::registry::Entries`]. `POST`: [`crate::registry::Entries`] → [`crate::Fates`].
pub const REGISTRY: &str = "/v1/registry";
/// `GET ?inc=I&after=N`: [`crate::events::Page`] (Y3). `POST`: [`crate::events::Envelopes`] → [`crate::Fates`] (Y2).
pub const EVENTS: &str = "/v1/events";
/// `POST`: [`crate::events::Ids`] → [`crate::events::Envelopes`], those that are here and in scope.
pub const EVENTS_BY_ID: &str = "/v1/events/by-id";
/// `GET`: [`crate::compare::Buckets`] (Y5). With `/{bucket}?after=ID`: [`crate::compare::BucketIds`].
pub const COMPARE: &str = "/v1/compare";
/// With `/{digest}` — `HEAD`, `GET` with a range, `PUT ?offset=N&len=N` of one part (Y9).
pub const BLOBS: &str = "/v1/blobs";
/// `POST`: [`crate::blobs::Digests`] → [`crate::blobs::Digests`], those that are not here.
pub const BLOBS_MISSING: &str = "/v1/blobs/missing";
/// `POST`: [`crate::blobs::SmallBlobs`] → [`crate::Fates`].
pub const BLOBS_PUT: &str = "/v1/blobs/put";
/// `POST`: [`crate::blobs::Digests`] → [`crate::blobs::Batch`].
pub const BLOBS_GET: &str = "/v1/blobs/get";
/// With `/{form}` — `GET`: a receipt for what is here of the form (L7b), as it was signed.
pub const RECEIPT: &str = "/v1/receipt";
/// `GET`, or `GET ?n=N`: the checkpoint of now or of when N events had arrived (Y7), as it was signed.
pub const CHECKPOINT: &str = "/v1/checkpoint";

/// Header of every request and answer: the dated version that it is written in. An answer without it does not come from
/// an endpoint: a captive portal, a proxy's page (faults 69).
pub const VERSION_HEADER: &str = "qianban-protocol";
/// Media type of every message.
pub const MEDIA: &str = "application/cbor";
/// Header of the answer to a `HEAD` of a blob that is here in part: bytes received so far.
pub const OFFSET_HEADER: &str = "qianban-offset";
