-- One row per session, in a B-tree ordered by its name. STRICT keeps other types out. In an ANY
-- column of a STRICT table the integer 1 and the text '1' stay two values, and so two users.
CREATE TABLE sessions (
    session_id TEXT NOT NULL PRIMARY KEY,
    user_id ANY NOT NULL CHECK (typeof(user_id) IN ('integer', 'text')),
    label TEXT NOT NULL,
    started_at INTEGER NOT NULL CHECK (started_at >= 0),
    generation INTEGER NOT NULL CHECK (generation >= 0),
    rotated_at INTEGER NOT NULL CHECK (rotated_at >= 0),
    previous_rotated_at INTEGER NOT NULL CHECK (previous_rotated_at >= 0),
    expires_at INTEGER NOT NULL CHECK (expires_at >= 0),
    deadline INTEGER NOT NULL CHECK (deadline >= 0),
    ended_why TEXT,
    ended_at INTEGER CHECK (ended_at >= 0),
    CHECK ((ended_why IS NULL) = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;
