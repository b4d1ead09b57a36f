//! Numbers that every reader of JSON takes for the same number.

/// Whether an integer is beyond 64 bits: a reader would take another number for it.
pub(crate) fn has_inexact_integer(json: &str) -> bool {
    let (mut in_string, mut escaped) = (false, false);
    let outside: String = json
        .chars()
        .map(|c| {
            let was_in_string = in_string;
            in_string ^= c == '"' && !escaped;
            escaped = c == '\\' && was_in_string && !escaped;
            if was_in_string || in_string { ' ' } else { c }
        })
        .collect();
    let is_part = |c: char| c.is_ascii_digit() || ['-', '+', '.', 'e', 'E'].contains(&c);
    let is_exact = |number: &str| {
        number.contains(['.', 'e', 'E'])
            || number.parse::<i64>().is_ok()
            || number.parse::<u64>().is_ok()
    };
    let mut numbers = outside.split(|c| !is_part(c)).filter(|part| part.contains(char::is_numeric));
    numbers.any(|number| !is_exact(number))
}
