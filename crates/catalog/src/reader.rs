//! What a reader of TOML or JSON says of a text that does not fit, in Chinese: the person never sees its English.

/// The words for a reader's message, without the place, which only the reader's error knows.
#[must_use]
pub fn in_chinese(message: &str) -> String {
    let named = || message.split('`').nth(1).unwrap_or_default();
    let expected = || message.rsplit_once("expected ").map(|(_, what)| what).and_then(called);
    let begins = |start: &str| message.starts_with(start);
    match () {
        () if begins("missing field") => format!("缺少「{}」", named()),
        () if begins("unknown field") => format!("没有「{}」这一项", named()),
        () if begins("unknown variant") => format!("「{}」不是可选的值", named()),
        () if begins("duplicate field") => format!("「{}」重复", named()),
        () if begins("duplicate key") => "同一项写了两次".to_owned(),
        () if begins("invalid type") => match expected() {
            Some(what) => format!("内容的类型不对，应为{what}"),
            None => "内容的类型不对".to_owned(),
        },
        () if begins("invalid value") => "内容不在允许的范围内".to_owned(),
        () if begins("invalid length") => "内容的个数不对".to_owned(),
        () if begins("EOF") => "没有写完".to_owned(),
        () => "写法不对".to_owned(),
    }
}

/// What a reader expected, as people call it; `None` for what only programs have.
fn called(what: &str) -> Option<&'static str> {
    let what = what.split(" at line ").next().unwrap_or(what);
    match what {
        "a string" | "a borrowed string" | "string or map" | "a character" => Some("文字"),
        "a boolean" => Some("是或否"),
        "a sequence" | "an array" => Some("列表"),
        "true, false or an expression" => Some("是、否或条件"),
        _ if ["u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"].contains(&what) => {
            Some("整数")
        }
        _ if what == "a map" || what == "a table" || what.starts_with("struct ") => Some("一组内容"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::in_chinese;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Piece {
        title: String,
        rows: Vec<u8>,
    }

    fn said(text: &str) -> String {
        toml::from_str::<Piece>(text).map_err(|error| in_chinese(error.message())).expect_err("it is refused")
    }

    #[test]
    fn every_kind_of_refusal_has_chinese_words() {
        assert_eq!(said("rows = []"), "缺少「title」");
        assert_eq!(said("title = 'a'\nrows = []\nmore = 1"), "没有「more」这一项");
        assert_eq!(said("title = 5\nrows = []"), "内容的类型不对，应为文字");
        assert_eq!(said("title = 'a'\nrows = 5"), "内容的类型不对，应为列表");
        assert_eq!(said("title = 'a'\nrows = [true]"), "内容的类型不对，应为整数");
        assert_eq!(said("title = 'a'\nrows = [900]"), "内容不在允许的范围内");
        assert_eq!(said("title = 'a'\ntitle = 'b'\nrows = []"), "同一项写了两次");
        assert_eq!(said("title = "), "写法不对");
        assert_eq!(said("title"), "写法不对");
    }
}
