-- An id is never given twice: a token of a deleted account must not pass for one of a new account.
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    -- A PHC string of argon2id.
    password TEXT NOT NULL,
    user_type TEXT NOT NULL DEFAULT 'user',
    created_at INTEGER NOT NULL,
    disabled_at INTEGER,
    -- The sessions that began before are to be ended: all but the one that is named, or all ('').
    -- It stays until the store of the sessions has acknowledged it.
    ends_due TEXT
) STRICT;
CREATE INDEX accounts_with_ends_due ON accounts (id) WHERE ends_due IS NOT NULL;
