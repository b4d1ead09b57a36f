//! All that was measured, round by round.

use crate::contestants::Role;
use crate::record::Time;
use crate::stats::Spread;

/// One contestant's times in one case, in nanoseconds for each operation, one for each round.
pub struct Series {
    pub case: &'static str,
    pub contestant: &'static str,
    pub role: Role,
    pub iterations: u64,
    pub rounds: Vec<f64>,
}

impl Series {
    pub fn time(&self) -> Spread {
        Spread::of(self.rounds.iter().copied())
    }

    /// How many times as long this takes as the other, of the same group: round by round.
    pub fn ratio_to(&self, other: &Self) -> Spread {
        Spread::of(self.rounds.iter().zip(&other.rounds).map(|(own, other)| own / other))
    }
}

#[derive(Default)]
pub struct AllSeries(pub Vec<Series>);

impl AllSeries {
    pub fn of_role(&self, case: &str, role: Role) -> Option<&Series> {
        self.0.iter().find(|series| series.case == case && series.role == role)
    }

    pub fn fastest_peer(&self, case: &str) -> Option<&Series> {
        let peers = self.0.iter().filter(|series| series.case == case && series.role == Role::Peer);
        peers.min_by(|a, b| a.time().median.total_cmp(&b.time().median))
    }

    pub fn times(&self) -> Vec<Time> {
        let ratio = |series: &Series, role| {
            let other = self.of_role(series.case, role)?;
            (series.role != role).then(|| series.ratio_to(other))
        };
        let time = |series: &Series| Time {
            case: series.case.into(),
            contestant: series.contestant.into(),
            iterations: series.iterations,
            nanoseconds: series.time(),
            over_bare_hmac: ratio(series, Role::BareHmac),
            over_jwt_pair: ratio(series, Role::Own),
        };
        self.0.iter().map(time).collect()
    }
}
