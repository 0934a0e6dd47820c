-- The file as journal.md "Storage" lists it. Ids and digests are blobs; times are milliseconds since 1970.

-- Facts about this file itself, by name.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The registry, one linear chain; the entry as received.
CREATE TABLE registry (
    number INTEGER PRIMARY KEY NOT NULL,
    entry  BLOB NOT NULL
) STRICT;

-- Signed events as received, in order of arrival. AUTOINCREMENT: an arrival number is never used twice.
CREATE TABLE event (
    arrival     INTEGER PRIMARY KEY AUTOINCREMENT,
    id          BLOB NOT NULL UNIQUE,
    form        BLOB NOT NULL,
    kind        INTEGER NOT NULL,
    person      BLOB NOT NULL,
    actor       BLOB,
    seat        BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    n           INTEGER NOT NULL,
    legal       INTEGER NOT NULL CHECK (legal IN (0, 1)),
    envelope    BLOB NOT NULL
) STRICT;
CREATE INDEX event_of_form ON event (form, arrival);
CREATE INDEX event_of_log ON event (seat, incarnation, n);
CREATE INDEX event_of_actor ON event (actor) WHERE actor IS NOT NULL;

-- What an event cites, and the entries its args name as basis (basis = 1).
CREATE TABLE cite (
    event INTEGER NOT NULL REFERENCES event (arrival),
    cited INTEGER NOT NULL REFERENCES event (arrival),
    basis INTEGER NOT NULL CHECK (basis IN (0, 1)),
    PRIMARY KEY (event, cited, basis)
) STRICT, WITHOUT ROWID;

-- The last event of every device log, kept apart from the events so that a missing last row is seen.
CREATE TABLE log_head (
    seat        BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    person      BLOB NOT NULL,
    n           INTEGER NOT NULL,
    event       BLOB NOT NULL,
    PRIMARY KEY (seat, incarnation)
) STRICT, WITHOUT ROWID;

-- Snapshots, definitions, allow-lists, calendars. AUTOINCREMENT: none is ever taken out, so a hole is seen.
CREATE TABLE blob (
    row    INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    bytes  BLOB NOT NULL
) STRICT;

-- Attachments: files named by digest beside the database, each sealed under its own key.
CREATE TABLE attachment (
    row    INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    length INTEGER NOT NULL CHECK (length > 0),
    key    BLOB NOT NULL CHECK (length(key) = 32)
) STRICT;

-- Which digests the events of a form (holder 0, row = arrival of its Create) or a snapshot (holder 1, row = blob.row)
-- name. A sign-off mostly names what its form names already, and writes nothing here.
CREATE TABLE need (
    digest BLOB NOT NULL,
    holder INTEGER NOT NULL CHECK (holder IN (0, 1)),
    row    INTEGER NOT NULL,
    PRIMARY KEY (digest, holder, row)
) STRICT, WITHOUT ROWID;

-- Unsigned work, field by field: what a person typed and has not signed.
CREATE TABLE draft (
    person   BLOB NOT NULL,
    form     TEXT NOT NULL,
    section  TEXT NOT NULL,
    row      TEXT NOT NULL,
    field    TEXT NOT NULL,
    value    TEXT NOT NULL,
    saved_ms INTEGER NOT NULL,
    PRIMARY KEY (person, form, section, row, field)
) STRICT, WITHOUT ROWID;

-- Files attached to unsigned work, in the order they were attached.
CREATE TABLE draft_attachment (
    place   INTEGER PRIMARY KEY,
    person  BLOB NOT NULL,
    form    TEXT NOT NULL,
    section TEXT NOT NULL,
    row     TEXT NOT NULL,
    field   TEXT NOT NULL,
    digest  BLOB NOT NULL REFERENCES attachment (digest),
    name    TEXT NOT NULL,
    media   TEXT NOT NULL,
    UNIQUE (person, form, section, row, field, digest)
) STRICT;
CREATE INDEX draft_attachment_digest ON draft_attachment (digest);

-- Falls of a shown status that this PC saw (F9): they depend on the order of arrival, so they cannot be derived.
CREATE TABLE fall (
    place    INTEGER PRIMARY KEY AUTOINCREMENT,
    form     BLOB NOT NULL,
    registry INTEGER NOT NULL,
    causes   BLOB NOT NULL
) STRICT;
CREATE INDEX fall_of_form ON fall (form, place);

-- Derived from here on: no other writer than the fold, rebuilt to the same bytes.

-- One row per form; the key is the arrival of its Create, so newer forms sort later.
CREATE TABLE form_view (
    form           INTEGER PRIMARY KEY REFERENCES event (arrival),
    id             BLOB NOT NULL UNIQUE,
    ledger         TEXT NOT NULL,
    definition     BLOB,
    unit           BLOB NOT NULL,
    creator        BLOB NOT NULL,
    submitter      BLOB,
    status         INTEGER NOT NULL,
    step           INTEGER,
    working_number TEXT NOT NULL,
    series         TEXT,
    year           INTEGER,
    serial         INTEGER,
    created_ms     INTEGER NOT NULL,
    changed_ms     INTEGER NOT NULL,
    title          TEXT NOT NULL,
    summary        TEXT NOT NULL,
    events         INTEGER NOT NULL,
    fold           BLOB NOT NULL
) STRICT;
CREATE INDEX form_view_ledger ON form_view (ledger, form);
CREATE INDEX form_view_status ON form_view (status, form);
CREATE INDEX form_view_creator ON form_view (creator, form);
CREATE INDEX form_view_submitter ON form_view (submitter, form) WHERE submitter IS NOT NULL;
CREATE INDEX form_view_unit ON form_view (unit, form);
CREATE INDEX form_view_definition ON form_view (definition);
CREATE INDEX form_view_number ON form_view (series, year, serial) WHERE series IS NOT NULL;

-- Who may act next by role (V6). kind: 0 sign, 1 submit again at a step, 2 seal, 3 write a do-table, 4 close.
CREATE TABLE open_step (
    form INTEGER NOT NULL REFERENCES form_view (form) ON DELETE CASCADE,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4),
    role TEXT NOT NULL,
    unit BLOB NOT NULL,
    PRIMARY KEY (role, unit, form, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_step_form ON open_step (form);

-- Editors whose turn it is: nothing is under way, or it went back to them.
CREATE TABLE open_editor (
    form   INTEGER NOT NULL REFERENCES form_view (form) ON DELETE CASCADE,
    person BLOB NOT NULL,
    PRIMARY KEY (person, form)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_editor_form ON open_editor (form);

-- Audit results (F): the rule, the ids it is about one after another, and what else it names.
CREATE TABLE finding (
    form   INTEGER NOT NULL REFERENCES form_view (form) ON DELETE CASCADE,
    place  INTEGER NOT NULL,
    code   TEXT NOT NULL,
    about  BLOB NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (form, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX finding_code ON finding (code, form);

-- The text a form is found by, one searched part per line.
CREATE TABLE search (
    form INTEGER PRIMARY KEY REFERENCES form_view (form) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

-- Its single characters and pairs of neighbours; split in src/search/token.rs, so the ascii tokenizer only cuts at
-- spaces.
CREATE VIRTUAL TABLE search_index USING fts5 (
    single, pair,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
