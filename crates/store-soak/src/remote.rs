//! A store in another process.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jwt_pair::UnixTime;
use jwt_pair_sessions::{
    Cursor, End, EndUser, List, Page, Session, SessionStore, StoreError, Verdict,
};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::stores::TIMEOUT;
use crate::wire::{Answer, Question, Refresh, user};

#[derive(Debug)]
pub(crate) struct RemoteStore {
    port: u16,
    idle: Mutex<Vec<BufReader<TcpStream>>>,
}

/// The process is gone, is stopped, or says that it is unavailable.
#[derive(Debug)]
pub(crate) struct NoAnswer(String);

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoAnswer {}
impl StoreError for NoAnswer {}

impl From<std::io::Error> for NoAnswer {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl RemoteStore {
    pub(crate) const fn new(port: u16) -> Self {
        Self { port, idle: Mutex::new(Vec::new()) }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<BufReader<TcpStream>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(&self, question: Question) -> Result<Answer, NoAnswer> {
        // The step may take the whole time that SQLite waits for a lock.
        let patience = TIMEOUT + Duration::from_millis(300);
        let answer = tokio::time::timeout(patience, self.send(&question)).await;
        match answer.map_err(|_| NoAnswer("it is silent".into()))?? {
            Answer::Unavailable(why) => Err(NoAnswer(why)),
            answer => Ok(answer),
        }
    }

    async fn send(&self, question: &Question) -> Result<Answer, NoAnswer> {
        let idle = self.idle().pop();
        let mut stream = match idle {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await?;
                stream.set_nodelay(true)?;
                BufReader::new(stream)
            }
        };
        let mut line = serde_json::to_vec(question).expect("plain values");
        line.push(b'\n');
        stream.write_all(&line).await?;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let answer = serde_json::from_str(&line).map_err(|_| NoAnswer("it is gone".into()))?;
        self.idle().push(stream);
        Ok(answer)
    }
}

fn other<T>(answer: &Answer) -> Result<T, NoAnswer> {
    unreachable!("{answer:?} answers another question")
}

impl SessionStore for RemoteStore {
    type Error = NoAnswer;

    async fn insert(&self, session: &Session, now: UnixTime) -> Result<bool, NoAnswer> {
        match self.ask(Question::Insert { row: session.into(), now: now.as_secs() }).await? {
            Answer::Did(did) => Ok(did),
            answer => other(&answer),
        }
    }

    async fn refresh(&self, step: &jwt_pair_sessions::Refresh<'_>) -> Result<Verdict, NoAnswer> {
        let question = Question::Refresh(Refresh {
            session_id: step.session_id.into(),
            user: user(step.token.user_id),
            generation: step.token.generation,
            iat: step.token.iat.as_secs(),
            now: step.now.as_secs(),
            window: step.window,
            expires_at: step.expires_at.as_secs(),
            label: step.label.map(str::to_owned),
        });
        match self.ask(question).await? {
            Answer::Verdict { decision, row } => {
                Ok(Verdict { decision: decision.into(), row: row.map(Session::from) })
            }
            answer => other(&answer),
        }
    }

    async fn load(&self, session_id: &str) -> Result<Option<Session>, NoAnswer> {
        match self.ask(Question::Load { session_id: session_id.into() }).await? {
            Answer::Row(row) => Ok(row.map(Session::from)),
            answer => other(&answer),
        }
    }

    async fn end(&self, end: &End<'_>) -> Result<bool, NoAnswer> {
        let (session_id, user) = (end.session_id.into(), end.user_id.map(user));
        let (why, at) = (end.why.to_string(), end.at.as_secs());
        match self.ask(Question::End { session_id, user, why, at }).await? {
            Answer::Did(did) => Ok(did),
            answer => other(&answer),
        }
    }

    async fn end_user(&self, end: &EndUser<'_>) -> Result<u64, NoAnswer> {
        let (user, except) = (user(end.user_id), end.except.map(str::to_owned));
        let (why, at) = (end.why.to_string(), end.at.as_secs());
        match self.ask(Question::EndUser { user, except, why, at }).await? {
            Answer::Count(count) => Ok(count),
            answer => other(&answer),
        }
    }

    async fn list(&self, list: &List<'_>) -> Result<Page, NoAnswer> {
        let (user, after) = (user(list.user_id), list.after.map(Into::into));
        let (limit, now) = (list.limit.get(), list.now.as_secs());
        match self.ask(Question::List { user, after, limit, now }).await? {
            Answer::Page { rows, next } => {
                let sessions = rows.into_iter().map(Session::from).collect();
                Ok(Page { sessions, next: next.map(Cursor::from) })
            }
            answer => other(&answer),
        }
    }

    async fn purge(&self, now: UnixTime) -> Result<u64, NoAnswer> {
        match self.ask(Question::Purge { now: now.as_secs() }).await? {
            Answer::Count(count) => Ok(count),
            answer => other(&answer),
        }
    }
}
