//! Order statistics: on a noisy machine means tell of the noise.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Half of the values lie between `q1` and `q3`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub q1: f64,
    pub median: f64,
    pub q3: f64,
}

impl Spread {
    /// Of at least one value.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self {
            q1: quantile(&values, 0.25),
            median: quantile(&values, 0.5),
            q3: quantile(&values, 0.75),
        }
    }

    /// The interquartile range in percent of the median.
    pub fn percent(&self) -> f64 {
        (self.q3 - self.q1) / self.median * 100.0
    }
}

/// The first quartile, the median and the third quartile, to three decimals.
impl Serialize for Spread {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        [self.q1, self.median, self.q3].map(rounded).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Spread {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let [q1, median, q3] = Deserialize::deserialize(deserializer)?;
        Ok(Self { q1, median, q3 })
    }
}

/// Of sorted values, between two of them by how near each is.
fn quantile(values: &[f64], part: f64) -> f64 {
    let place = part * (values.len() - 1) as f64;
    let (below, above) = (values[place.floor() as usize], values[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles() {
        let spread = Spread::of([5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(spread, Spread { q1: 2.0, median: 3.0, q3: 4.0 });
        assert_eq!(Spread::of([1.0, 2.0]), Spread { q1: 1.25, median: 1.5, q3: 1.75 });
        assert_eq!(Spread::of([7.0]), Spread { q1: 7.0, median: 7.0, q3: 7.0 });
    }

    #[test]
    fn range_in_percent_of_the_median() {
        assert_eq!(Spread { q1: 9.0, median: 10.0, q3: 12.0 }.percent(), 30.0);
    }
}
