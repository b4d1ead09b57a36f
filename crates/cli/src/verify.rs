//! `verify`: one line, and the exit code.

use crate::answer::{Answer, Failure};
use crate::check::{CheckArguments, Given, Verdict};
use crate::escape::json_line;
use crate::exit::{Exit, name_of};
use crate::world::World;

pub(crate) fn verify(
    arguments: &CheckArguments,
    world: &mut dyn World,
    notes: &mut Vec<String>,
) -> Result<Answer, Failure> {
    let given = arguments.read(world, notes)?;
    let verdict = arguments.verdict(&given)?;
    let mut answer = answer_to(arguments, &given, &verdict);
    if let (Verdict::Valid, Some(claims)) = (&verdict, claims(&given)) {
        // The verdict has been given. This is the text as it was signed, with every digit.
        answer.out = format!("{}\n", json_line(&claims));
        answer = answer.with_json("claims", claims);
    }
    Ok(answer)
}

/// What is said of a token, without the token itself.
pub(crate) fn answer_to(arguments: &CheckArguments, given: &Given, verdict: &Verdict) -> Answer {
    let failure = |exit, message: &str, hints: Vec<String>| Failure {
        exit,
        message: message.to_owned(),
        hints,
        error: None,
    };
    match verdict {
        Verdict::Valid => Answer::new(Exit::Valid, String::new()),
        Verdict::Refused(error) => {
            let mut hints = arguments.hints(given, error);
            hints.push(format!("`jwt-pair explain {}` says more", name_of(error)));
            let exit = Exit::of(error);
            let message = format!("{}: {error}", error.public_message());
            Answer::from(failure(exit, &message, hints)).with_error(error)
        }
        Verdict::NotUtf8 => {
            let message = "Invalid token: the token is not UTF-8";
            failure(Exit::Invalid, message, Vec::new()).into()
        }
        Verdict::NotVerified(Some(error)) => {
            let message = format!("{}: {error}", error.public_message());
            Answer::from(failure(Exit::Invalid, &message, Vec::new())).with_error(error)
        }
        Verdict::NotVerified(None) => {
            let message = "no secret was given: anybody can have written this token";
            let hint =
                format!("name a file with --secret PATH, or set {}", crate::secret::VARIABLE);
            failure(Exit::NotVerified, message, vec![hint]).into()
        }
    }
}

/// The claims set of a valid token.
fn claims(given: &Given) -> Option<String> {
    let payload = given.token.text()?.split('.').nth(1)?;
    String::from_utf8(jwt_pair::base64url::decode(payload).ok()?).ok()
}
