-- Digest of what forms that link to this one are told of it; null while it is not sealed. Derived with the other columns.
ALTER TABLE form_view ADD COLUMN seen BLOB;
