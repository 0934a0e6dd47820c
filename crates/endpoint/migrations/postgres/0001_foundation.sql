-- What an endpoint keeps. Every table leads with the bureau's workspace; `life` alone speaks of the database itself.
-- The same tables as in the SQLite folder, under the same file name.

CREATE TABLE life (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    incarnation BYTEA NOT NULL
);

-- One row a bureau: the row that numbers its arrivals (Y6) and counts what it may keep.
CREATE TABLE bureau (
    ws BYTEA PRIMARY KEY,
    root BYTEA NOT NULL,
    registry BIGINT NOT NULL,
    arrivals BIGINT NOT NULL,
    log_root BYTEA NOT NULL,
    bytes BIGINT NOT NULL
);

CREATE TABLE registry (
    ws BYTEA NOT NULL,
    number BIGINT NOT NULL,
    entry BYTEA NOT NULL,
    PRIMARY KEY (ws, number)
);

-- Events as they were signed, in the order of arrival, with the root of the log after each (Y7).
CREATE TABLE event (
    ws BYTEA NOT NULL,
    n BIGINT NOT NULL,
    id BYTEA NOT NULL,
    form BYTEA NOT NULL,
    root BYTEA NOT NULL,
    envelope BYTEA NOT NULL,
    PRIMARY KEY (ws, n)
);
CREATE UNIQUE INDEX event_by_id ON event (ws, id);
CREATE INDEX event_by_form ON event (ws, form, n);

-- How many events of a form are here; whoever judged more events of it did so knowing all of them.
CREATE TABLE form (
    ws BYTEA NOT NULL,
    form BYTEA NOT NULL,
    ledger TEXT NOT NULL,
    events BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    PRIMARY KEY (ws, form)
);
CREATE INDEX form_by_change ON form (ws, changed);

-- The units and persons that a form concerns: who may read it.
CREATE TABLE reach (
    ws BYTEA NOT NULL,
    subject BYTEA NOT NULL,
    form BYTEA NOT NULL,
    PRIMARY KEY (ws, subject, form)
);
CREATE INDEX reach_by_form ON reach (ws, form);

-- The forms that name a blob: who may read it. A form of 32 zero bytes stands for the registry.
CREATE TABLE mention (
    ws BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    form BYTEA NOT NULL,
    PRIMARY KEY (ws, digest, form)
);

-- The attachments that a snapshot names: whoever may read the snapshot may read them.
CREATE TABLE part (
    ws BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    snapshot BYTEA NOT NULL,
    PRIMARY KEY (ws, digest, snapshot)
);

-- Blobs; long ones have no bytes here, they lie in the blob folder.
CREATE TABLE blob (
    ws BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    len BIGINT NOT NULL,
    bytes BYTEA,
    PRIMARY KEY (ws, digest)
);

-- Codes that work once, by their digest. Of 16 zero bytes: the operator's, for a new bureau.
CREATE TABLE code (
    ws BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    until_ms BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (ws, digest)
);
CREATE INDEX code_by_digest ON code (digest);

-- PCs that asked for a seat.
CREATE TABLE enrolment (
    ws BYTEA NOT NULL,
    seat BYTEA NOT NULL,
    code BYTEA NOT NULL,
    request BYTEA NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (ws, seat)
);

-- What a seat has sent on a day (days since 1970).
CREATE TABLE usage (
    ws BYTEA NOT NULL,
    seat BYTEA NOT NULL,
    day BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (ws, seat, day)
);
