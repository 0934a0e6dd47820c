//! Reads JSON from a screen or a wire; what does not fit is told with its place, in Chinese.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a text.
///
/// # Errors
/// What is wrong with it and where, in Chinese.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| said(&error))?;
    reader.end().map_err(|error| at_line(&error, "后面多了内容"))?;
    Ok(read)
}

/// Takes a value apart.
///
/// # Errors
/// What is wrong with it and where, in Chinese.
pub(crate) fn take<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(value).map_err(|error| said(&error))
}

/// What is wrong with a text that is no JSON, and where.
pub(crate) fn unread(error: &serde_json::Error) -> String {
    at_line(error, &qianban_catalog::in_chinese(&error.to_string()))
}

fn said(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let words = qianban_catalog::in_chinese(&error.inner().to_string());
    match error.path().to_string().as_str() {
        "." | "?" => at_line(error.inner(), &words),
        path => at_line(error.inner(), &format!("「{path}」{words}")),
    }
}

/// Line and character, where the text has lines at all.
fn at_line(error: &serde_json::Error, words: &str) -> String {
    match error.line() {
        0 => words.to_owned(),
        line => format!("第 {line} 行第 {} 个字符：{words}", error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::{read, take};
    use serde_json::json;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Ask {
        form: String,
        rows: Vec<u32>,
    }

    #[test]
    fn what_does_not_fit_is_told_in_chinese_with_its_place() {
        let taken = |value| take::<Ask>(value).map(|_| ()).unwrap_err();
        assert_eq!(taken(json!({ "form": "a" })), "缺少「rows」");
        assert_eq!(taken(json!({ "form": 5, "rows": [] })), "「form」内容的类型不对，应为文字");
        assert_eq!(taken(json!({ "form": "a", "rows": [1, -1] })), "「rows[1]」内容不在允许的范围内");
        assert_eq!(taken(json!({ "form": "a", "rows": [], "more": 1 })), "「more」没有「more」这一项");
        assert_eq!(taken(json!("a")), "内容的类型不对，应为一组内容");
        let said = |text| read::<Ask>(text).map(|_| ()).unwrap_err();
        assert_eq!(said("{\n  \"form\": x"), "第 2 行第 11 个字符：「form」写法不对");
        assert_eq!(said("{\"form\": \"a\", \"rows\": []} and"), "第 1 行第 27 个字符：后面多了内容");
    }
}
