-- The first schema. The store replaces the table's name if `PostgresOptions` say so.

-- Texts are bytea: PostgreSQL's text has no room for U+0000, and must not be folded or compared by
-- any language's rules. A user is `i` and a decimal, or `t` and a text: 1 is not `1`.
CREATE TABLE jwt_pair_sessions (
    started_at bigint NOT NULL CHECK (started_at >= 0),
    generation bigint NOT NULL CHECK (generation >= 0),
    rotated_at bigint NOT NULL CHECK (rotated_at >= 0),
    expires_at bigint NOT NULL CHECK (expires_at >= 0),
    deadline bigint NOT NULL CHECK (deadline >= 0),
    revoked boolean NOT NULL,
    session_id bytea PRIMARY KEY,
    user_id bytea NOT NULL,
    label bytea NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX jwt_pair_sessions_user ON jwt_pair_sessions USING hash (user_id);
