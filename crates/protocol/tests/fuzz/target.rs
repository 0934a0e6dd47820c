//! Every message of the protocol from the same bytes: whatever decodes is encoded to them.

use qianban_protocol::blobs::{Batch, Digests, Progress, SmallBlobs};
use qianban_protocol::compare::{BucketIds, Buckets};
use qianban_protocol::enrol::{Enrol, Enrolled, Found, OneTimeCode, Waiting};
use qianban_protocol::events::{Envelopes, Ids, Page};
use qianban_protocol::hello::Hello;
use qianban_protocol::registry::Entries;
use qianban_protocol::{Fates, Message, Proof, Refusal, SignedSession};

fn round<M: Message>(bytes: &[u8]) {
    if let Ok(message) = M::decode(bytes) {
        assert_eq!(message.encode(), bytes);
    }
}

/// A message; or, as text, a header with a proof.
pub fn wire(bytes: &[u8]) {
    round::<Hello>(bytes);
    round::<SignedSession>(bytes);
    round::<Enrol>(bytes);
    round::<Found>(bytes);
    round::<Enrolled>(bytes);
    round::<OneTimeCode>(bytes);
    round::<Waiting>(bytes);
    round::<Entries>(bytes);
    round::<Envelopes>(bytes);
    round::<Ids>(bytes);
    round::<Page>(bytes);
    round::<Fates>(bytes);
    round::<Buckets>(bytes);
    round::<BucketIds>(bytes);
    round::<Digests>(bytes);
    round::<SmallBlobs>(bytes);
    round::<Batch>(bytes);
    round::<Progress>(bytes);
    round::<Refusal>(bytes);
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(proof) = Proof::from_header(text)
    {
        let header = proof.to_header();
        assert!(Proof::from_header(&header).is_ok_and(|again| again.to_header() == header));
    }
}
