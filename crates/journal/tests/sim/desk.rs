//! What the simulator does to worlds beside what they do themselves.

use crate::world::{Desk, World};
use qianban_journal::{Change, Incarnation, RegistryEntry, Signer};
use std::rc::Rc;

impl World {
    /// The registry takes the key of another endpoint.
    pub fn certify_endpoint(&mut self, incarnation: Incarnation, key: &dyn Signer) -> bool {
        self.try_append(Change::EndpointKey { incarnation, public: key.public() })
    }

    /// A second entry with the number that the next one will have.
    pub fn rival(&self, change: Change) -> RegistryEntry {
        let chain = self.chain();
        let mut entry = chain.draft(chain.workspace().expect("founded"), change);
        let founder = self.founder_key.as_ref().expect("made before the founding");
        entry.sign(0, founder.as_ref()).expect("a key in memory signs");
        entry
    }

    /// A desk begins a new life with a new key; it may sign once the registry says so (K6).
    pub fn renew(&mut self, desk: usize, incarnation: Incarnation, key: Rc<dyn Signer>) {
        let ws = self.chain().workspace().expect("founded");
        let Desk { person, device, byzantine, version, skew, .. } = self.desks[desk];
        let fresh = Desk::new(person, device, incarnation, key, ws);
        let at = &mut self.desks[desk];
        *at = fresh;
        (at.byzantine, at.version, at.skew) = (byzantine, version, skew);
    }
}
