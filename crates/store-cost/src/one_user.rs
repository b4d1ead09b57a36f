//! Very many sessions of one user: a list, the end of all, and what becomes of the rows.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Instant;

use jwt_pair::{UnixTime, UserId};
use jwt_pair_sessions::{Cursor, EndReason, EndUser, List};
use jwt_pair_store_tests::TestStore;

use crate::bytes::{fill, session_of};
use crate::{NOW, median};

pub(crate) const HEADING: &str = "| store | sessions of the user | a page of 50, the first | a page \
                                  of 50, median of all | all pages of 50 | `end_user` | a page \
                                  afterwards | `purge` |\n|---|---|---|---|---|---|---|---|";

const PAGE: usize = 50;
const USER: UserId = UserId::Integer(7);

pub(crate) async fn report<S: TestStore>(name: &str, store: Arc<S>, count: usize) {
    fill(&store, count, |at| session_of(USER, at)).await;
    let pages = list(&*store, NOW).await;
    let all: f64 = pages.iter().map(|(seconds, _)| seconds).sum();
    assert_eq!(pages.iter().map(|(_, rows)| rows).sum::<usize>(), count);
    let first = pages[0].0;
    let page = median(pages.into_iter().map(|(seconds, _)| seconds).collect());

    let start = Instant::now();
    let end = EndUser { user_id: &USER, except: None, why: EndReason::All, at: NOW };
    let ended = store.end_user(&end).await.expect("it is running");
    let ends = start.elapsed().as_secs_f64();
    assert_eq!(ended, count as u64);
    let after = list(&*store, NOW).await[0].0;

    let start = Instant::now();
    let late = UnixTime::from_secs(NOW.as_secs() + 365 * 24 * 60 * 60);
    store.purge(late).await.expect("it is running");
    let purge = start.elapsed().as_secs_f64();
    println!(
        "| {name} | {count} | {:.2} ms | {:.2} ms | {all:.1} s | {ends:.1} s | {:.2} ms | {purge:.1} s |",
        first * 1e3,
        page * 1e3,
        after * 1e3
    );
}

/// The seconds and the rows of each page.
async fn list<S: TestStore>(store: &S, now: UnixTime) -> Vec<(f64, usize)> {
    let (mut pages, mut after): (_, Option<Cursor>) = (Vec::new(), None);
    let limit = NonZeroUsize::new(PAGE).expect("not 0");
    loop {
        let start = Instant::now();
        let list = List { user_id: &USER, after: after.as_ref(), limit, now };
        let page = store.list(&list).await.expect("it is running");
        pages.push((start.elapsed().as_secs_f64(), page.sessions.len()));
        after = page.next;
        if after.is_none() {
            return pages;
        }
    }
}
