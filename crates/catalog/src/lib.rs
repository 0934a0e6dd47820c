//! What a form is: definitions, fields, checks, step plans, gates
