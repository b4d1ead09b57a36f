//! A process that holds a file open and takes steps for the run: one that can be killed.

use std::net::Ipv4Addr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{
    Cursor, End, EndUser, List, Refresh, Session, SessionStore as _, ShownToken,
};
use jwt_pair_sqlite::{SqliteOptions, SqliteStore, SqliteStoreError};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::wire::{Answer, Place, Question, Row, reason};

pub(crate) fn open(file: impl AsRef<Path>) -> SqliteStore {
    SqliteStore::open(file, &SqliteOptions::new()).expect("a file of the run's own")
}

/// Until it is killed, or its parent is gone.
pub(crate) async fn serve(file: &str, port: u16) {
    let store = Arc::new(open(file));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("a free port");
    let parent = std::os::unix::process::parent_id();
    tokio::spawn(async move {
        while std::os::unix::process::parent_id() == parent {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        std::process::exit(1);
    });
    while let Ok((stream, _)) = listener.accept().await {
        let store = Arc::clone(&store);
        tokio::spawn(async move { answer_all(&store, stream).await });
    }
}

async fn answer_all(store: &SqliteStore, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while matches!(stream.read_line(&mut line).await, Ok(1..)) {
        let Ok(question) = serde_json::from_str(&line) else { return };
        let answer = answer(store, question).await;
        let answer = answer.unwrap_or_else(|error| Answer::Unavailable(error.to_string()));
        let mut answer = serde_json::to_vec(&answer).expect("plain values");
        answer.push(b'\n');
        if stream.write_all(&answer).await.is_err() {
            return;
        }
        line.clear();
    }
}

async fn answer(store: &SqliteStore, question: Question) -> Result<Answer, SqliteStoreError> {
    let time = UnixTime::from_secs;
    Ok(match question {
        Question::Insert { row, now } => {
            Answer::Did(store.insert(&Session::from(row), time(now)).await?)
        }
        Question::Refresh(step) => {
            let (user_id, generation, iat) = (step.user.into(), step.generation, time(step.iat));
            let step = Refresh {
                session_id: &step.session_id,
                token: ShownToken { user_id: &user_id, generation, iat },
                now: time(step.now),
                window: step.window,
                expires_at: time(step.expires_at),
                label: step.label.as_deref(),
            };
            let verdict = store.refresh(&step).await?;
            let row = verdict.row.as_ref().map(Row::from);
            Answer::Verdict { decision: verdict.decision.into(), row }
        }
        Question::Load { session_id } => {
            Answer::Row(store.load(&session_id).await?.as_ref().map(Row::from))
        }
        Question::End { session_id, user, why, at } => {
            let user = user.map(UserId::from);
            let (why, at, session_id) = (reason(&why), time(at), &session_id);
            Answer::Did(store.end(&End { session_id, user_id: user.as_ref(), why, at }).await?)
        }
        Question::EndUser { user, except, why, at } => {
            let (user_id, why, at) = (&user.into(), reason(&why), time(at));
            let end = EndUser { user_id, except: except.as_deref(), why, at };
            Answer::Count(store.end_user(&end).await?)
        }
        Question::List { user, after, limit, now } => {
            let (user_id, after) = (&user.into(), after.map(Cursor::from));
            let limit = NonZeroUsize::new(limit).unwrap_or(NonZeroUsize::MIN);
            let list = List { user_id, after: after.as_ref(), limit, now: time(now) };
            let page = store.list(&list).await?;
            let rows = page.sessions.iter().map(Row::from).collect();
            Answer::Page { rows, next: page.next.as_ref().map(Place::from) }
        }
        Question::Purge { now } => Answer::Count(store.purge(time(now)).await?),
    })
}
