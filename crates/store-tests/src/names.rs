//! Texts from outside: nothing in a name is a command, and no two names meet.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Decision, End, EndReason, Session, StoreError, StoreFault};

use crate::TestStore;
use crate::rows::{
    after, any_row_with, assert_is, end, end_all, insert, list, load, refresh, row, step_of, unique,
};

/// Texts that mean something to somebody. Where `#` stands, a name of the run is put.
fn texts() -> Vec<String> {
    let long_of = |unit: &str| unit.repeat(10_240 / unit.len());
    // Long and hardly compressible, as an index may have room for what compresses well.
    let mut state = 1_u64;
    let scattered: String = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'!' + u8::try_from(state >> 59).unwrap_or(0))
    })
    .take(10_240)
    .filter(|c| *c != '#')
    .collect();
    [
        "#",
        "#.",
        ".#",
        "#.1",
        "#..2",
        "#\0",
        "\0#",
        "#\0x",
        "{#",
        "{#}",
        "{}#",
        "#}{",
        "{a}#",
        "{a}#{b}",
        "'#",
        "#''",
        "\"#\"",
        "#\\",
        "#\\0",
        "\\x00#",
        "#%",
        "#%00",
        "#%7B",
        "#*",
        "#?",
        "[#]",
        "#:",
        ":#",
        "#:s:#",
        "'; DROP TABLE jwt_pair_sessions; --#",
        "' OR '1'='1' --#",
        "$1#",
        "#\r\nFLUSHALL\r\n",
        "# ",
        " #",
        "#\t",
        "#\n",
        "#\u{7f}",
        "#\u{80}",
        "#é",
        "#e\u{301}",
        "#漢",
        "#🔑",
        "#\u{202e}",
        "#\u{fffd}",
        "#\u{10ffff}",
        "#A",
        "#a",
        "nil#",
        "null#",
        "NaN#",
        "0#",
        "-1#",
    ]
    .into_iter()
    .map(String::from)
    .chain(["a", "\0", "é"].map(|unit| unit.repeat(900 / unit.len()) + "#"))
    .chain([long_of("a") + "#", long_of("{") + "#", long_of("\0") + "#", long_of("🔑") + "#"])
    .chain([format!("{scattered}#"), format!("{scattered}a#")])
    .collect()
}

fn named(run: &str) -> impl Iterator<Item = String> {
    texts().into_iter().map(move |text| text.replace('#', run))
}

/// Nobody is told to try again with what the store can never keep.
#[track_caller]
pub(crate) fn refused(error: &impl StoreError) {
    assert_eq!(error.fault(), StoreFault::Refused, "{error:?}");
}

/// Each name has a row of its own, which each step finds; the empty name too. One above 1,024 bytes
/// may be refused, and then no step finds it.
pub async fn any_text_names_a_session<S: TestStore>(store: &S, now: UnixTime) {
    let run = unique("n");
    let user: UserId = unique("user").into();
    let mut rows = Vec::new();
    for (at, name) in named(&run).enumerate() {
        let mut row = row(&name, &user, now);
        row.label = at.to_string();
        match store.insert(&row, now).await {
            Ok(inserted) => assert!(inserted, "{}", shown(&name)),
            Err(error) => {
                assert!(name.len() > 1_024, "{}: {error:?}", shown(&name));
                refused(&error);
                no_step_finds(store, &row, now).await;
                continue;
            }
        }
        rows.push(row);
    }
    for row in &mut rows {
        assert_is(load(store, &row.session_id).await, row);
        let verdict = refresh(store, &step_of(row, after(now, 300))).await;
        assert_eq!(verdict.decision, Decision::Rotate, "{}", shown(&row.session_id));
        let found = verdict.row.expect("it rotated");
        assert_eq!((&found.session_id, found.generation), (&row.session_id, 2));
        *row = found;
    }
    rows.sort_by(|a, b| a.session_id.cmp(&b.session_id));
    assert!(list(store, &user, now).await == rows, "all are listed, by their bytes");
    for row in &rows {
        assert!(end(store, &row.session_id, now).await, "{}", shown(&row.session_id));
    }
    assert_eq!(list(store, &user, now).await, []);

    // The one name that cannot be new: another run may have left its row.
    let empty = row("", &user, now);
    if store.insert(&empty, now).await.expect("insert") {
        assert_is(load(store, "").await, &empty);
        assert!(end(store, "", now).await);
    }
    assert!(load(store, "").await.is_some_and(|row| row.ended.is_some()));
}

/// A name that cannot be kept is one without a row, or is refused again.
async fn no_step_finds<S: TestStore>(store: &S, row: &Session, now: UnixTime) {
    let session_id = &row.session_id;
    match store.load(session_id).await {
        Ok(found) => assert_eq!(found, None),
        Err(error) => refused(&error),
    }
    match store.refresh(&step_of(row, now)).await {
        Ok(verdict) => assert_eq!(verdict.decision, Decision::Revoked),
        Err(error) => refused(&error),
    }
    let end = End { session_id, user_id: None, why: EndReason::Logout, at: now };
    match store.end(&end).await {
        Ok(ended) => assert!(!ended),
        Err(error) => refused(&error),
    }
}

/// A label comes back as it was given.
pub async fn any_text_labels_a_session<S: TestStore>(store: &S, now: UnixTime) {
    for label in texts().into_iter().chain([String::new()]) {
        let row = any_row_with("label", now, |row| row.label = label);
        insert(store, &row, now).await;
        assert_is(load(store, &row.session_id).await, &row);
        assert_eq!(list(store, &row.user_id, now).await, [row]);
    }
}

/// Each user has sessions of their own, whatever they are called.
pub async fn any_text_names_a_user<S: TestStore>(store: &S, now: UnixTime) {
    let run = unique("u");
    let mut rows = Vec::new();
    let texts = named(&run).map(UserId::from).chain(["".into(), i64::MIN.into(), i64::MAX.into()]);
    for user in texts {
        end_all(store, &user, now).await;
        let row = row(&unique("of-user"), &user, now);
        insert(store, &row, now).await;
        rows.push(row);
    }
    for row in rows {
        let verdict = refresh(store, &step_of(&row, after(now, 300))).await;
        assert_eq!(verdict.decision, Decision::Rotate, "{}", shown(&row.user_id.to_string()));
        assert_eq!(list(store, &row.user_id, now).await, [verdict.row.expect("it rotated")]);
        assert_eq!(end_all(store, &row.user_id, now).await, 1);
    }
}

fn shown(text: &str) -> String {
    text.escape_debug().take(80).collect()
}
