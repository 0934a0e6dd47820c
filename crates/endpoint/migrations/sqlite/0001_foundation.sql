-- What an endpoint keeps. Every table leads with the bureau's workspace; `life` alone speaks of the database itself.
-- The same tables as in the PostgreSQL folder, under the same file name.

CREATE TABLE life (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    incarnation BLOB NOT NULL
) STRICT;

-- One row a bureau: the row that numbers its arrivals (Y6) and counts what it may keep.
CREATE TABLE bureau (
    ws BLOB PRIMARY KEY,
    root BLOB NOT NULL,
    registry INTEGER NOT NULL,
    arrivals INTEGER NOT NULL,
    log_root BLOB NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE registry (
    ws BLOB NOT NULL,
    number INTEGER NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (ws, number)
) STRICT, WITHOUT ROWID;

-- Events as they were signed, in the order of arrival, with the root of the log after each (Y7).
CREATE TABLE event (
    ws BLOB NOT NULL,
    n INTEGER NOT NULL,
    id BLOB NOT NULL,
    form BLOB NOT NULL,
    root BLOB NOT NULL,
    envelope BLOB NOT NULL,
    PRIMARY KEY (ws, n)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX event_by_id ON event (ws, id);
CREATE INDEX event_by_form ON event (ws, form, n);

-- How many events of a form are here; whoever judged more events of it did so knowing all of them.
CREATE TABLE form (
    ws BLOB NOT NULL,
    form BLOB NOT NULL,
    ledger TEXT NOT NULL,
    events INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (ws, form)
) STRICT, WITHOUT ROWID;
CREATE INDEX form_by_change ON form (ws, changed);

-- The units and persons that a form concerns: who may read it.
CREATE TABLE reach (
    ws BLOB NOT NULL,
    subject BLOB NOT NULL,
    form BLOB NOT NULL,
    PRIMARY KEY (ws, subject, form)
) STRICT, WITHOUT ROWID;
CREATE INDEX reach_by_form ON reach (ws, form);

-- The forms that name a blob: who may read it. A form of 32 zero bytes stands for the registry.
CREATE TABLE mention (
    ws BLOB NOT NULL,
    digest BLOB NOT NULL,
    form BLOB NOT NULL,
    PRIMARY KEY (ws, digest, form)
) STRICT, WITHOUT ROWID;

-- The attachments that a snapshot names: whoever may read the snapshot may read them.
CREATE TABLE part (
    ws BLOB NOT NULL,
    digest BLOB NOT NULL,
    snapshot BLOB NOT NULL,
    PRIMARY KEY (ws, digest, snapshot)
) STRICT, WITHOUT ROWID;

-- Blobs; long ones have no bytes here, they lie in the blob folder.
CREATE TABLE blob (
    ws BLOB NOT NULL,
    digest BLOB NOT NULL,
    len INTEGER NOT NULL,
    bytes BLOB,
    PRIMARY KEY (ws, digest)
) STRICT, WITHOUT ROWID;

-- Codes that work once, by their digest. Of 16 zero bytes: the operator's, for a new bureau.
CREATE TABLE code (
    ws BLOB NOT NULL,
    digest BLOB NOT NULL,
    until_ms INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (ws, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_by_digest ON code (digest);

-- PCs that asked for a seat.
CREATE TABLE enrolment (
    ws BLOB NOT NULL,
    seat BLOB NOT NULL,
    code BLOB NOT NULL,
    request BLOB NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (ws, seat)
) STRICT, WITHOUT ROWID;

-- What a seat has sent on a day (days since 1970).
CREATE TABLE usage (
    ws BLOB NOT NULL,
    seat BLOB NOT NULL,
    day INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (ws, seat, day)
) STRICT, WITHOUT ROWID;
