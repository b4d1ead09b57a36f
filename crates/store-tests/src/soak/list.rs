//! A browser looks at the list of its user's devices, while others log in and out.

use std::num::NonZeroUsize;

use jwt_pair_sessions::{Cursor, List};

use super::browser::{Browser, TOO_SLOW, until_answered};
use super::record::Record;
use crate::TestStore;

impl<S: TestStore> Browser<S> {
    /// In pages of 3. What stood all the time is on one of them; what was ended before is on none.
    pub(super) async fn look_at_list(&mut self) {
        let (world, user, at) = (self.world.clone(), self.user.clone(), self.any_instance());
        let stood = world.records.names(&user, Record::stands);
        let over = world.records.names(&user, |record| record.ended.is_some());
        let limit = NonZeroUsize::MIN.saturating_add(2);
        let mut names: Vec<String> = Vec::new();
        let mut after: Option<Cursor> = None;
        loop {
            let page = || {
                let now = world.now(at);
                let (world, user, after) = (&world, &user, after.as_ref());
                async move {
                    let list = List { user_id: user, after, limit, now };
                    world.instance(at).list(&list).await
                }
            };
            let (page, ..) = until_answered(&world, page).await;
            let page = page.unwrap_or_else(|error| panic!("{error:?}"));
            names.extend(page.sessions.into_iter().map(|row| row.session_id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        world.records.count("lists");
        for name in over {
            assert!(!names.contains(&name), "{name}: its end was acknowledged, and it is listed");
        }
        let seconds = world.seconds();
        for name in stood {
            let times = names.iter().filter(|it| **it == name).count();
            let may_be_over = world.records.with(&name, |record| {
                let is_late =
                    record.burst.is_some_and(|began| seconds.saturating_sub(began) >= TOO_SLOW);
                !record.stands() || is_late
            });
            assert!(times == 1 || (times == 0 && may_be_over), "{name} is listed {times} times");
        }
    }

    /// Nothing expires in a run: all rows must stay.
    pub(super) async fn purge(&mut self) {
        let (world, at) = (self.world.clone(), self.any_instance());
        let (purged, ..) = until_answered(&world, || world.instance(at).purge(world.now(at))).await;
        assert_eq!(purged.unwrap_or_else(|error| panic!("{error:?}")), 0, "rows were purged");
        world.records.count("purges");
    }
}
