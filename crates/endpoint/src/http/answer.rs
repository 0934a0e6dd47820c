//! Answers: a message, or a refusal with its status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use qianban_protocol::{Message, Refusal, RefusalCode, path};
use tracing::error;

use crate::admission::Untaken;
use crate::database::DatabaseError;

/// What a handler gives back.
pub(crate) type Answered = Result<Response, Refused>;

/// A request that is not carried out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused(pub(crate) Refusal);

impl From<RefusalCode> for Refused {
    fn from(code: RefusalCode) -> Self {
        Self(code.into())
    }
}

impl From<DatabaseError> for Refused {
    fn from(reason: DatabaseError) -> Self {
        error!(%reason, "the database did not do it");
        match reason {
            #[cfg(feature = "program")]
            DatabaseError::Pool(_) => Self(Refusal { code: RefusalCode::Busy, retry_after_s: Some(5) }),
            _ => RefusalCode::Internal.into(),
        }
    }
}

impl From<Untaken> for Refused {
    fn from(untaken: Untaken) -> Self {
        match untaken {
            Untaken::Database(reason) => reason.into(),
            Untaken::Refused(code) => code.into(),
        }
    }
}

impl From<std::io::Error> for Refused {
    fn from(reason: std::io::Error) -> Self {
        error!(%reason, "the long blobs are out of reach");
        RefusalCode::Internal.into()
    }
}

impl From<tokio::task::JoinError> for Refused {
    fn from(_: tokio::task::JoinError) -> Self {
        error!("a piece of work was given up");
        RefusalCode::Internal.into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Refusal { code, retry_after_s } = self.0;
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(header::CONTENT_TYPE, path::MEDIA)], self.0.encode()).into_response();
        if let Some(seconds) = retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A message as an answer.
pub(crate) fn message(message: &impl Message) -> Answered {
    bytes(message.encode())
}

/// Canonical bytes as an answer.
pub(crate) fn bytes(bytes: Vec<u8>) -> Answered {
    Ok(([(header::CONTENT_TYPE, path::MEDIA)], bytes).into_response())
}
