//! Official numbers such as 权申〔2026〕第0007号.

use std::fmt;
use std::str::FromStr;

use crate::cbor::DecodeError;
use crate::limit;

/// A number of a series and year. Its text, `series〔year〕第nnnn号`, is what is signed and printed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// Text code of the series, such as 权申; not empty, without 〔.
    pub series: String,
    /// Calendar year, 1000 to 9999.
    pub year: u16,
    /// Running number in the year, from 1; at least four digits are printed.
    pub n: u32,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}〔{}〕第{:04}号", self.series, self.year, self.n)
    }
}

impl FromStr for Number {
    type Err = DecodeError;

    fn from_str(text: &str) -> Result<Self, DecodeError> {
        let parse = || {
            let (series, rest) = text.split_once('〔')?;
            let (year, rest) = rest.split_once("〕第")?;
            let n = rest.strip_suffix('号')?;
            Some(Self { series: series.to_owned(), year: year.parse().ok()?, n: n.parse().ok()? })
        };
        let number = parse().ok_or(DecodeError::OutOfRange)?;
        let in_range = (1000..=9999).contains(&number.year)
            && (1..=limit::NUMBER_MAX).contains(&number.n)
            && (1..=limit::CODE_BYTES).contains(&number.series.len());
        if in_range && number.to_string() == text { Ok(number) } else { Err(DecodeError::OutOfRange) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_for_one_number() {
        let number = Number { series: "权申".into(), year: 2026, n: 7 };
        assert_eq!(number.to_string(), "权申〔2026〕第0007号");
        assert_eq!("权申〔2026〕第0007号".parse(), Ok(number));
        assert!("权申〔2026〕第12345号".parse::<Number>().is_ok());
        for bad in [
            "权申〔2026〕第7号",
            "〔2026〕第0007号",
            "权申〔2026〕第0000号",
            "权申〔26〕第0007号",
            "权申〔2026〕第+007号",
            "",
        ] {
            assert_eq!(bad.parse::<Number>(), Err(DecodeError::OutOfRange), "{bad}");
        }
    }
}
