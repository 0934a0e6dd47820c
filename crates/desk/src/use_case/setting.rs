//! `settings`: every setting, the bureau's own items of the service catalogue, the working calendars.

use qianban_catalog::{
    CALENDAR_PREFIX, CATALOGUE_PREFIX, CalendarYear, Setting, SettingKind, Settings, typed,
};
use qianban_journal::{Registry, RegistryEntry};
use qianban_store::Reader;

use crate::api::{CalendarView, Changed, FieldOption, Nothing, OwnItem, SettingView, SettingsPage};
use crate::desk::Sitting;
use crate::names;
use crate::opened::Opened;
use crate::{Code, Desk, Refused, ambient, api, role, setting};

/// Everything that may be set.
pub(crate) fn run(desk: &Desk, _: Nothing) -> Result<SettingsPage, Refused> {
    let Sitting { opened, person } = desk.sitting()?;
    let today = ambient::office(desk.ambient().now()).date_naive();
    opened.store.read(|reader| {
        let registry = Opened::registry(reader.registry())?;
        let settings = setting::settings(registry);
        let calendar = setting::calendar(&settings, reader);
        let page = Page { reader, registry, settings: &settings };
        Ok(SettingsPage {
            may_change: role::signs_registry(registry, person),
            settings: qianban_catalog::settings()
                .iter()
                .map(|of| page.setting(of))
                .collect::<Result<_, _>>()?,
            items: page.items()?,
            calendars: calendar.years().map(|year| page.calendar(year)).collect::<Result<_, _>>()?,
            unknown_years: setting::unknown_years(&calendar, today),
        })
    })
}

struct Page<'a> {
    reader: &'a Reader<'a>,
    registry: Registry<'a>,
    settings: &'a Settings,
}

impl Page<'_> {
    fn setting(&self, of: &Setting) -> Result<SettingView, Refused> {
        let value = self.settings.value(&of.key);
        let own = self.registry.setting(&of.key).is_some();
        let options = of.field.iter().flat_map(|field| &field.options);
        Ok(SettingView {
            key: of.key.clone(),
            gap: of.gap.clone(),
            title: of.title.clone(),
            kind: kind(of.kind),
            value: if own { typed(value) } else { String::new() },
            shown: setting::shown(of, value, self.registry),
            default_shown: setting::shown(of, &of.default, self.registry),
            options: options
                .map(|option| FieldOption { value: option.value.clone(), label: option.label.clone() })
                .collect(),
            required: value.is_empty() && of.demanded_in.as_deref() == Some(self.registry.level()),
            help: of.help.clone(),
            changed: self.changed(&of.key)?,
        })
    }

    fn items(&self) -> Result<Vec<OwnItem>, Refused> {
        let item = |(code, text): (&String, &String)| {
            let changed = self.changed(&format!("{CATALOGUE_PREFIX}{code}"))?;
            Ok(OwnItem { code: code.clone(), text: text.clone(), changed })
        };
        self.settings.items().iter().map(item).collect()
    }

    fn calendar(&self, of: &CalendarYear) -> Result<CalendarView, Refused> {
        let changed = self.changed(&format!("{CALENDAR_PREFIX}{}", of.year))?;
        Ok(CalendarView {
            year: of.year,
            source: of.source.clone(),
            off: of.holidays.iter().map(ToString::to_string).collect(),
            make_up: of.workdays.iter().map(ToString::to_string).collect(),
            imported: changed.is_some(),
            changed,
        })
    }

    /// Who gave a setting its value.
    fn changed(&self, key: &str) -> Result<Option<Changed>, Refused> {
        let entry = self.registry.setting_entry(key);
        entry.map(|number| changed(self.reader, self.registry, number)).transpose()
    }
}

/// Who signed an entry of the registry, and when it came here.
pub(crate) fn changed(reader: &Reader<'_>, registry: Registry<'_>, number: u32) -> Result<Changed, Refused> {
    let bytes = reader.registry_entry(number)?.unwrap_or_default();
    let entry = RegistryEntry::decode(&bytes)
        .map_err(|_| Refused::about(Code::HostDamaged, format!("名册第 {number} 条")))?;
    let quorum = registry.version(number.saturating_sub(1)).quorum();
    let members = quorum.map(|quorum| quorum.members.as_slice()).unwrap_or_default();
    let signers = entry.sigs.iter().filter_map(|sig| members.get(usize::from(sig.member)));
    let named: Vec<String> = signers.map(|member| names::person(registry, member.person)).collect();
    let at = reader.registry_stored_ms(number)?;
    let at = at.and_then(chrono::DateTime::from_timestamp_millis).map(ambient::office);
    Ok(Changed { entry: number, name: named.join("、"), at: at.map(ambient::rfc3339).unwrap_or_default() })
}

fn kind(kind: SettingKind) -> api::SettingKind {
    match kind {
        SettingKind::Integer => api::SettingKind::Integer,
        SettingKind::Minutes => api::SettingKind::Minutes,
        SettingKind::Days => api::SettingKind::Days,
        SettingKind::Choice => api::SettingKind::Choice,
        SettingKind::Text => api::SettingKind::Text,
        SettingKind::Hours => api::SettingKind::Hours,
        SettingKind::Flag => api::SettingKind::Flag,
        SettingKind::Percent => api::SettingKind::Percent,
        SettingKind::Definition => api::SettingKind::Definition,
    }
}
