//! Where a file cites a row, in words.

/// Pieces of a definition that cite rows of their own, and what people call them.
const PIECES: [(&str, &str); 9] = [
    ("gate", "关口"),
    ("clock", "时限"),
    ("ticker", "定时报告"),
    ("alert", "提醒"),
    ("duty", "应办"),
    ("follow", "后续"),
    ("setting", ""),
    ("gauge", "读数"),
    ("tally", "计数"),
];

/// A place in which a row is cited.
pub(crate) struct Told {
    pub(crate) row: String,
    /// What cites it in the file; empty for the whole file.
    pub(crate) piece: String,
    /// Code of the gate, where it is one.
    pub(crate) gate: Option<String>,
}

/// Every place of a file that cites a row.
pub(crate) fn told(whole: &toml::Table) -> Vec<Told> {
    let of_whole = texts(whole, "cites").into_iter().chain(text(whole, "row"));
    let mut told: Vec<Told> = of_whole.map(|row| Told { row, piece: String::new(), gate: None }).collect();
    for (key, called) in PIECES {
        let pieces = whole.get(key).and_then(toml::Value::as_array).into_iter().flatten();
        for piece in pieces.filter_map(toml::Value::as_table) {
            let gate = text(piece, "code");
            let name = gate.clone().or_else(|| text(piece, "title")).unwrap_or_default();
            let words = format!("{called} {name}").trim().to_owned();
            for row in texts(piece, "cites").into_iter().chain(text(piece, "gap")) {
                told.push(Told { row, piece: words.clone(), gate: gate.clone() });
            }
        }
    }
    told
}

fn text(table: &toml::Table, key: &str) -> Option<String> {
    table.get(key).and_then(toml::Value::as_str).map(str::to_owned)
}

fn texts(table: &toml::Table, key: &str) -> Vec<String> {
    let listed = table.get(key).and_then(toml::Value::as_array).into_iter().flatten();
    listed.filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
