-- Whether what is still to come is an attachment, which is kept beside the database: whoever brings it does not decide that.
ALTER TABLE wanted ADD COLUMN file INTEGER NOT NULL DEFAULT 0 CHECK (file IN (0, 1));
UPDATE wanted SET file = 1 WHERE digest IN (SELECT digest FROM need WHERE holder = 1);
