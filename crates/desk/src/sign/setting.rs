//! Settings and working calendars, signed into the registry (G5); an empty value brings the default back.

use qianban_catalog::{CALENDAR_PREFIX, CATALOGUE_PREFIX, CalendarYear, change_setting, normalise, setting};
use qianban_journal::{Change, Registry, digest};

use super::intent::Intent;
use super::registry::Draft;
use crate::api::ShownField;
use crate::record::Look;
use crate::setting::{settings, shown};
use crate::{Code, Refused};

/// 设置: one setting, a bureau's own item of the service catalogue, or an imported calendar taken back.
pub(crate) fn set(look: Look<'_>, key: &str, typed: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let in_force = settings(draft.registry);
    let value =
        change_setting(&in_force, key, typed).map_err(|error| Refused::about(Code::SettingValue, error))?;
    if key.starts_with(CALENDAR_PREFIX) && !value.is_empty() {
        // A digest says nothing to a person: a calendar comes in as its file.
        return Err(Refused::about(Code::SettingValue, "工作日历请导入文件"));
    }
    if draft.registry.setting(key).unwrap_or_default() == value {
        return Err(Code::RegistryNoChange.into());
    }
    let title = title(key);
    let fields = vec![
        line("项目", &title),
        line("原值", &words(draft.registry, key, draft.registry.setting(key).unwrap_or_default())),
        line("新值", &words(draft.registry, key, &value)),
    ];
    draft.changes.push(Change::Setting { key: key.to_owned(), value });
    draft.finish("修改设置", format!("已修改「{title}」"), fields)
}

/// 导入工作日历: the file becomes a blob, and the registry names it.
pub(crate) fn import_calendar(look: Look<'_>, name: &str, text: &str) -> Result<Intent, Refused> {
    let mut draft = Draft::begin(look)?;
    let read = CalendarYear::parse(name, text).map_err(|error| Refused::about(Code::CalendarBad, error))?;
    let key = format!("{CALENDAR_PREFIX}{}", read.year);
    let value = digest(text.as_bytes()).to_string();
    if draft.registry.setting(&key) == Some(value.as_str()) {
        return Err(Code::RegistryNoChange.into());
    }
    let fields = vec![
        line("项目", &title(&key)),
        line("来源", &read.source),
        line("放假", &format!("{} 天", read.holidays.len())),
        line("调休上班", &format!("{} 天", read.workdays.len())),
    ];
    draft.changes.push(Change::Setting { key, value });
    draft.blobs.push(text.as_bytes().to_vec());
    draft.finish("导入工作日历", format!("已导入 {} 年工作日历", read.year), fields)
}

fn line(label: &str, shown: &str) -> ShownField {
    ShownField { label: label.to_owned(), shown: shown.to_owned() }
}

/// What a setting is called.
pub(crate) fn title(key: &str) -> String {
    if let Some(code) = key.strip_prefix(CATALOGUE_PREFIX) {
        return format!("服务目录自有项 {code}");
    }
    if let Some(year) = key.strip_prefix(CALENDAR_PREFIX) {
        return format!("{year} 年工作日历");
    }
    setting(key).map_or_else(|| key.to_owned(), |of| of.title.clone())
}

/// The value of a registry entry in words.
pub(crate) fn words(registry: Registry<'_>, key: &str, value: &str) -> String {
    if key.starts_with(CALENDAR_PREFIX) {
        return if value.is_empty() { "随程序提供的日历" } else { "导入的日历" }.to_owned();
    }
    if key.starts_with(CATALOGUE_PREFIX) {
        return if value.is_empty() { "（无）".to_owned() } else { value.to_owned() };
    }
    let Some(of) = setting(key) else { return value.to_owned() };
    let own = of.field.as_ref().and_then(|field| normalise(field, value).ok()).filter(|own| !own.is_empty());
    match own {
        Some(own) => shown(of, &own, registry),
        None => format!("{}（默认）", shown(of, &of.default, registry)),
    }
}
