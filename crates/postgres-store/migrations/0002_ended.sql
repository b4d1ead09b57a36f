-- Rows say when the rotation before was, and why and when they were ended.

-- Columns that may be NULL are added without rewriting the table. A row of the first schema has no
-- previous_rotated_at: it is read as started_at.
ALTER TABLE jwt_pair_sessions
    ADD COLUMN previous_rotated_at bigint CHECK (previous_rotated_at >= 0),
    ADD COLUMN ended text CHECK (ended IN ('logout', 'all', 'others', 'reuse', 'ahead')),
    ADD COLUMN ended_at bigint CHECK (ended_at >= 0),
    ADD CHECK ((ended IS NULL) = (ended_at IS NULL));

-- The first schema did not say why or when.
UPDATE jwt_pair_sessions SET ended = 'logout', ended_at = rotated_at WHERE revoked;
ALTER TABLE jwt_pair_sessions DROP COLUMN revoked;

-- A user's sessions in order of login. An index entry has room for 2,700 bytes: the start of a long
-- user_id must do. No index has a column that a refresh changes, so that a refresh writes into the
-- same page, and neither the table nor an index grows.
DROP INDEX jwt_pair_sessions_user;
CREATE INDEX jwt_pair_sessions_of_user
    ON jwt_pair_sessions (substr(user_id, 1, 64), started_at, session_id);

CREATE TABLE jwt_pair_sessions_schema (version integer NOT NULL);
INSERT INTO jwt_pair_sessions_schema VALUES (2);
