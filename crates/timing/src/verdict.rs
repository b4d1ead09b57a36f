//! What `dudect-bencher` prints, and whether it is what a check must show.

use std::fmt;

/// What t must be. A leak that dudect calls possible begins at 4.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The two classes cannot be told apart.
    Even,
    /// The two classes are told apart beyond doubt.
    Leak,
}

impl Goal {
    /// A t that is no number meets neither.
    pub fn is_met_by(self, t: f64) -> bool {
        match self {
            Self::Even => t.abs() < 4.5,
            Self::Leak => t.abs() > 10.0,
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Even => "|t| < 4.5",
            Self::Leak => "|t| > 10",
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The t that is farthest from 0.
    pub t: f64,
}

/// Reads `n == +3.999M, max t = -1.57022, max tau = …`.
pub fn summary(printed: &str) -> Option<Summary> {
    let (_, rest) = printed.split_once("max t = ")?;
    let (t, _) = rest.split_once(',')?;
    Some(Summary { t: t.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::{Goal, Summary, summary};

    #[test]
    fn t_is_read_from_what_dudect_prints() {
        let printed = "\nrunning 1 bench\nbench key seeded with 0x1\nbench key ... : n == +3.999M, \
                       max t = -1.57022, max tau = -0.00079, (5/tau)^2 = 40581245\n";
        assert_eq!(summary(printed), Some(Summary { t: -1.57022 }));
        assert_eq!(summary("running 1 bench"), None);
        assert_eq!(summary("max t = none, max tau = none"), None);
    }

    #[test]
    fn a_goal_is_met_on_its_side_of_the_bound() {
        for (t, even, leak) in [
            (0.0, true, false),
            (-4.49, true, false),
            (4.5, false, false),
            (-4.5, false, false),
            (10.0, false, false),
            (-10.01, false, true),
            (f64::INFINITY, false, true),
            (f64::NAN, false, false),
        ] {
            assert_eq!((Goal::Even.is_met_by(t), Goal::Leak.is_met_by(t)), (even, leak), "{t}");
        }
    }
}
