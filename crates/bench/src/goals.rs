//! What is to be reached, and whether this run reached it.

use serde::Serialize;

use crate::contestants::Role;
use crate::measure::Series;
use crate::report::Results;
use crate::stats::Spread;

#[derive(Clone, Copy)]
enum Goal {
    /// The fastest peer's time over our own, at least.
    FasterThanPeer(f64),
    /// Our own time over the bare HMAC's, at most.
    OverHmac(f64),
    /// Our own time over that in another case, at most.
    OverCase(&'static str, f64),
    /// Our own time in another case over that in this one, at least.
    UnderCase(&'static str, f64),
}

const GOALS: [(&str, Goal); 14] = [
    ("issue_pair", Goal::FasterThanPeer(2.5)),
    ("issue_pair", Goal::OverHmac(1.75)),
    ("verify_access", Goal::FasterThanPeer(3.5)),
    ("verify_access", Goal::OverHmac(2.5)),
    ("decode_typed", Goal::FasterThanPeer(2.5)),
    ("decode_typed", Goal::OverHmac(3.5)),
    ("reject_forged", Goal::FasterThanPeer(5.0)),
    ("reject_forged", Goal::OverHmac(1.4)),
    ("reject_noise", Goal::FasterThanPeer(3.0)),
    ("reject_a", Goal::FasterThanPeer(3.0)),
    ("payload_64k", Goal::FasterThanPeer(1.0)),
    ("payload_64k", Goal::OverHmac(1.5)),
    ("ring_100", Goal::OverCase("ring_1", 1.05)),
    ("threads_2", Goal::UnderCase("threads_1", 1.9)),
];

/// A goal and what was measured for it: the median of the ratios within the rounds.
#[derive(Serialize)]
pub struct Verdict {
    pub case: &'static str,
    pub goal: String,
    pub measured: Spread,
    pub reached: bool,
}

/// Those whose cases were measured.
pub fn judge(results: &Results) -> Vec<Verdict> {
    GOALS.iter().filter_map(|(case, goal)| verdict(results, case, *goal)).collect()
}

fn verdict(results: &Results, case: &'static str, goal: Goal) -> Option<Verdict> {
    let own = results.of_role(case, Role::Own)?;
    let (goal, measured, reached): (_, _, fn(f64, f64) -> bool) = match goal {
        Goal::FasterThanPeer(bound) => {
            let peer = fastest_peer(results, case)?;
            let goal = format!("at least {bound} × as fast as the fastest peer");
            ((bound, format!("{goal} ({})", peer.contestant)), peer.ratio_to(own), |m, b| m >= b)
        }
        Goal::OverHmac(bound) => {
            let bare = results.of_role(case, Role::BareHmac)?;
            ((bound, format!("at most {bound} × the bare HMAC")), own.ratio_to(bare), |m, b| {
                m <= b
            })
        }
        Goal::OverCase(other, bound) => {
            let other = results.of_role(other, Role::Own)?;
            let goal = format!("at most {bound} × {}", other.case);
            ((bound, goal), own.ratio_to(other), |m, b| m <= b)
        }
        Goal::UnderCase(other, bound) => {
            let other = results.of_role(other, Role::Own)?;
            let goal = format!("at least {bound} × as fast as {}", other.case);
            ((bound, goal), other.ratio_to(own), |m, b| m >= b)
        }
    };
    let (bound, goal) = goal;
    Some(Verdict { case, goal, measured, reached: reached(measured.median, bound) })
}

pub fn fastest_peer<'r>(results: &'r Results, case: &str) -> Option<&'r Series> {
    let peers = results.of_case(case).filter(|series| series.role == Role::Peer);
    peers.min_by(|a, b| a.time().median.total_cmp(&b.time().median))
}
