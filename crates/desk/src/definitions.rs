//! Parsed definitions by digest: a definition never changes under its digest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use qianban_catalog::Definition;
use qianban_journal::{Blobs, Digest};

use crate::desk::guard;
use crate::{Code, Refused, forms};

/// Definitions kept parsed; the smallest digest goes when there are more.
const KEPT: usize = 256;

/// The definitions that were asked for.
#[derive(Default)]
pub(crate) struct Definitions(Mutex<BTreeMap<Digest, Arc<Definition>>>);

impl Definitions {
    /// The definition of a digest.
    ///
    /// # Errors
    /// [`Code::DefinitionUnknown`] when its bytes are not here, [`Code::DefinitionBad`] when this program cannot read
    /// them.
    pub(crate) fn get(&self, digest: Digest, blobs: &dyn Blobs) -> Result<Arc<Definition>, Refused> {
        if let Some(known) = guard(&self.0).get(&digest) {
            return Ok(Arc::clone(known));
        }
        let bytes = blobs.blob(digest).ok_or(Code::DefinitionUnknown)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Refused::about(Code::DefinitionBad, digest))?;
        let parsed = Arc::new(forms::parse(&digest.to_string(), text)?);
        let mut kept = guard(&self.0);
        if kept.len() >= KEPT {
            kept.pop_first();
        }
        kept.insert(digest, Arc::clone(&parsed));
        Ok(parsed)
    }
}
