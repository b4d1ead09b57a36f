//! The step of `sessions` that matters: one refresh token is presented, once more or for the first
//! time, at the right service or at the other.

use jwt_pair::{Error, PrivateClaims, TokenPair, UserId};
use jwt_pair_sessions::{Refreshed, SessionError};

use crate::choices::Choices;
use crate::sessions::{Given, REFRESH_SECONDS, World, issuer, ready};
use crate::sessions_model::{Outcome, Row, outcome};

impl World {
    pub(crate) fn refresh(&mut self, at: usize, choices: &mut Choices<'_>) {
        // Mostly one of the latest tokens.
        let reach = if choices.any() { 3 } else { 200 };
        let back = choices.below(reach);
        let Some(index) = self.given.len().checked_sub(back + 1) else { return };
        let given = self.given[index].clone();
        let (now, time) = (self.now, self.time());
        let service = &mut self.services[at];
        let claims = match service.sessions.issuer().verify_refresh(&given.token, time) {
            Ok(claims) => claims,
            Err(error) => {
                assert!(matches!(error, Error::Expired { .. }) && now >= given.exp, "{error}");
                return;
            }
        };
        assert!(now < given.exp);

        let adopts = given.generation == 0 && service.row(given.name, now).is_none();
        let row = service.row(given.name, now);
        let expected = match adopts {
            true => Outcome::Rotated,
            false => outcome(row, given.user, given.generation, now, service.grace),
        };
        let user_type = choices.text();
        let own = PrivateClaims::default();
        let result = ready(service.sessions.refresh(&claims, &user_type, &own, time));
        let (found, pair) = match result {
            Ok(Refreshed::Rotated(pair)) => (Outcome::Rotated, Some(pair)),
            Ok(Refreshed::Replayed(pair)) => (Outcome::Replayed, Some(pair)),
            Err(SessionError::Reuse) => (Outcome::Reuse, None),
            Err(SessionError::Revoked) => (Outcome::Revoked, None),
            Err(SessionError::Ahead) => (Outcome::Ahead, None),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(found, expected, "{given:?} at {now}, the row is {row:?}");
        if let Some(pair) = &pair {
            let access = service.sessions.issuer().verify_access(&pair.access.token, time);
            let access = access.expect("issued just now");
            assert_eq!(ready(service.sessions.check(&access, time)), Ok(()));
            assert_eq!(
                (access.user_type, access.user_id),
                (user_type, UserId::Integer(given.user))
            );
        }
        match (found, pair) {
            (Outcome::Rotated, Some(pair)) if adopts => {
                let row = Row::new(given.user, &pair, now);
                self.give(&row, given.name);
                self.services[at].rows.insert(given.name, row);
            }
            (Outcome::Rotated, Some(pair)) => self.rotated(at, given.name, &pair),
            (Outcome::Replayed, Some(pair)) => {
                let row = &self.services[at].rows[given.name];
                assert_eq!(row.tokens.last(), Some(&pair.refresh.token), "the chain forks");
            }
            (Outcome::Reuse, _) => {
                let row = self.services[at].rows.get_mut(given.name);
                row.expect("reuse is of a row").is_revoked = true;
            }
            _ => {}
        }
    }

    fn rotated(&mut self, at: usize, name: &'static str, pair: &TokenPair) {
        let now = self.now;
        let row = self.services[at].rows.get_mut(name).expect("a row rotated");
        row.tokens.push(pair.refresh.token.clone());
        row.rotated_at = now;
        row.expires_at = (now + REFRESH_SECONDS).min(row.deadline);
        let row = row.clone();
        self.give(&row, name);
    }

    /// Notes the last token of a row, and that its claims are the row's.
    pub(crate) fn give(&mut self, row: &Row, name: &'static str) {
        let token = row.tokens.last().expect("a row has a token").clone();
        let claims = issuer().verify_refresh(&token, self.time()).expect("issued just now");
        let generation = row.generation();
        assert_eq!(claims.jti, Some(format!("{name}.{generation}")));
        assert_eq!(u64::try_from(claims.iat.as_secs()), Ok(row.rotated_at));
        assert_eq!(u64::try_from(claims.exp.as_secs()), Ok(row.expires_at));
        let (user, exp) = (row.user, row.expires_at);
        self.given.push(Given { name, user, generation, exp, token });
    }
}
