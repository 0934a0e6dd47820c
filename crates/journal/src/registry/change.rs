//! What a registry entry changes.

use crate::cbor::Writer;
use crate::digest::labelled;
use crate::ids::{DeviceId, Digest, Incarnation, Ledger, PersonId, Role, SeatId, UnitId, WorkspaceId};
use crate::registry::policy::Policy;
use crate::suite::PublicKey;

/// Whether somebody is a natural person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonKind {
    /// A natural person (0).
    Human,
    /// An outside service desk or a machine (1).
    System,
}

/// What the registry knows about a person; anybody who signs on paper has a record, a seat or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    /// The name printed on the slips, 1 to 256 bytes.
    pub name: String,
    /// Natural person or system.
    pub kind: PersonKind,
    /// The unit they belong to; gives no rights by itself.
    pub unit: Option<UnitId>,
    /// Whether the person is still with the bureau; gives and takes no rights by itself.
    pub active: bool,
}

/// A seat: one person's key on one life of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose.
    pub person: PersonId,
    /// On which computer.
    pub device: DeviceId,
    /// In which life of its database.
    pub incarnation: Incarnation,
    /// The key, of the workspace's suite.
    pub public: PublicKey,
}

/// The device and incarnation whose registrars may seal a ledger (G6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SealingPc {
    /// The computer.
    pub device: DeviceId,
    /// The life of its database.
    pub incarnation: Incarnation,
}

impl Certificate {
    /// The PC of the seat, as ledgers name it (G6).
    pub const fn pc(&self) -> SealingPc {
        SealingPc { device: self.device, incarnation: self.incarnation }
    }
}

/// A signer of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who holds the key.
    pub person: PersonId,
    /// The key; it may be that of the person's seat.
    pub public: PublicKey,
}

/// Who signs the registry: `need` of the members (G1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// How many signatures, 1 to the number of members.
    pub need: u8,
    /// The members, at most 8, with distinct keys.
    pub members: Vec<Member>,
}

impl Quorum {
    /// One administrator alone: the small office.
    pub fn single(person: PersonId, public: PublicKey) -> Self {
        Self { need: 1, members: vec![Member { person, public }] }
    }
}

