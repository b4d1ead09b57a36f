//! What every session store must do, as tests that any store can run.
//!
//! In: a closure that opens a store, and the time. Out: a panic that says which property does not
//! hold. No clock is read: all rows are dated from the time that is handed in, which a store whose
//! server removes rows by its own clock wants to be about that clock's: from 100 seconds on.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use jwt_pair::UnixTime;
//! use jwt_pair_sessions::MemoryStore;
//! let now = UnixTime::from_secs(1_800_000_000);
//! jwt_pair_store_tests::run_all(|| async { MemoryStore::new() }, now).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The stores may share their rows, with one another and with former runs: each property names its
//! sessions and users anew. Two liberties are a store's own: generations from 2^63 on and session ids
//! above 1,024 bytes may be refused, with an error of the kind `StoreFault::Refused`. Nothing may come
//! back changed.

pub mod end;
pub mod extremes;
#[cfg(feature = "servers")]
pub mod faults;
pub mod insert;
pub mod names;
pub mod purge;
pub mod race;
pub mod refresh;
mod rows;
#[cfg(feature = "servers")]
pub mod servers;
pub mod soak;
pub mod users;

use jwt_pair::UnixTime;
use jwt_pair_sessions::SessionStore;

pub use purge::Purger;
pub use rows::{row, unique};

/// A store that tasks can share: what the suite needs.
pub trait TestStore: SessionStore + Send + Sync + 'static {}

impl<S: SessionStore + Send + Sync + 'static> TestStore for S {}

/// Runs all properties, one after the other, each on a store of its own, and the race for 200 rounds.
/// For a store that removes expired rows when it is asked to.
///
/// # Panics
/// If a property does not hold.
pub async fn run_all<S: TestStore, F: Future<Output = S>>(open: impl Fn() -> F, now: UnixTime) {
    run_all_of(Purger::Store, open, now).await;
}

/// As [`run_all`], for a store whose server may remove expired rows.
///
/// # Panics
/// If a property does not hold.
pub async fn run_all_of<S: TestStore, F: Future<Output = S>>(
    purger: Purger,
    open: impl Fn() -> F,
    now: UnixTime,
) {
    macro_rules! run {
        ($($module:ident::$property:ident),* $(,)?) => {
            $($module::$property(&open().await, now).await;)*
        };
    }
    run!(
        insert::adds_what_load_gives,
        insert::leaves_a_row_that_is_alive,
        insert::leaves_a_row_that_was_ended,
        insert::takes_the_name_of_an_expired_row,
        refresh::mirrors_the_decision,
        refresh::counts_up_by_one,
        refresh::stops_at_the_deadline,
        refresh::a_label_changes_only_with_a_rotation,
        refresh::asks_for_the_user,
        refresh::reuse_and_ahead_end_the_session_once,
        end::ends_a_session_once,
        end::asks_for_the_user_if_one_is_given,
        end::is_never_undone,
        end::works_by_any_clock,
        users::end_user_ends_all_of_one_user,
        users::end_user_spares_one,
        users::list_is_in_order_of_login,
        users::list_has_every_session_once,
        users::a_page_begins_after_any_cursor,
        users::list_shows_what_is_alive,
        users::ids_that_look_alike_are_not_one,
        extremes::times_are_exact,
        extremes::generations_are_exact,
        extremes::a_step_at_the_edge_of_time,
        names::any_text_names_a_session,
        names::any_text_labels_a_session,
        names::any_text_names_a_user,
    );
    purge::removes_what_has_expired(&open().await, now, purger).await;
    race::one_insert_wins(open().await, now).await;
    race::no_step_after_an_end(open().await, now).await;
    race::no_session_outlives_end_user(open().await, now).await;
    race::the_spared_session_is_never_touched(open().await, now).await;
    race::one_theft_of_64(open().await, now).await;
    race::one_rotation_of_64(open().await, now, 200).await;
}
