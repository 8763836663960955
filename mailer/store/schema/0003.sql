-- What the public archive lists, without reading whole editions: whether this text is public, and its language.
ALTER TABLE edition ADD COLUMN public BIGINT NOT NULL DEFAULT 0;
ALTER TABLE edition ADD COLUMN language TEXT NOT NULL DEFAULT '';
