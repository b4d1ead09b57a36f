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
    /// Our own time over that in another case, which has this title.
    Own { case: &'static str, title: &'static str },
    /// Our own time in another case over that in this one, and the same of the bare HMAC.
    OneThread { case: &'static str },
}

#[derive(Clone, Copy)]
pub struct Goal {
    pub case: &'static str,
    pub bound: Bound,
    against: Against,
}

const fn goal(case: &'static str, bound: Bound, against: Against) -> Goal {
    Goal { case, bound, against }
}

const GOALS: [Goal; 17] = [
    goal("issue_pair", AtLeast(1.15), Against::FastestPeer),
    goal("issue_pair", AtMost(2.2), Against::BareHmac),
    goal("verify_access", AtLeast(1.7), Against::FastestPeer),
    goal("verify_access", AtMost(3.3), Against::BareHmac),
    goal("decode_typed", AtLeast(1.4), Against::FastestPeer),
    goal("decode_typed", AtMost(4.0), Against::BareHmac),
    goal("reject_forged", AtLeast(4.0), Against::FastestPeer),
    goal("reject_forged", AtMost(2.0), Against::BareHmac),
    goal("reject_noise", AtLeast(1.1), Against::FastestPeer),
    goal("reject_a", AtLeast(1.1), Against::FastestPeer),
    goal("payload_64k", AtMost(2.1), Against::BareHmac),
    goal("members_500", AtLeast(1.5), Against::FastestPeer),
    goal("members_5000", AtLeast(1.5), Against::FastestPeer),
    goal("ring_100", AtMost(1.05), Against::Own { case: "ring_1", title: "one key" }),
    goal("ring_10_older", AtMost(1.15), Against::Own { case: "ring_10", title: "the signing key" }),
    goal(
        "ring_100_older",
        AtMost(1.15),
        Against::Own { case: "ring_100", title: "the signing key" },
    ),
    goal("threads_2", AtLeast(1.9), Against::OneThread { case: "threads_1" }),
];

/// No peer is faster in any case. The cases above have a goal that says more.
const IN_EVERY_CASE: Bound = AtLeast(1.0);

/// The goals of a case.
pub fn of(case: &'static str) -> Vec<Goal> {
    let mut goals: Vec<_> = GOALS.into_iter().filter(|goal| goal.case == case).collect();
    if !goals.iter().any(|goal| matches!(goal.against, Against::FastestPeer)) {
        goals.push(goal(case, IN_EVERY_CASE, Against::FastestPeer));
    }
    goals
}

/// Of the cases that were run, in their order.
pub fn judge(all: &AllSeries, cases: impl IntoIterator<Item = &'static str>) -> Vec<Verdict> {
    cases.into_iter().flat_map(of).filter_map(|goal| verdict(all, &goal)).collect()
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
        Against::Own { case, title } => (title.into(), own.ratio_to(all.of_role(case, Role::Own)?)),
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
        let all = AllSeries(vec![
            series("issue_pair", Role::BareHmac, [40.0, 50.0, 60.0]),
            series("issue_pair", Role::Peer, [300.0; 3]),
            series("issue_pair", Role::Own, [60.0, 80.0, 100.0]),
            series("issue_pair", Role::Peer, [200.0; 3]),
        ]);
        let verdicts = judge(&all, ["issue_pair"]);
        let [peer, bare] = &verdicts[..] else { panic!("{} verdicts", verdicts.len()) };
        assert_eq!(shown(peer), ("at least 1.15 × as fast as the fastest peer, fast", 2.5, true));
        assert_eq!(shown(bare), ("at most 2.2 × the time of the bare HMAC", 1.6, true));
    }

    #[test]
    fn threads_are_judged_beside_what_the_machine_gives() {
        let all = AllSeries(vec![
            series("threads_1", Role::BareHmac, [10.0; 3]),
            series("threads_1", Role::Own, [30.0; 3]),
            series("threads_2", Role::BareHmac, [8.0; 3]),
            series("threads_2", Role::Own, [20.0; 3]),
        ]);
        let verdicts = judge(&all, ["threads_1", "threads_2"]);
        let [verdict] = &verdicts[..] else { panic!("{} verdicts", verdicts.len()) };
        assert_eq!(shown(verdict), ("at least 1.9 × as fast as one thread", 1.5, false));
        let (what, ratio) = verdict.context.as_ref().expect("the bare HMAC was measured");
        assert_eq!((what.as_str(), ratio.median), ("the bare HMAC on this machine", 1.25));
    }

    #[test]
    fn in_a_case_without_a_goal_no_peer_is_faster() {
        let all = AllSeries(vec![
            series("renew", Role::Own, [100.0; 3]),
            series("renew", Role::Peer, [99.0; 3]),
        ]);
        let verdicts = judge(&all, ["renew"]);
        let [verdict] = &verdicts[..] else { panic!("{} verdicts", verdicts.len()) };
        assert_eq!(shown(verdict), ("at least 1 × as fast as the fastest peer, fast", 0.99, false));
    }
}
