use std::time::{Duration, UNIX_EPOCH};

use adapters::{Refusal, Value, answer};
use josekit::jws::HS256;
use josekit::jwt::{JwtPayloadValidator, decode_with_verifier};

fn main() {
    answer(|case| {
        case.offers(&["aud", "iss", "sub"])?;
        let verifier = HS256.verifier_from_bytes(&case.secret)?;
        let (payload, _) = decode_with_verifier(&case.token, &verifier)?;
        let mut validator = JwtPayloadValidator::new();
        let now = UNIX_EPOCH + Duration::from_secs(case.now);
        validator.set_base_time(now);
        // The default is the system's time.
        validator.set_max_issued_time(now);
        if let [aud] = case.policy.aud.as_slice() {
            validator.set_audience(aud);
        }
        if let [iss] = case.policy.iss.as_slice() {
            validator.set_issuer(iss);
        }
        if let Some(sub) = &case.policy.sub {
            validator.set_subject(sub);
        }
        validator.validate(&payload).map_err(|error| {
            let said = error.to_string();
            if said.contains("has expired") {
                Refusal::Expired(said)
            } else if said.contains("not yet valid") {
                Refusal::NotYetValid(said)
            } else {
                Refusal::Invalid(said)
            }
        })?;
        Ok(Value::Object(payload.claims_set().clone()))
    });
}
