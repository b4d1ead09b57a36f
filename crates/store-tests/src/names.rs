//! Texts from outside: nothing in a name is a command, and no two names meet.

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Advanced, Session};

use crate::TestStore;
use crate::advance::advance;
use crate::rows::{after, any_row, assert_same, row, unique};

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

/// Each name has a row of its own, which each step finds; the empty name too. One above 1,024 bytes
/// may be refused, and then no step finds it.
pub async fn any_text_names_a_session<S: TestStore>(store: &S, now: UnixTime) {
    let run = unique("n");
    let user = unique("user").into();
    let mut rows = Vec::new();
    for (at, name) in named(&run).enumerate() {
        let row = Session { label: at.to_string(), ..row(&name, &user, now) };
        match store.insert(&row, now).await {
            Ok(inserted) => assert!(inserted, "{}", shown(&name)),
            Err(_) if name.len() > 1_024 => {
                assert_eq!(store.load(&name, now).await.expect("load"), None);
                let found = advance(store, &row, &user, 1, now, row.expires_at).await;
                assert_eq!(found, Advanced::No(None));
                assert!(!store.revoke(&name, now).await.expect("revoke"));
                continue;
            }
            Err(error) => panic!("{}: {error:?}", shown(&name)),
        }
        rows.push(row);
    }
    for row in &rows {
        assert_same(store.load(&row.session_id, now).await.expect("load"), row);
        let found = advance(store, row, &user, 1, now, after(now, 2_000)).await;
        let Advanced::Yes(found) = found else { panic!("{}", shown(&row.session_id)) };
        assert_eq!((found.session_id, found.generation), (row.session_id.clone(), 2));
    }
    assert_eq!(store.list_user(&user, now).await.expect("list_user").len(), rows.len());
    for row in &rows {
        let name = shown(&row.session_id);
        assert!(store.revoke(&row.session_id, now).await.expect("revoke"), "{name}");
    }
    assert_eq!(store.list_user(&user, now).await.expect("list_user"), []);

    // The one name that cannot be new: another run may have left its row.
    let empty = row("", &user, now);
    if store.insert(&empty, now).await.expect("insert") {
        assert_same(store.load("", now).await.expect("load"), &empty);
        assert!(store.revoke("", now).await.expect("revoke"));
    }
    assert!(store.load("", now).await.expect("load").is_some_and(|row| row.revoked));
}

/// A label comes back as it was given.
pub async fn any_text_labels_a_session<S: TestStore>(store: &S, now: UnixTime) {
    for label in texts().into_iter().chain([String::new()]) {
        let row = Session { label, ..any_row("label", now) };
        assert!(store.insert(&row, now).await.expect("insert"), "{}", shown(&row.label));
        assert_same(store.load(&row.session_id, now).await.expect("load"), &row);
        let listed = store.list_user(&row.user_id, now).await.expect("list_user");
        assert_eq!(listed, [row]);
    }
}

/// Each user has sessions of their own, whatever they are called.
pub async fn any_text_names_a_user<S: TestStore>(store: &S, now: UnixTime) {
    let run = unique("u");
    let mut rows = Vec::new();
    let texts = named(&run).map(UserId::from).chain(["".into(), i64::MIN.into(), i64::MAX.into()]);
    for user in texts {
        store.revoke_user(&user, now).await.expect("revoke_user");
        let row = row(&unique("of-user"), &user, now);
        assert!(store.insert(&row, now).await.expect("insert"), "{}", shown(&user.to_string()));
        rows.push(row);
    }
    for row in rows {
        let user = row.user_id.clone();
        let found = advance(store, &row, &user, 1, now, row.expires_at).await;
        let expected = Session { generation: 2, ..row };
        assert_eq!(found, Advanced::Yes(expected.clone()));
        assert_eq!(store.list_user(&user, now).await.expect("list_user"), [expected]);
        assert_eq!(store.revoke_user(&user, now).await.expect("revoke_user"), 1);
    }
}

fn shown(text: &str) -> String {
    text.escape_debug().take(80).collect()
}
