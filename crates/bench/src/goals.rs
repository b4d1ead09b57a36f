//! What is to be reached, and whether this run reached it.

use crate::contestants::Role;
use crate::record::Bound::{self, AtLeast, AtMost};
use crate::record::Verdict;
use crate::series::AllSeries;
use crate::stats::Spread;

#[derive(Clone, Copy)]
enum Against {
    /// The fastest peer's time over our own.
    FastestPeer,
    /// Our own time over the bare HMAC's.
    BareHmac,
    /// Our own time over that in another case, and how much it is in a third one.
    OneKey { case: &'static str, older_key: &'static str },
    /// Our own time in another case over that in this one, and the same of the bare HMAC.
    OneThread { case: &'static str },
}

pub struct Goal {
    pub case: &'static str,
    pub bound: Bound,
    against: Against,
}

const fn goal(case: &'static str, bound: Bound, against: Against) -> Goal {
    Goal { case, bound, against }
}

pub const GOALS: [Goal; 14] = [
    goal("issue_pair", AtLeast(2.5), Against::FastestPeer),
    goal("issue_pair", AtMost(1.75), Against::BareHmac),
    goal("verify_access", AtLeast(3.5), Against::FastestPeer),
    goal("verify_access", AtMost(2.5), Against::BareHmac),
    goal("decode_typed", AtLeast(2.5), Against::FastestPeer),
    goal("decode_typed", AtMost(3.5), Against::BareHmac),
    goal("reject_forged", AtLeast(5.0), Against::FastestPeer),
    goal("reject_forged", AtMost(1.4), Against::BareHmac),
    goal("reject_noise", AtLeast(3.0), Against::FastestPeer),
    goal("reject_a", AtLeast(3.0), Against::FastestPeer),
    goal("payload_64k", AtLeast(1.0), Against::FastestPeer),
    goal("payload_64k", AtMost(1.5), Against::BareHmac),
    goal("ring_100", AtMost(1.05), Against::OneKey { case: "ring_1", older_key: "ring_100_older" }),
    goal("threads_2", AtLeast(1.9), Against::OneThread { case: "threads_1" }),
];

/// Of the cases that were run.
pub fn judge(all: &AllSeries) -> Vec<Verdict> {
    GOALS.iter().filter_map(|goal| verdict(all, goal)).collect()
}

fn verdict(all: &AllSeries, &Goal { case, bound, against }: &Goal) -> Option<Verdict> {
    let own = all.of_role(case, Role::Own)?;
    let words = match bound {
        AtLeast(bound) => format!("at least {bound} × as fast as"),
        AtMost(bound) => format!("at most {bound} × the time of"),
    };
    let mut context: Option<(String, Spread)> = None;
    let (other, measured) = match against {
        Against::FastestPeer => {
            let peer = all.fastest_peer(case)?;
            (format!("the fastest peer, {}", peer.contestant), peer.ratio_to(own))
        }
        Against::BareHmac => {
            let bare = all.of_role(case, Role::BareHmac)?;
            ("the bare HMAC".into(), own.ratio_to(bare))
        }
        Against::OneKey { case, older_key } => {
            let one = all.of_role(case, Role::Own)?;
            let older = all.of_role(older_key, Role::Own)?;
            context = Some(("its oldest key".into(), older.ratio_to(one)));
            ("one key".into(), own.ratio_to(one))
        }
        Against::OneThread { case: one } => {
            let bare = all.of_role(one, Role::BareHmac)?;
            let bare = bare.ratio_to(all.of_role(case, Role::BareHmac)?);
            context = Some(("the bare HMAC on this machine".into(), bare));
            ("one thread".into(), all.of_role(one, Role::Own)?.ratio_to(own))
        }
    };
    Some(Verdict { case: case.into(), goal: format!("{words} {other}"), bound, measured, context })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Series;

    fn series(case: &'static str, role: Role, rounds: [f64; 3]) -> Series {
        let contestant = match role {
            Role::Peer if rounds[0] > 200.0 => "slow",
            Role::Peer => "fast",
            _ => "",
        };
        Series { case, contestant, role, iterations: 1, rounds: rounds.to_vec() }
    }

    fn shown(verdict: &Verdict) -> (&str, f64, bool) {
        (&verdict.goal, verdict.measured.median, verdict.is_reached())
    }

    #[test]
    fn ratios_are_of_rounds_and_the_bound_itself_is_reached() {
        let verdicts = judge(&AllSeries(vec![
            series("issue_pair", Role::BareHmac, [40.0, 50.0, 60.0]),
            series("issue_pair", Role::Peer, [300.0; 3]),
            series("issue_pair", Role::Own, [60.0, 80.0, 100.0]),
            series("issue_pair", Role::Peer, [200.0; 3]),
        ]));
        let [peer, bare] = &verdicts[..] else { panic!("{} verdicts", verdicts.len()) };
        assert_eq!(shown(peer), ("at least 2.5 × as fast as the fastest peer, fast", 2.5, true));
        assert_eq!(shown(bare), ("at most 1.75 × the time of the bare HMAC", 1.6, true));
    }

    #[test]
    fn threads_are_judged_beside_what_the_machine_gives() {
        let verdicts = judge(&AllSeries(vec![
            series("threads_1", Role::BareHmac, [10.0; 3]),
            series("threads_1", Role::Own, [30.0; 3]),
            series("threads_2", Role::BareHmac, [8.0; 3]),
            series("threads_2", Role::Own, [20.0; 3]),
        ]));
        let [verdict] = &verdicts[..] else { panic!("{} verdicts", verdicts.len()) };
        assert_eq!(shown(verdict), ("at least 1.9 × as fast as one thread", 1.5, false));
        let (what, ratio) = verdict.context.as_ref().expect("the bare HMAC was measured");
        assert_eq!((what.as_str(), ratio.median), ("the bare HMAC on this machine", 1.25));
    }
}
