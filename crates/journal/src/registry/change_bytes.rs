//! Canonical bytes of a registry change: `[kind, …]`.

use crate::cbor::{DecodeError, Reader, Writer};
use crate::ids::{Ledger, Role};
use crate::limit;
use crate::registry::change::{Certificate, Change, Member, PersonKind, PersonRecord, Quorum, SealingPc};
use crate::registry::policy::Policy;
use crate::suite::PublicKey;

impl Certificate {
    /// Writes `[person, device, incarnation, key]`.
    pub fn write(&self, w: &mut Writer) {
        w.array(4).bytes(self.person.0).bytes(self.device.0).bytes(self.incarnation.0);
        self.public.write(w);
    }

    /// Reads what [`Certificate::write`] wrote.
    ///
    /// # Errors
    /// Another shape, or a key that is none.
    pub fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(4, |r| {
            Ok(Self { person: r.id()?, device: r.id()?, incarnation: r.id()?, public: PublicKey::read(r)? })
        })
    }
}

impl Quorum {
    fn write(&self, w: &mut Writer) {
        w.array(2).uint(self.need).list(&self.members, |w, member| {
            w.array(2).bytes(member.person.0);
            member.public.write(w);
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.tuple(2, |r| {
            let need = r.u8(limit::QUORUM as u8)?;
            let members = r.list(limit::QUORUM, |r| {
                r.tuple(2, |r| Ok(Member { person: r.id()?, public: PublicKey::read(r)? }))
            })?;
            if need == 0 || usize::from(need) > members.len() {
                return Err(DecodeError::OutOfRange);
            }
            let distinct =
                members.iter().enumerate().all(|(i, a)| members[..i].iter().all(|b| a.public != b.public));
            if distinct { Ok(Self { need, members }) } else { Err(DecodeError::OutOfRange) }
        })
    }
}

fn write_pc(w: &mut Writer, pc: &SealingPc) {
    w.array(2).bytes(pc.device.0).bytes(pc.incarnation.0);
}

fn read_pc(r: &mut Reader<'_>) -> Result<SealingPc, DecodeError> {
    r.tuple(2, |r| Ok(SealingPc { device: r.id()?, incarnation: r.id()? }))
}

fn code(r: &mut Reader<'_>) -> Result<String, DecodeError> {
    r.name(limit::CODE_BYTES)
}

fn name(r: &mut Reader<'_>) -> Result<String, DecodeError> {
    r.name(limit::NAME_BYTES)
}

impl Change {
    pub(crate) fn write(&self, w: &mut Writer) {
        match self {
            Self::Found { name, level, suite, quorum, founder, code } => {
                w.array(7).uint(1u8).text(name).text(level).uint(*suite);
                quorum.write(w);
                founder.write(w);
                w.text(code);
            }
            Self::SetQuorum { quorum } => {
                w.array(2).uint(2u8);
                quorum.write(w);
            }
            Self::AddPerson { person, record } => {
                w.array(6).uint(3u8).bytes(person.0).text(&record.name).uint(record.kind as u8);
                w.option(record.unit, |w, unit| {
                    w.bytes(unit.0);
                });
                w.flag(record.active);
            }
            Self::AddUnit { unit, name, active } => {
                w.array(4).uint(4u8).bytes(unit.0).text(name).flag(*active);
            }
            Self::Assign { person, role, unit } => {
                w.array(4).uint(5u8).bytes(person.0).text(role.as_str()).option(*unit, |w, unit| {
                    w.bytes(unit.0);
                });
            }
            Self::SeatCertify { certificate, code } => {
                w.array(3).uint(6u8);
                certificate.write(w);
                w.text(code);
            }
            other => other.write_ending(w),
        }
    }

    /// Kinds 7 to 12: what ends something, with allow-lists; the rest is in [`Change::write_setting`].
    fn write_ending(&self, w: &mut Writer) {
        match self {
            Self::Revoke { seat, allow } => {
                w.array(3).uint(7u8).bytes(seat.0).bytes(allow.0);
            }
            Self::RoleEnd { person, role, unit, allow } => {
                w.array(5).uint(8u8).bytes(person.0).text(role.as_str());
                w.option(*unit, |w, unit| {
                    w.bytes(unit.0);
                });
                w.bytes(allow.0);
            }
            Self::Delegate { from, to, since, until } => {
                w.array(5).uint(9u8).bytes(from.0).bytes(to.0).text(since).text(until);
            }
            Self::DelegationEnd { from, to, allow } => {
                w.array(4).uint(10u8).bytes(from.0).bytes(to.0).bytes(allow.0);
            }
            Self::SeatMove { ledger, from, to, allow } => {
                w.array(5).uint(11u8).text(ledger.as_str());
                write_pc(w, from);
                write_pc(w, to);
                w.bytes(allow.0);
            }
            Self::ExtendAllow { entry, allow } => {
                w.array(3).uint(12u8).uint(*entry).bytes(allow.0);
            }
            other => other.write_setting(w),
        }
    }

    fn write_setting(&self, w: &mut Writer) {
        match self {
            Self::ActivateDefinition { def, policy } => {
                w.array(3).uint(13u8).bytes(def.0);
                policy.write(w);
            }
            Self::RetireDefinition { def } => {
                w.array(2).uint(14u8).bytes(def.0);
            }
            Self::Lease { series, year, first, last, seat } => {
                w.array(6).uint(15u8).text(series).uint(*year).uint(*first).uint(*last).bytes(seat.0);
            }
            Self::Setting { key, value } => {
                w.array(3).uint(16u8).text(key).text(value);
            }
            Self::LedgerOpen { ledger, title, pc } => {
                w.array(4).uint(17u8).text(ledger.as_str()).text(title);
                write_pc(w, pc);
            }
            Self::EndpointKey { incarnation, public } => {
                w.array(3).uint(18u8).bytes(incarnation.0);
                public.write(w);
            }
            Self::EndpointKeyEnd { incarnation } => {
                w.array(2).uint(19u8).bytes(incarnation.0);
            }
            Self::RootQuorum { quorum } => {
                w.array(2).uint(20u8);
                quorum.write(w);
            }
            Self::Settle { fork, quorum } => {
                w.array(3).uint(21u8).uint(*fork);
                quorum.write(w);
            }
            Self::NumberSeat { seat } => {
                w.array(2).uint(22u8).bytes(seat.0);
            }
            _ => {}
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.variant(|r, kind, rest| {
            let expected = match kind {
                1 => 6,
                3 | 15 => 5,
                8 | 9 | 11 => 4,
                4 | 5 | 10 | 17 => 3,
                6 | 7 | 12 | 13 | 16 | 18 | 21 => 2,
                2 | 14 | 19 | 20 | 22 => 1,
                _ => return Err(DecodeError::UnknownKind),
            };
            if rest != expected {
                return Err(DecodeError::WrongArity);
            }
            if kind <= 6 { Self::read_beginning(r, kind) } else { Self::read_later(r, kind) }
        })
    }

    fn read_beginning(r: &mut Reader<'_>, kind: u8) -> Result<Self, DecodeError> {
        Ok(match kind {
            1 => Self::Found {
                name: name(r)?,
                level: code(r)?,
                suite: r.u8(u8::MAX)?,
                quorum: Quorum::read(r)?,
                founder: Certificate::read(r)?,
                code: code(r)?,
            },
            2 => Self::SetQuorum { quorum: Quorum::read(r)? },
            3 => Self::AddPerson {
                person: r.id()?,
                record: PersonRecord {
                    name: name(r)?,
                    kind: if r.flag()? { PersonKind::System } else { PersonKind::Human },
                    unit: r.option(Reader::id)?,
                    active: r.flag()?,
                },
            },
            4 => Self::AddUnit { unit: r.id()?, name: name(r)?, active: r.flag()? },
            5 => Self::Assign { person: r.id()?, role: Role(code(r)?), unit: r.option(Reader::id)? },
            _ => Self::SeatCertify { certificate: Certificate::read(r)?, code: code(r)? },
        })
    }

    fn read_later(r: &mut Reader<'_>, kind: u8) -> Result<Self, DecodeError> {
        Ok(match kind {
            7 => Self::Revoke { seat: r.id()?, allow: r.id()? },
            8 => Self::RoleEnd {
                person: r.id()?,
                role: Role(code(r)?),
                unit: r.option(Reader::id)?,
                allow: r.id()?,
            },
            9 => Self::Delegate {
                from: r.id()?,
                to: r.id()?,
                since: r.text(limit::CODE_BYTES)?,
                until: r.text(limit::CODE_BYTES)?,
            },
            10 => Self::DelegationEnd { from: r.id()?, to: r.id()?, allow: r.id()? },
            11 => Self::SeatMove {
                ledger: Ledger(code(r)?),
                from: read_pc(r)?,
                to: read_pc(r)?,
                allow: r.id()?,
            },
            12 => Self::ExtendAllow { entry: r.u32()?, allow: r.id()? },
            13 => Self::ActivateDefinition { def: r.id()?, policy: Policy::read(r)? },
            14 => Self::RetireDefinition { def: r.id()? },
            15 => Self::Lease {
                series: code(r)?,
                year: r.u16()?,
                first: r.u32()?,
                last: r.u32()?,
                seat: r.id()?,
            },
            16 => Self::Setting { key: code(r)?, value: r.text(limit::SETTING_BYTES)? },
            17 => Self::LedgerOpen { ledger: Ledger(code(r)?), title: name(r)?, pc: read_pc(r)? },
            18 => Self::EndpointKey { incarnation: r.id()?, public: PublicKey::read(r)? },
            19 => Self::EndpointKeyEnd { incarnation: r.id()? },
            20 => Self::RootQuorum { quorum: Quorum::read(r)? },
            21 => Self::Settle { fork: r.u32()?, quorum: Quorum::read(r)? },
            22 => Self::NumberSeat { seat: r.id()? },
            _ => return Err(DecodeError::UnknownKind),
        })
    }
}
