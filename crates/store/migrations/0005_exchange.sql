-- Exchange with other PCs and with endpoints: who holds what, what waits, what is still to come.

-- One life of a peer. after: how far this PC has come in the peer's order of arrival (Y3). held, held_bytes: what waits
-- here of that peer's events. registry: the last registry entry that it has.
CREATE TABLE peer_cursor (
    peer        INTEGER PRIMARY KEY,
    device      BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    name        TEXT NOT NULL,
    after       INTEGER NOT NULL DEFAULT 0,
    seen_ms     INTEGER NOT NULL,
    held        INTEGER NOT NULL DEFAULT 0,
    held_bytes  INTEGER NOT NULL DEFAULT 0,
    registry    INTEGER NOT NULL DEFAULT 0,
    UNIQUE (device, incarnation)
) STRICT;

-- Events that a peer has confirmed in this life of its own (Y4).
CREATE TABLE peer_have (
    peer  INTEGER NOT NULL REFERENCES peer_cursor (peer),
    event INTEGER NOT NULL REFERENCES event (arrival),
    PRIMARY KEY (peer, event)
) STRICT, WITHOUT ROWID;

-- Digests that a peer said to miss when it was last heard of.
CREATE TABLE peer_want (
    peer   INTEGER NOT NULL REFERENCES peer_cursor (peer),
    digest BLOB NOT NULL,
    PRIMARY KEY (peer, digest)
) STRICT, WITHOUT ROWID;

-- Events that wait for others, for a registry entry (A5, A8), or for a newer program (A2). Two signatures of one id are
-- two rows: the bad one must not keep the good one out (A9).
CREATE TABLE pending (
    place    INTEGER PRIMARY KEY AUTOINCREMENT,
    id       BLOB NOT NULL,
    sig      BLOB NOT NULL,
    form     BLOB NOT NULL,
    peer     INTEGER NOT NULL REFERENCES peer_cursor (peer),
    registry INTEGER,
    rules    INTEGER,
    envelope BLOB NOT NULL,
    UNIQUE (id, sig)
) STRICT;
CREATE INDEX pending_of_peer ON pending (peer, place);
CREATE INDEX pending_of_form ON pending (form, place);
CREATE INDEX pending_registry ON pending (registry) WHERE registry IS NOT NULL;

-- The events that a pending one waits for.
CREATE TABLE pending_need (
    id      BLOB NOT NULL,
    pending INTEGER NOT NULL REFERENCES pending (place) ON DELETE CASCADE,
    PRIMARY KEY (id, pending)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_need_of ON pending_need (pending);

-- What came and was not taken, for the eyes of people; never asked when the same id comes again (A9).
CREATE TABLE refused (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    peer  INTEGER NOT NULL REFERENCES peer_cursor (peer),
    id    BLOB NOT NULL,
    code  TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;

-- Digests that something here names and that have not come yet. What was here once and is gone is a fault, not a want.
CREATE TABLE wanted (
    digest BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

-- Seats that somebody at this PC asked for and that no administrator has certified yet. person: under whom the key is in
-- the key file; the certificate may name another.
CREATE TABLE seat_request (
    person      BLOB PRIMARY KEY NOT NULL,
    device      BLOB NOT NULL,
    incarnation BLOB NOT NULL,
    suite       INTEGER NOT NULL,
    public      BLOB NOT NULL,
    name        TEXT NOT NULL,
    sig         BLOB NOT NULL,
    asked_ms    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
