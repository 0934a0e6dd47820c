//! Who said what: canonical bytes, signatures, registry, admission and fold
