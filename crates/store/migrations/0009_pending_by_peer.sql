-- What waits, once for every peer that brought it and with everything that was signed: neither another peer nor a bent
-- second signature keeps the good one out (A8, A9).
CREATE TABLE pending_kept AS SELECT * FROM pending;
CREATE TABLE pending_need_kept AS SELECT * FROM pending_need;
DROP TABLE pending_need;
DROP TABLE pending;

CREATE TABLE pending (
    place    INTEGER PRIMARY KEY AUTOINCREMENT,
    id       BLOB NOT NULL,
    sig      BLOB NOT NULL,
    sig2     BLOB NOT NULL DEFAULT x'',
    form     BLOB NOT NULL,
    peer     INTEGER NOT NULL REFERENCES peer_cursor (peer),
    registry INTEGER,
    rules    INTEGER,
    envelope BLOB NOT NULL,
    UNIQUE (id, sig, sig2, peer)
) STRICT;
CREATE INDEX pending_of_peer ON pending (peer, place);
CREATE INDEX pending_of_form ON pending (form, peer, place);
CREATE INDEX pending_registry ON pending (registry) WHERE registry IS NOT NULL;

CREATE TABLE pending_need (
    id      BLOB NOT NULL,
    pending INTEGER NOT NULL REFERENCES pending (place) ON DELETE CASCADE,
    PRIMARY KEY (id, pending)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_need_of ON pending_need (pending);

INSERT INTO pending (place, id, sig, sig2, form, peer, registry, rules, envelope)
    SELECT place, id, sig, x'', form, peer, registry, rules, envelope FROM pending_kept;
INSERT INTO pending_need (id, pending) SELECT id, pending FROM pending_need_kept;
DROP TABLE pending_need_kept;
DROP TABLE pending_kept;
