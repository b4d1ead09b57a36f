use adapters::{Map, Refusal, Value, answer};
use jwt_simple::JWTError;
use jwt_simple::prelude::*;

fn main() {
    answer(|case| {
        case.offers(&[
            "leeway",
            "aud",
            "one of several aud",
            "iss",
            "one of several iss",
            "sub",
            "typ",
        ])?;
        let set =
            |values: &[String]| (!values.is_empty()).then(|| values.iter().cloned().collect());
        let options = VerificationOptions {
            artificial_time: Some(UnixTimeStamp::from_secs(case.now)),
            time_tolerance: Some(Duration::from_secs(case.leeway)),
            allowed_audiences: set(&case.policy.aud),
            allowed_issuers: set(&case.policy.iss),
            required_subject: case.policy.sub.clone(),
            required_signature_type: case.policy.typ.clone(),
            ..VerificationOptions::default()
        };
        let key = HS256Key::from_bytes(&case.secret);
        match key.verify_token::<Map<String, Value>>(&case.token, Some(options)) {
            Ok(claims) => Ok(serde_json::to_value(claims)?),
            Err(error) => {
                let said = error.to_string();
                Err(match error.downcast_ref::<JWTError>() {
                    Some(JWTError::TokenHasExpired) => Refusal::Expired(said),
                    Some(JWTError::TokenNotValidYet) => Refusal::NotYetValid(said),
                    _ => Refusal::Invalid(said),
                })
            }
        }
    });
}
