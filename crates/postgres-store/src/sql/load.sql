SELECT COLUMNS FROM jwt_pair_sessions WHERE session_id = $1
