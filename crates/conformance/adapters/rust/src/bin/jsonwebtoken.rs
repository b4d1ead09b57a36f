use adapters::{Map, Refusal, Value, answer};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

fn main() {
    answer(|case| {
        case.offers(&["leeway", "aud", "one of several aud", "iss", "one of several iss", "sub"])?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = case.leeway;
        validation.validate_nbf = true;
        if !case.policy.aud.is_empty() {
            validation.set_audience(&case.policy.aud);
        }
        if !case.policy.iss.is_empty() {
            validation.set_issuer(&case.policy.iss);
        }
        validation.sub = case.policy.sub.clone();
        // The documentation: a claim whose value is set should be required as well.
        let policy = &case.policy;
        let required = [
            (!policy.exp_optional, "exp"),
            (!policy.aud.is_empty(), "aud"),
            (!policy.iss.is_empty(), "iss"),
            (policy.sub.is_some(), "sub"),
        ];
        let required: Vec<&str> =
            required.iter().filter(|(is_asked, _)| *is_asked).map(|(_, name)| *name).collect();
        validation.set_required_spec_claims(&required);
        let key = DecodingKey::from_secret(&case.secret);
        match decode::<Map<String, Value>>(&case.token, &key, &validation) {
            Ok(token) => Ok(Value::Object(token.claims)),
            Err(error) => Err(match error.kind() {
                ErrorKind::ExpiredSignature => Refusal::Expired(error.to_string()),
                ErrorKind::ImmatureSignature => Refusal::NotYetValid(error.to_string()),
                _ => Refusal::Invalid(error.to_string()),
            }),
        }
    });
}
