//! The definitions that ship with the product, lived through as stories.

use qianban_catalog::Definition;
use std::fs;
use std::path::Path;

#[test]
#[expect(clippy::disallowed_methods, reason = "a form added to the folder is checked without naming it here")]
fn every_shipped_definition_is_accepted() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/forms");
    let mut titles = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        match Definition::parse(&path.display().to_string(), &text) {
            Ok(definition) => titles.push(definition.title),
            Err(error) => panic!("{error}"),
        }
    }
    titles.sort();
    assert_eq!(titles, ["上门服务单", "信息项值集变更单", "应用系统使用申请表"]);
}
