-- Entries beside the chain: rivals of a fork and what stands on them (G2, F12). Which of them are the chain, the fold of
-- all of them says; the rows of `registry` are always the chain.
CREATE TABLE rival (
    hash   BLOB PRIMARY KEY NOT NULL,
    number INTEGER NOT NULL,
    entry  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX rival_number ON rival (number);