/// One change of the registry. Digests called `allow` name allow-list blobs (G4, [`crate::encode_allow_list`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// 1: founds the bureau; entry 1 and no other. Certifies the founding seat, which holds every series (G7).
    Found {
        /// The bureau's name, printed as heading.
        name: String,
        /// Text code of the administrative level, such as `city`.
        level: String,
        /// The suite of every key in the workspace.
        suite: u8,
        /// Who signs from the next entry on; this entry too.
        quorum: Quorum,
        /// The founding seat.
        founder: Certificate,
        /// Short code of the founding seat, for working numbers.
        code: String,
    },
    /// 2: another quorum signs from the next entry on.
    SetQuorum {
        /// The new quorum.
        quorum: Quorum,
    },
    /// 3: adds a person or replaces the record.
    AddPerson {
        /// Who.
        person: PersonId,
        /// The record.
        record: PersonRecord,
    },
    /// 4: adds a unit or renames it.
    AddUnit {
        /// Which.
        unit: UnitId,
        /// The name printed, 1 to 256 bytes.
        name: String,
        /// Whether forms may still be made for it on screen; legality does not read it.
        active: bool,
    },
    /// 5: gives a role for one unit, or for all (L1).
    Assign {
        /// To whom.
        person: PersonId,
        /// Which role.
        role: Role,
        /// For which unit; none means all.
        unit: Option<UnitId>,
    },
    /// 6: certifies a seat.
    SeatCertify {
        /// The certificate; its digest is the seat's id.
        certificate: Certificate,
        /// Short code of the seat, for working numbers.
        code: String,
    },
    /// 7: revokes a seat; cuts all its later flow events (E2).
    Revoke {
        /// The seat.
        seat: SeatId,
        /// Events that stay valid.
        allow: Digest,
    },
    /// 8: ends a role assignment; cuts later events that needed it.
    RoleEnd {
        /// Whose.
        person: PersonId,
        /// Which role.
        role: Role,
        /// For which unit, exactly as assigned.
        unit: Option<UnitId>,
        /// Events that stay valid.
        allow: Digest,
    },
    /// 9: `from` lets `to` sign in their name (代签).
    Delegate {
        /// The absent person.
        from: PersonId,
        /// The delegate.
        to: PersonId,
        /// First and last day as text; advisory (F8).
        since: String,
        /// Last day as text; advisory (F8).
        until: String,
    },
    /// 10: ends a delegation; cuts later events made under it.
    DelegationEnd {
        /// The absent person.
        from: PersonId,
        /// The delegate.
        to: PersonId,
        /// Events that stay valid.
        allow: Digest,
    },
    /// 11: another PC seals a ledger from now on; cuts later Seals from the old one.
    SeatMove {
        /// The ledger.
        ledger: Ledger,
        /// The PC that sealed until now.
        from: SealingPc,
        /// The PC that seals from now on.
        to: SealingPc,
        /// Events that stay valid.
        allow: Digest,
    },
    /// 12: adds lost but honest events to the allow-list of an earlier entry.
    ExtendAllow {
        /// Number of the entry of kind 7, 8, 10 or 11.
        entry: u32,
        /// More events that stay valid.
        allow: Digest,
    },
    /// 13: activates a definition under a policy, or replaces its policy.
    ActivateDefinition {
        /// Digest of the definition's bytes.
        def: Digest,
        /// What the journal reads of it.
        policy: Policy,
    },
    /// 14: no new forms of this definition; those in flight go on.
    RetireDefinition {
        /// Digest of the definition's bytes.
        def: Digest,
    },
    /// 15: leases a block of numbers to a seat (G7).
    Lease {
        /// Text code of the series.
        series: String,
        /// Calendar year.
        year: u16,
        /// First number of the block.
        first: u32,
        /// Last number of the block.
        last: u32,
        /// Who may give them.
        seat: SeatId,
    },
    /// 16: sets a setting, or removes it with an empty value.
    Setting {
        /// Its key.
        key: String,
        /// Its value, at most 4 KiB; a blob by its digest in hex.
        value: String,
    },
    /// 17: opens a ledger and names its sealing PC (G6).
    LedgerOpen {
        /// Its code.
        ledger: Ledger,
        /// The title shown, 1 to 256 bytes.
        title: String,
        /// The PC that seals it.
        pc: SealingPc,
    },
    /// 18: a key with which endpoints sign receipts and checkpoints.
    EndpointKey {
        /// The endpoint's incarnation.
        incarnation: Incarnation,
        /// The key.
        public: PublicKey,
    },
    /// 19: an endpoint's key is not believed from here on; what was sealed before stands.
    EndpointKeyEnd {
        /// The endpoint's incarnation.
        incarnation: Incarnation,
    },
    /// 20: names the offline root quorum, which alone ends a fork (G2). Signed by the root quorum in force: until
    /// one is named, the founding quorum.
    RootQuorum {
        /// The root quorum from the next entry on.
        quorum: Quorum,
    },
    /// 21: ends a fork (G2): the branch on which this entry stands is the registry. Signed by the root quorum.
    Settle {
        /// The number that two entries had.
        fork: u32,
        /// Who signs from the next entry on: whoever signed two entries with one number does so no longer.
        quorum: Quorum,
    },
    /// 22: another seat holds all numbers that nobody leases (G7), as when the founding computer is replaced.
    NumberSeat {
        /// The seat.
        seat: SeatId,
    },
}

impl Change {
    /// Whether the offline root quorum signs it, not the one that signs the rest (G2).
    pub const fn is_of_root(&self) -> bool {
        matches!(self, Self::RootQuorum { .. } | Self::Settle { .. })
    }
}

/// The id of a seat: SM3 of `"qianban/seat/1" 00 [ws, certificate]`.
pub fn seat_id(ws: WorkspaceId, certificate: &Certificate) -> SeatId {
    let mut w = Writer::new();
    w.array(2).bytes(ws.0);
    certificate.write(&mut w);
    SeatId(labelled("qianban/seat/1", &w.into_bytes()))
}
