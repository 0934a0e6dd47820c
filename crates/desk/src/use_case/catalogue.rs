//! `catalogue`: the items of the service catalogue.

use qianban_catalog::{Settings, Value, catalogue, note};

use crate::api::{Catalogue, CatalogueItem, Nothing};
use crate::names::RegistryNames;
use crate::opened::Opened;
use crate::{Desk, Refused};

pub(crate) fn run(desk: &Desk, _: Nothing) -> Result<Catalogue, Refused> {
    let chain = desk.sitting()?.opened.chain()?;
    let registry = Opened::registry(&chain)?;
    let settings = Settings::new(registry.settings());
    let shipped = catalogue().iter().map(|item| CatalogueItem {
        code: item.code.clone(),
        text: item.text.clone(),
        group: item.group.clone(),
        mark: note(&Value::Item(item.code.clone()), &RegistryNames(registry)),
        own: false,
    });
    let own = settings.items().iter().map(|(code, text)| CatalogueItem {
        code: code.clone(),
        text: text.clone(),
        group: String::new(),
        mark: String::new(),
        own: true,
    });
    Ok(Catalogue { items: shipped.chain(own).collect() })
}
