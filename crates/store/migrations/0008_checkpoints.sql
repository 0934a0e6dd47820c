-- What endpoints said of their logs under their own keys (Y7), from wherever it came; the bytes as they were signed.
CREATE TABLE checkpoint (
    incarnation BLOB NOT NULL,
    time        INTEGER NOT NULL,
    signed      BLOB NOT NULL,
    PRIMARY KEY (incarnation, time, signed)
) STRICT, WITHOUT ROWID;
