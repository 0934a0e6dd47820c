//! Every bound of the journal, checked when decoding and before signing.

/// Bytes of an event body (A1).
pub const BODY_BYTES: usize = 8 * 1024;
/// Bytes of the encoded arguments of an action (A1).
pub const ARGS_BYTES: usize = 4 * 1024;
/// Bytes of an encoded plan (A1).
pub const PLAN_BYTES: usize = 2 * 1024;
/// Events that one event may cite (A3).
pub const CITES: usize = 64;
/// Ids in one list of an action's arguments (basis, carry, dismissed); what fits into [`ARGS_BYTES`].
pub const ARG_IDS: usize = 112;
/// Steps of a plan.
pub const PLAN_STEPS: usize = 16;
/// Sign-offs that one step may ask for; more than the largest 会签 of the white paper.
pub const STEP_NEED: u8 = 32;
/// Events of one form; a slip with a thousand remarks is a mistake or an attack (faults 56).
pub const FORM_EVENTS: usize = 2_000;
/// Bytes of a code: role, ledger, table, setting key.
pub const CODE_BYTES: usize = 64;
/// Bytes of a name: person, unit, bureau, ledger title, outside signer, stated time.
pub const NAME_BYTES: usize = 256;
/// Bytes of the reason of a return.
pub const REASON_BYTES: usize = 2 * 1024;
/// Bytes of an endpoint receipt (L7b).
pub const RECEIPT_BYTES: usize = 1024;
/// Registry entries that a place keeps beside its chain: rivals of a fork, and what comes after a gap (G2).
pub const FORK_ENTRIES: usize = 64;
/// Bytes of an endpoint's checkpoint (Y7).
pub const CHECKPOINT_BYTES: usize = 256;
/// Bytes of the events that wait for what they build on, per peer (A8).
pub const PENDING_BYTES: usize = 64 * 1024 * 1024;
/// Events of one peer that wait (A8).
pub const PENDING_EVENTS: usize = 50_000;
/// Events of one form that wait, per peer (A8).
pub const PENDING_FORM_EVENTS: usize = 256;
/// Milliseconds by which a clock may be ahead of the reader's before it is a finding (F8): a day.
pub const WALL_AHEAD_MS: i64 = 24 * 60 * 60 * 1_000;
/// Bytes of an envelope: the body, two signatures and their framing.
pub const ENVELOPE_BYTES: usize = BODY_BYTES + 256;
/// Bytes of a signature, raw r and s.
pub const SIGNATURE_BYTES: usize = 64;
/// Bytes of a public key: uncompressed point, `04 x y`.
pub const PUBLIC_KEY_BYTES: usize = 65;
/// Bytes of one snapshot. A table of 500 rows of 20 Chinese cells fits.
pub const SNAPSHOT_BYTES: usize = 4 * 1024 * 1024;
/// Fields of one snapshot.
pub const SNAPSHOT_FIELDS: usize = 1_024;
/// Items of one list in a snapshot.
pub const LIST_ITEMS: usize = 10_000;
/// Attachments of one snapshot.
pub const ATTACHMENTS: usize = 256;
/// Links of one snapshot; 300 units confirm on 300 forms and one form collects them.
pub const LINKS: usize = 1_000;
/// Bytes of an attachment's shown name.
pub const FILE_NAME_BYTES: usize = 1_024;
/// Nested arrays of any encoded value.
pub const DEPTH: usize = 8;
/// Bytes of a registry entry.
pub const ENTRY_BYTES: usize = 16 * 1024;
/// Roles, units, persons or steps named in one list of a plan or a policy.
pub const NAMES: usize = 64;
/// Tables of a policy.
pub const TABLES: usize = 64;
/// Members of the quorum that signs the registry.
pub const QUORUM: usize = 8;
/// Bytes of a setting's value.
pub const SETTING_BYTES: usize = 4 * 1024;
/// Ids of an allow-list; ten years of a bureau's events.
pub const ALLOW_IDS: usize = 6_000_000;
/// Highest number of a series in one year.
pub const NUMBER_MAX: u32 = 999_999;
