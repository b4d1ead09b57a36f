use adapters::{Map, Refusal, Value, answer};
use chrono::{DateTime, Duration, Utc};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, TimeOptions, UntrustedToken, ValidationError};

fn main() {
    answer(|case| {
        case.offers(&["leeway"])?;
        let key = Hs256Key::new(&case.secret);
        let token = UntrustedToken::new(&case.token)?;
        let token = Hs256.validator::<Map<String, Value>>(&key).validate(&token)?;
        let now = DateTime::<Utc>::from_timestamp(case.now as i64, 0)
            .ok_or(Refusal::NotOffered("a time so late"))?;
        let options = TimeOptions::new(Duration::seconds(case.leeway as i64), || now);
        let claims = token.claims();
        if claims.expiration.is_some() || !case.policy.exp_optional {
            claims.validate_expiration(&options).map_err(refusal)?;
        }
        if claims.not_before.is_some() {
            claims.validate_maturity(&options).map_err(refusal)?;
        }
        Ok(serde_json::to_value(claims)?)
    });
}

fn refusal(error: ValidationError) -> Refusal {
    match error {
        ValidationError::Expired => Refusal::Expired(error.to_string()),
        ValidationError::NotMature => Refusal::NotYetValid(error.to_string()),
        _ => Refusal::Invalid(error.to_string()),
    }
}
