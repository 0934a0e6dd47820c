//! The shape of a definition file, with the place of every piece that can be refused.

use serde::Deserialize as DeriveDeserialize;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;
use toml::Spanned;

/// Text with its place in the file.
pub(crate) type Placed = Spanned<String>;

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceDefinition {
    pub(crate) id: Placed,
    pub(crate) title: Placed,
    #[serde(default)]
    pub(crate) also_titled: Vec<Placed>,
    pub(crate) row: Placed,
    pub(crate) version: Spanned<i64>,
    pub(crate) cites: Vec<Placed>,
    pub(crate) policy: SourcePolicy,
    #[serde(default)]
    pub(crate) field: Vec<SourceField>,
    #[serde(default)]
    pub(crate) step: Vec<SourceStep>,
    #[serde(default)]
    pub(crate) table: Vec<SourceTable>,
    #[serde(default)]
    pub(crate) gate: Vec<SourceGate>,
    #[serde(default)]
    pub(crate) link: Vec<SourceLink>,
    #[serde(default)]
    pub(crate) expose: Vec<SourceExpose>,
    #[serde(default)]
    pub(crate) clock: Vec<SourceClock>,
    #[serde(default)]
    pub(crate) ticker: Vec<SourceTicker>,
    #[serde(default)]
    pub(crate) gauge: Vec<SourceGauge>,
    #[serde(default)]
    pub(crate) alert: Vec<SourceAlert>,
    #[serde(default)]
    pub(crate) tally: Vec<SourceTally>,
    #[serde(default)]
    pub(crate) duty: Vec<SourceDuty>,
    #[serde(default)]
    pub(crate) follow: Vec<SourceFollow>,
    pub(crate) slip: Spanned<SourceSlip>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourcePolicy {
    pub(crate) ledger: Placed,
    pub(crate) ledger_title: Placed,
    pub(crate) series: Option<Placed>,
    pub(crate) create: Vec<Placed>,
    pub(crate) edit: Vec<Placed>,
    pub(crate) register: bool,
    pub(crate) seal: Placed,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceField {
    pub(crate) key: Placed,
    pub(crate) label: Placed,
    #[serde(rename = "type")]
    pub(crate) kind: Placed,
    pub(crate) max: Option<Spanned<i64>>,
    pub(crate) min: Option<Spanned<i64>>,
    #[serde(default)]
    pub(crate) options: Vec<SourceChoice>,
    #[serde(default)]
    pub(crate) groups: Vec<Placed>,
    pub(crate) required: Option<Spanned<SourceRule>>,
    pub(crate) visible: Option<Spanned<SourceRule>>,
    pub(crate) default: Option<Placed>,
    pub(crate) compute: Option<Placed>,
    #[serde(default)]
    pub(crate) check: Vec<SourceCheck>,
    pub(crate) help: Option<Placed>,
    #[serde(default)]
    pub(crate) key_field: bool,
    pub(crate) share: Option<Spanned<i64>>,
    #[serde(default)]
    pub(crate) columns: Vec<SourceField>,
    pub(crate) max_rows: Option<Spanned<i64>>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceChoice {
    pub(crate) value: Placed,
    pub(crate) label: Placed,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceCheck {
    pub(crate) rule: Placed,
    pub(crate) message: Placed,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceStep {
    pub(crate) key: Placed,
    pub(crate) title: Placed,
    pub(crate) roles: Vec<Placed>,
    pub(crate) units: Option<Placed>,
    pub(crate) need: Spanned<i64>,
    pub(crate) when: Option<Placed>,
    pub(crate) bar: bool,
    #[serde(default)]
    pub(crate) bar_fields: Vec<Placed>,
    #[serde(default)]
    pub(crate) differ: Vec<Placed>,
    pub(crate) ink: Placed,
    pub(crate) outsider: bool,
    #[serde(default)]
    pub(crate) field: Vec<SourceField>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceTable {
    pub(crate) name: Placed,
    pub(crate) title: Option<Placed>,
    #[serde(default)]
    pub(crate) roles: Vec<Placed>,
    #[serde(default)]
    pub(crate) phases: Vec<Placed>,
    pub(crate) single: Option<bool>,
    pub(crate) wanted: Option<Spanned<SourceRule>>,
    #[serde(default)]
    pub(crate) field: Vec<SourceField>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceGate {
    pub(crate) on: Placed,
    pub(crate) require: Placed,
    pub(crate) code: Placed,
    pub(crate) message: Placed,
    #[serde(default)]
    pub(crate) cites: Vec<Placed>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceLink {
    pub(crate) slot: Placed,
    pub(crate) title: Placed,
    pub(crate) definitions: Vec<Placed>,
    pub(crate) min: Spanned<i64>,
    pub(crate) max: Spanned<i64>,
    #[serde(default)]
    pub(crate) reads: Vec<SourceRead>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceRead {
    pub(crate) key: Placed,
    #[serde(rename = "type")]
    pub(crate) kind: Placed,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceExpose {
    pub(crate) key: Placed,
    pub(crate) title: Placed,
    #[serde(rename = "type")]
    pub(crate) kind: Placed,
    pub(crate) value: Placed,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceClock {
    pub(crate) key: Placed,
    pub(crate) title: Placed,
    pub(crate) start: Placed,
    pub(crate) stop: Placed,
    pub(crate) minutes: Option<Placed>,
    pub(crate) days: Option<Placed>,
    pub(crate) count: Option<Placed>,
    pub(crate) pause: Option<Placed>,
    #[serde(default)]
    pub(crate) cites: Vec<Placed>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceTicker {
    pub(crate) key: Placed,
    pub(crate) title: Placed,
    pub(crate) start: Placed,
    pub(crate) stop: Placed,
    pub(crate) minutes: Placed,
    pub(crate) table: Placed,
    #[serde(default)]
    pub(crate) cites: Vec<Placed>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceGauge {
    pub(crate) key: Placed,
    pub(crate) title: Placed,
    pub(crate) value: Placed,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceAlert {
    pub(crate) when: Placed,
    pub(crate) message: Placed,
    #[serde(default)]
    pub(crate) cites: Vec<Placed>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceTally {
    pub(crate) key: Placed,
    pub(crate) by: Placed,
    #[serde(rename = "where")]
    pub(crate) meets: Placed,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceDuty {
    pub(crate) key: Placed,
    pub(crate) title: Placed,
    pub(crate) every: Placed,
    pub(crate) covers: Placed,
    #[serde(rename = "where")]
    pub(crate) meets: Option<Placed>,
    #[serde(default)]
    pub(crate) months: Vec<Spanned<i64>>,
    pub(crate) since: Option<Placed>,
    #[serde(default)]
    pub(crate) cites: Vec<Placed>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceFollow {
    pub(crate) key: Placed,
    pub(crate) title: Placed,
    pub(crate) definition: Placed,
    pub(crate) slot: Placed,
    pub(crate) when: Placed,
    pub(crate) owed: bool,
    #[serde(default)]
    pub(crate) cites: Vec<Placed>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceSlip {
    pub(crate) paper: Placed,
    pub(crate) orientation: Placed,
    pub(crate) copies: Spanned<Vec<Placed>>,
    pub(crate) heading: Option<Placed>,
    #[serde(default)]
    pub(crate) row: Vec<SourceRow>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceRow {
    pub(crate) h: Option<Spanned<i64>>,
    #[serde(default)]
    pub(crate) titles: Vec<Placed>,
    pub(crate) cells: Spanned<Vec<Spanned<SourceCell>>>,
}

#[derive(DeriveDeserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceCell {
    pub(crate) label: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) table: Option<String>,
    pub(crate) step: Option<String>,
    pub(crate) entry: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) links: Option<String>,
    pub(crate) w: Spanned<i64>,
    pub(crate) rows: Option<Spanned<i64>>,
    pub(crate) lines: Option<Spanned<i64>>,
}

/// `true`, `false` or an expression.
pub(crate) enum SourceRule {
    Always(bool),
    When(String),
}

impl<'de> Deserialize<'de> for SourceRule {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(RuleVisitor)
    }
}

struct RuleVisitor;

impl Visitor<'_> for RuleVisitor {
    type Value = SourceRule;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("true, false or an expression")
    }

    fn visit_bool<E: Error>(self, answer: bool) -> Result<SourceRule, E> {
        Ok(SourceRule::Always(answer))
    }

    fn visit_str<E: Error>(self, expression: &str) -> Result<SourceRule, E> {
        Ok(SourceRule::When(expression.to_owned()))
    }
}
