//! The step of `sessions` that matters: one refresh token is presented, once more or for the first
//! time, at the right service or at the other.

use jwt_pair::{Error, TokenPair, UserId};
use jwt_pair_sessions::{Refreshed, Renewal, SessionError};

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

        let is_legacy = given.generation == 0;
        let row = service.row(given.name, now);
        let adopts = is_legacy && row.is_none();
        let shown = (given.generation, given.iat);
        let expected = match adopts {
            true => Outcome::Rotated,
            false => outcome(row, given.user, shown, now, service.window),
        };
        // A row that has expired may be there or not, and says why it ended or nothing.
        let old = service.rows.get(given.name).filter(|row| row.user == Some(given.user));
        let or = old.and_then(|row| row.ended).filter(|_| row.is_none());
        let user_type = choices.text();
        let renewal = Renewal::new(&user_type);
        let result = ready(service.sessions.refresh(&claims, &renewal, time));
        let (found, pair, access) = match result {
            Ok(Refreshed::Rotated(pair)) => {
                (Outcome::Rotated, Some(pair.clone()), Some(pair.access))
            }
            Ok(Refreshed::Repeated(pair)) => {
                (Outcome::Repeated, Some(pair.clone()), Some(pair.access))
            }
            Ok(Refreshed::Kept(access)) => (Outcome::Kept, None, Some(access)),
            Err(SessionError::Reuse(_)) => (Outcome::Reuse, None, None),
            Err(SessionError::Ahead(_)) => (Outcome::Ahead, None, None),
            Err(SessionError::Revoked(Some(_))) => (Outcome::Ended, None, None),
            Err(SessionError::Revoked(None)) => (Outcome::Revoked, None, None),
            other => panic!("{other:?}"),
        };
        let fits = found == expected || or.is_some_and(|or| !adopts && found == or);
        assert!(fits, "{found:?}, not {expected:?}: {given:?} at {now}, the row is {row:?}");
        if let Some(access) = &access {
            let access = service.sessions.issuer().verify_access(&access.token, time);
            let access = access.expect("issued just now");
            assert_eq!(ready(service.sessions.check(&access, time)), Ok(()));
            assert_eq!(
                (access.user_type, access.user_id),
                (user_type, UserId::Integer(given.user))
            );
        }
        match (found, pair) {
            (Outcome::Rotated, Some(pair)) if adopts => {
                let row = Row::new(given.user, &pair, now, Some(given.iat));
                self.give(&row, given.name);
                self.services[at].rows.insert(given.name, row);
            }
            (Outcome::Rotated, Some(pair)) => self.rotated(at, given.name, &pair),
            (Outcome::Repeated, Some(pair)) => {
                let row = &self.services[at].rows[given.name];
                assert_eq!(row.tokens.last(), Some(&pair.refresh.token), "the chain forks");
            }
            (Outcome::Reuse | Outcome::Ahead, _) => {
                let row = self.services[at].rows.get_mut(given.name).expect("it is of a row");
                row.ended = row.ended.or(Some(found));
            }
            _ => {}
        }
    }

    fn rotated(&mut self, at: usize, name: &'static str, pair: &TokenPair) {
        let now = self.now;
        let row = self.services[at].rows.get_mut(name).expect("a row rotated");
        row.tokens.push(pair.refresh.token.clone());
        row.rotations.push(now);
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
        assert_eq!(u64::try_from(claims.iat.as_secs()), Ok(row.rotated_at()));
        assert_eq!(u64::try_from(claims.exp.as_secs()), Ok(row.expires_at));
        let user = row.user.expect("a token has a user");
        let (iat, exp) = (row.rotated_at(), row.expires_at);
        self.given.push(Given { name, user, generation, iat, exp, token });
    }
}
