-- Links to sealed rounds of other forms, and when a form was sealed: derived with the other rows of a form.

-- The clock of the first seal that counts; null before.
ALTER TABLE form_view ADD COLUMN sealed_ms INTEGER;

-- Forms that the canonical content of a form names, by slot of its definition.
CREATE TABLE form_link (
    form   INTEGER NOT NULL REFERENCES form_view (form) ON DELETE CASCADE,
    slot   TEXT NOT NULL,
    linked BLOB NOT NULL,
    PRIMARY KEY (form, slot, linked)
) STRICT, WITHOUT ROWID;
CREATE INDEX form_link_linked ON form_link (linked, form);

-- The forms of a definition are listed newest first.
DROP INDEX form_view_definition;
CREATE INDEX form_view_definition ON form_view (definition, form);
