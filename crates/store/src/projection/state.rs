//! One digest over everything that PCs with the same events, blobs and registry must show alike. The order of arrival is
//! not in it, and neither is what a PC saw fall (F9).

use qianban_journal::{Digest, DigestStream, EventId};

use super::make::Projection;
use crate::{Reader, StoreError};

/// Feeds values so that no two lists of values give the same bytes.
struct Feed(DigestStream);

impl Feed {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    fn optional(&mut self, bytes: Option<&[u8]>) {
        self.number(i64::from(bytes.is_some()));
        self.bytes(bytes.unwrap_or_default());
    }

    fn count(&mut self, count: usize) {
        self.number(count as i64);
    }
}

impl Reader<'_> {
    /// Digest of the registry's head and of the rows of every form, in order of the forms' ids.
    pub fn state_digest(&self) -> Result<Digest, StoreError> {
        let mut feed = Feed(DigestStream::new());
        let head = self.chain.head();
        feed.number(head.map_or(0, |head| i64::from(head.number)));
        feed.optional(head.as_ref().map(|head| &head.hash.0[..]));
        let mut forms = self.forms()?;
        forms.sort_unstable();
        for form in forms {
            let key = self.arrival(EventId::from(form))?.unwrap_or_default();
            if let Some(projection) = Projection::read(self, key)? {
                projection.feed(&mut feed);
            }
        }
        Ok(feed.0.finish())
    }
}

impl Projection {
    fn feed(&self, feed: &mut Feed) {
        let view = &self.view;
        feed.bytes(&view.id.0);
        feed.text(&view.ledger);
        feed.optional(view.definition.as_ref().map(|def| &def.0[..]));
        feed.bytes(&view.unit.0);
        feed.bytes(&view.creator.0);
        feed.optional(view.submitter.as_ref().map(|person| &person.0[..]));
        feed.number(i64::from(view.status));
        feed.number(view.step.map_or(-1, i64::from));
        feed.text(&view.working_number);
        feed.text(&view.number.as_ref().map(ToString::to_string).unwrap_or_default());
        feed.number(view.created_ms);
        feed.number(view.changed_ms);
        feed.number(view.sealed_ms.unwrap_or(-1));
        feed.text(&view.title);
        feed.text(&view.summary);
        feed.number(i64::from(view.events));
        feed.bytes(&view.fold.0);
        feed.count(self.steps.len());
        for (turn, role, unit) in &self.steps {
            feed.number(*turn as i64);
            feed.text(role.as_str());
            feed.bytes(&unit.0);
        }
        feed.count(self.editors.len());
        self.editors.iter().for_each(|person| feed.bytes(&person.0));
        feed.count(self.findings.len());
        for (code, about, detail) in &self.findings {
            feed.text(code);
            feed.bytes(about);
            feed.text(detail);
        }
        feed.text(&self.text);
        feed.count(self.links.len());
        for (slot, form) in &self.links {
            feed.text(slot);
            feed.bytes(&form.0);
        }
        feed.count(self.marks.len());
        for (name, value) in &self.marks {
            feed.text(name);
            feed.text(value);
        }
    }
}
