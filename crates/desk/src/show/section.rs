//! A section with its fields as the screen needs them.

use std::collections::BTreeMap;

use qianban_catalog::{
    Content, Context, Definition, Field, FieldKind, FieldState, PARAGRAPH_MAX, Place, Privacy, Problem,
    TEXT_MAX, Value, display, note, states, typed,
};
use qianban_journal::Registry;

use crate::api;
use crate::names::RegistryNames;
use crate::part::{self, Part};

/// A section to be shown.
pub(crate) struct Sheet<'a> {
    /// The definition.
    pub(crate) definition: &'a Definition,
    /// Which section.
    pub(crate) of: api::Section,
    /// Its values.
    pub(crate) part: &'a Part,
    /// Its scene.
    pub(crate) context: &'a Context,
    /// Names and choices.
    pub(crate) registry: Registry<'a>,
    /// Whether the person at the desk may write in it now.
    pub(crate) editable: bool,
}

impl Sheet<'_> {
    fn states(&self) -> Vec<FieldState> {
        let context =
            Context { editable: self.editable, unread: self.part.unread.clone(), ..self.context.clone() };
        states(self.definition, &part::section(&self.of), &self.part.values, &context)
    }

    /// What keeps the section from being signed.
    pub(crate) fn problems(&self) -> Vec<api::Problem> {
        self.states()
            .into_iter()
            .filter_map(|state| Some(self.problem(&state.place, state.problem.as_ref()?)))
            .collect()
    }

    fn problem(&self, place: &Place, problem: &Problem) -> api::Problem {
        let label = self.label(place).unwrap_or(&place.key);
        api::Problem {
            code: problem.code().to_owned(),
            message: format!("{label}:{problem}"),
            field: Some(api::FieldRef {
                section: self.of.clone(),
                field: place.key.clone(),
                cell: place.cell.as_ref().map(|cell| api::Cell {
                    row: u32::try_from(cell.row).unwrap_or(u32::MAX),
                    column: cell.column.clone(),
                }),
            }),
        }
    }

    fn label(&self, place: &Place) -> Option<&str> {
        let fields = self.definition.fields_of(&part::section(&self.of))?;
        let field = fields.iter().find(|field| field.key == place.key)?;
        match &place.cell {
            None => Some(&field.label),
            Some(cell) => field
                .columns
                .iter()
                .find(|column| column.key == cell.column)
                .map(|column| column.label.as_str()),
        }
    }

    /// The section as the screen takes it; invisible fields are left out.
    pub(crate) fn view(&self) -> api::SectionView {
        let states: BTreeMap<Place, FieldState> =
            self.states().into_iter().map(|state| (state.place.clone(), state)).collect();
        let fields = self.definition.fields_of(&part::section(&self.of)).unwrap_or_default();
        let visible =
            |field: &&Field| states.get(&Place::field(&field.key)).is_none_or(|state| state.visible);
        api::SectionView {
            section: self.of.clone(),
            editable: self.editable,
            fields: fields.iter().filter(visible).map(|field| self.field(field, &states)).collect(),
            attachments: self.part.files(),
        }
    }

    fn field(&self, field: &Field, states: &BTreeMap<Place, FieldState>) -> api::FieldView {
        let place = Place::field(&field.key);
        let value = self.part.values.get(&field.key).unwrap_or(&Value::Empty);
        let mut view = self.cell(field, place, value, states);
        view.columns = field.columns.iter().map(|column| self.blank(column)).collect();
        if let Value::Table(rows) = value {
            view.rows =
                rows.iter().enumerate().map(|(number, row)| self.row(field, number, row, states)).collect();
        }
        view
    }

    fn row(
        &self,
        field: &Field,
        number: usize,
        row: &Content,
        states: &BTreeMap<Place, FieldState>,
    ) -> Vec<api::FieldView> {
        let cell = |column: &Field| {
            let value = row.get(&column.key).unwrap_or(&Value::Empty);
            self.cell(column, Place::cell(&field.key, number, &column.key), value, states)
        };
        field.columns.iter().map(cell).collect()
    }

    fn cell(
        &self,
        field: &Field,
        place: Place,
        value: &Value,
        states: &BTreeMap<Place, FieldState>,
    ) -> api::FieldView {
        let state = states.get(&place);
        let raw = self.part.raw(&place);
        api::FieldView {
            required: state.is_some_and(|state| state.required),
            editable: state.is_some_and(|state| state.editable),
            text: raw.map_or_else(|| typed(value), str::to_owned),
            shown: raw.map_or_else(
                || display(field, value, &RegistryNames(self.registry), Privacy::Full),
                str::to_owned,
            ),
            note: note(value, &RegistryNames(self.registry)),
            problem: state.and_then(|state| Some(self.problem(&place, state.problem.as_ref()?))),
            ..self.blank(field)
        }
    }

    fn blank(&self, field: &Field) -> api::FieldView {
        api::FieldView {
            key: field.key.clone(),
            label: field.label.clone(),
            kind: kind(field.kind),
            required: false,
            editable: false,
            max: max(field),
            help: field.help.clone().unwrap_or_default(),
            text: String::new(),
            shown: String::new(),
            note: String::new(),
            options: self.options(field),
            groups: field.groups.clone(),
            columns: Vec::new(),
            rows: Vec::new(),
            problem: None,
        }
    }

    fn options(&self, field: &Field) -> Vec<api::FieldOption> {
        let mut options: Vec<_> = match field.kind {
            FieldKind::Person => self
                .registry
                .persons()
                .filter(|(_, record)| record.active)
                .map(|(id, record)| api::FieldOption { value: id.to_string(), label: record.name.clone() })
                .collect(),
            FieldKind::Unit => self
                .registry
                .units()
                .filter(|(_, record)| record.active)
                .map(|(id, record)| api::FieldOption { value: id.to_string(), label: record.name.clone() })
                .collect(),
            _ => {
                let option = |option: &qianban_catalog::Choice| api::FieldOption {
                    value: option.value.clone(),
                    label: option.label.clone(),
                };
                return field.options.iter().map(option).collect();
            }
        };
        options.sort_by(|a, b| a.label.cmp(&b.label));
        options
    }
}

