-- When an entry of the registry came to this PC, milliseconds since 1970; null for those that came before this was kept.
-- Entries carry no time of their own: what they say holds from one number to another.
ALTER TABLE registry ADD COLUMN stored_ms INTEGER;
