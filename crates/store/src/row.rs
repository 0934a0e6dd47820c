//! Reading ids out of rows.

use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};

/// The id in column `at`; a blob of another length is a conversion failure that names the column.
pub(crate) fn id<T: for<'a> TryFrom<&'a [u8]>>(row: &Row<'_>, at: usize) -> rusqlite::Result<T> {
    let bytes = row.get_ref(at)?.as_blob()?;
    T::try_from(bytes).map_err(|_| wrong(at))
}

/// The id in column `at`, `None` for NULL.
pub(crate) fn id_or_null<T: for<'a> TryFrom<&'a [u8]>>(
    row: &Row<'_>,
    at: usize,
) -> rusqlite::Result<Option<T>> {
    match row.get_ref(at)?.as_blob_or_null()? {
        Some(bytes) => T::try_from(bytes).map(Some).map_err(|_| wrong(at)),
        None => Ok(None),
    }
}

fn wrong(at: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, Type::Blob, Box::new(FromSqlError::InvalidType))
}
