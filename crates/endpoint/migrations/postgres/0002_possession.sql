-- Naming a blob is not reading it: a form opens a blob only if the PC that first named it there has its bytes.
-- The same tables as in the SQLite folder, under the same file name.

-- PCs that have the bytes of a blob: device and incarnation, 16 bytes each.
CREATE TABLE had (
    ws BYTEA NOT NULL,
    digest BYTEA NOT NULL,
    pc BYTEA NOT NULL,
    PRIMARY KEY (ws, digest, pc)
);

-- The PC that first named the blob in the form. 32 zero bytes: nobody is asked for the bytes; so stand the registry, and
-- what was named before this was kept.
ALTER TABLE mention ADD COLUMN pc BYTEA NOT NULL
    DEFAULT '\x0000000000000000000000000000000000000000000000000000000000000000';

-- From now on a form names the attachments of its snapshots itself.
INSERT INTO mention (ws, digest, form)
    SELECT DISTINCT m.ws, p.digest, m.form FROM mention m JOIN part p ON p.ws = m.ws AND p.snapshot = m.digest
    ON CONFLICT DO NOTHING;
CREATE INDEX part_by_snapshot ON part (ws, snapshot);