/// A section for reading: the filled fields with their words, tables row by row.
pub(crate) fn shown(
    definition: &Definition,
    of: &qianban_catalog::Section,
    values: &Content,
    registry: Registry<'_>,
) -> Vec<api::ShownField> {
    let names = RegistryNames(registry);
    let mut lines = Vec::new();
    for field in definition.fields_of(of).unwrap_or_default() {
        match values.get(&field.key) {
            None => {}
            Some(value) if value.is_empty() => {}
            Some(Value::Table(rows)) => {
                for (number, row) in rows.iter().enumerate() {
                    let cells = field.columns.iter().filter_map(|column| {
                        let value = row.get(&column.key).filter(|value| !value.is_empty())?;
                        Some(format!("{} {}", column.label, display(column, value, &names, Privacy::Full)))
                    });
                    let shown = cells.collect::<Vec<_>>().join(",");
                    lines.push(api::ShownField {
                        label: format!("{} 第 {} 行", field.label, number + 1),
                        shown,
                    });
                }
            }
            Some(value) => {
                let mut words = display(field, value, &names, Privacy::Full);
                let second = note(value, &names);
                if !second.is_empty() {
                    words = format!("{words}({second})");
                }
                lines.push(api::ShownField { label: field.label.clone(), shown: words });
            }
        }
    }
    lines
}

fn kind(kind: FieldKind) -> api::FieldKind {
    match kind {
        FieldKind::Text => api::FieldKind::Text,
        FieldKind::Paragraph => api::FieldKind::Paragraph,
        FieldKind::Integer => api::FieldKind::Integer,
        FieldKind::Money => api::FieldKind::Money,
        FieldKind::Percent => api::FieldKind::Percent,
        FieldKind::Date => api::FieldKind::Date,
        FieldKind::DateTime => api::FieldKind::Datetime,
        FieldKind::Choice => api::FieldKind::Choice,
        FieldKind::Catalogue => api::FieldKind::Catalogue,
        FieldKind::Flag => api::FieldKind::Flag,
        FieldKind::Account => api::FieldKind::Account,
        FieldKind::Phone => api::FieldKind::Phone,
        FieldKind::IdNumber => api::FieldKind::IdNumber,
        FieldKind::Unit => api::FieldKind::Unit,
        FieldKind::Person => api::FieldKind::Person,
        FieldKind::Table => api::FieldKind::Table,
        FieldKind::Attachment => api::FieldKind::Attachment,
    }
}

/// Longest text, most rows or most files.
fn max(field: &Field) -> u32 {
    let most = match field.kind {
        FieldKind::Integer | FieldKind::Money | FieldKind::Percent => TEXT_MAX,
        FieldKind::Paragraph => field.max.unwrap_or(PARAGRAPH_MAX),
        _ => field.max.unwrap_or(TEXT_MAX),
    };
    u32::try_from(most).unwrap_or(u32::MAX)
}
