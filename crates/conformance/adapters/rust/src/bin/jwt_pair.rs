use std::time::Duration;

use adapters::{Map, Refusal, Value, answer};
use jwt_pair::{Error, Key, UnixTime, Validation, decode};

fn main() {
    answer(|case| {
        let mut validation =
            Validation::new().leeway(Duration::from_secs(case.leeway)).max_token_bytes(256 * 1024);
        for aud in &case.policy.aud {
            validation = validation.audience(aud);
        }
        for iss in &case.policy.iss {
            validation = validation.issuer(iss);
        }
        if let Some(sub) = &case.policy.sub {
            validation = validation.subject(sub);
        }
        validation = match &case.policy.typ {
            Some(typ) => validation.typ(typ),
            None => validation.accept_any_typ(),
        };
        if case.policy.exp_optional {
            validation = validation.allow_missing_exp();
        }
        let keys = Key::new(&case.secret)?.into();
        let now = UnixTime::from_secs(case.now);
        match decode::<Map<String, Value>>(&case.token, &keys, &validation, now) {
            Ok(claims) => Ok(Value::Object(claims)),
            Err(error @ Error::Expired { .. }) => Err(Refusal::Expired(error.to_string())),
            Err(error @ Error::NotYetValid { .. }) => Err(Refusal::NotYetValid(error.to_string())),
            Err(error) => Err(Refusal::Invalid(error.to_string())),
        }
    });
}
