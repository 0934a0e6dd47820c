//! Bounds of this service that no client needs to know; those of the messages are `qianban_protocol::limit`.

use std::time::Duration;

/// Connections at the same time; a few kilobytes each, and one for every PC of a province.
pub const CONNECTIONS: usize = 8_192;
/// How long a client may take for the head of a request: longer is a slow-loris.
pub const HEAD_TIME: Duration = Duration::from_secs(15);
/// How long a request may take in all: 4 MiB over a line of 1 Mbit/s, and the work.
pub const REQUEST_TIME: Duration = Duration::from_secs(120);
/// How long a TLS handshake may take.
pub const HANDSHAKE_TIME: Duration = Duration::from_secs(15);
/// How long requests under way may go on after the service was told to end.
pub const GRACE_TIME: Duration = Duration::from_secs(30);
/// How old a registry may be at an instance: how long after another instance took a revocation in, this one may still
/// believe the seat.
pub const REGISTRY_AGE: Duration = Duration::from_secs(2);
/// Events of forms that are kept folded in memory, about 2 KiB each.
pub const CACHED_EVENTS: usize = 30_000;
/// Callers of which the last time is known; more than any bureau has PCs.
pub const HEARD: usize = 10_000;
/// Sessions whose signature need not be verified again.
pub const CACHED_SESSIONS: usize = 20_000;
/// Proofs remembered so that none is used twice; 16 bytes each.
pub const REMEMBERED_PROOFS: usize = 2_000_000;
/// How often a batch is judged again because another instance added to one of its forms.
pub const JUDGEMENTS: usize = 8;
/// Numbers of the arrival log looked through for one page; a PC that may read little still gets on.
pub const SCANNED: u64 = 20_000;
/// How long a one-time code works, in milliseconds: read out today, typed tomorrow.
pub const CODE_MS: i64 = 2 * 24 * 3_600 * 1_000;
/// How long a request for a seat waits for the administrator, in milliseconds.
pub const ENROLMENT_MS: i64 = 30 * 24 * 3_600 * 1_000;
/// How old a part of a long blob may be at a start of the service: a PC that was off for two weeks goes on where it was.
pub const PART_AGE: Duration = Duration::from_secs(14 * 24 * 3_600);
/// What a comparison costs of the requests that a seat may make: it reads every id that the seat may read, and is made
/// once a day.
pub const COMPARE_COST: u32 = 100;
/// Proofs a second from one origin that may fail, in the long run: PCs whose clock is wrong, or whose seat has just ended.
pub const FAILED_PER_SECOND: u32 = 1;
/// Proofs from one origin that may fail at once. After that proofs from there are checked one at a time.
pub const FAILED_AT_ONCE: u32 = 60;
/// Requests that wait to be checked one at a time, from everywhere together; each takes about a millisecond.
pub const SLOWED: usize = 128;
/// Requests a second that need no proof, of all callers together: codes are long, guessing is hopeless, waiting is not.
pub const OPEN_PER_SECOND: u32 = 20;
