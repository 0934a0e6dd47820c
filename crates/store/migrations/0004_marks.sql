-- What a form is found by besides its words: terms that run, forms that it calls for, periods that it stands for, counts
-- that it belongs to. Derived with the other rows of a form; names and values are the caller's.
CREATE TABLE form_mark (
    form  INTEGER NOT NULL REFERENCES form_view (form) ON DELETE CASCADE,
    name  TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name, value, form)
) STRICT, WITHOUT ROWID;
CREATE INDEX form_mark_form ON form_mark (form);
