//! Every bound of what crosses, checked on both sides.

use qianban_journal::limit::ENVELOPE_BYTES;

/// Bytes of a request or an answer that carries many small things, and of one part of a blob (Y9). A line of 1 Mbit/s
/// moves it in half a minute, so that a cut costs little; larger bodies would only sit in memory.
pub const PART_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of framing around the items of one body: array heads and lengths, nine bytes each.
const FRAME_BYTES: usize = 64 * 1024;
/// Bytes of any body but a part of a blob.
pub const BODY_BYTES: usize = PART_BYTES + FRAME_BYTES;
/// Events in one push, one page or one request by id: one transaction of an import (Y2, Y3). All of them at their
/// longest fit into a body.
pub const EVENTS: usize = 490;
const _: () = assert!(EVENTS * (ENVELOPE_BYTES + 24) <= BODY_BYTES, "a full page is a body");
/// Registry entries in one push or page; at 16 KiB each they fit into a body.
pub const ENTRIES: usize = 250;
/// Buckets of the comparison, one for each first byte of a form's id (Y5).
pub const BUCKETS: usize = 256;
/// Ids in one page of a bucket; at 34 bytes each they fit into a body.
pub const BUCKET_IDS: usize = 100_000;
/// Digests asked about at once.
pub const DIGESTS: usize = 4_096;
/// Bytes of a blob that travels in a batch: a snapshot of a usual form is 8 KiB. Longer ones go part by part.
pub const SMALL_BLOB_BYTES: usize = 64 * 1024;
/// Small blobs in one batch.
pub const SMALL_BLOBS: usize = 1_000;
/// Bytes of one blob: the default limit of an attachment is 200 MiB, an allow-list of ten years is 192 MiB.
pub const BLOB_BYTES: u64 = 256 * 1024 * 1024;
/// Bytes of a proof in its header, before base64; a session and a request, two keys and two signatures.
pub const PROOF_BYTES: usize = 1_024;
/// Bytes of a request's method and target together: the longest path with a digest and two numbers.
pub const TARGET_BYTES: usize = 512;
/// How far a request's time may lie from the server's, in milliseconds: slow lines and a clock read a while ago.
pub const CLOCK_MS: i64 = 5 * 60 * 1_000;
/// How long a session may last from when it is shown, in milliseconds: a PC that nobody unlocks for a month asks again.
pub const SESSION_MS: i64 = 32 * 24 * 3_600 * 1_000;
/// Bytes of a one-time code.
pub const CODE_BYTES: usize = 64;
/// Bytes of what a PC that asks for a seat says to the administrator.
pub const LABEL_BYTES: usize = 512;
/// Enrolments in one list for the administrator.
pub const ENROLMENTS: usize = 256;
/// Versions and capabilities in one hello.
pub const NAMES: usize = 64;
/// Bytes of a version, a capability or a code.
pub const NAME_BYTES: usize = 64;
/// Ids that one pending event or entry is said to wait for: those an event may cite and base itself on.
pub const MISSING_IDS: usize = qianban_journal::limit::CITES + qianban_journal::limit::ARG_IDS;
