//! What the tokens say, and what is no token.

pub fn access_payload(iat: u64, exp: u64) -> String {
    format!(
        r#"{{"user_id":123,"user_type":"customer","session_id":"session123","exp":{exp},"iat":{iat}}}"#
    )
}

pub fn data_payload(exp: u64, bytes: usize) -> String {
    let frame = format!(r#"{{"exp":{exp},"data":""}}"#);
    let data: String = ('a'..='z').cycle().take(bytes - frame.len()).collect();
    frame.replace(r#""""#, &format!(r#""{data}""#))
}

/// Many names, of which each has to be told from all before it.
pub fn members_payload(exp: u64, count: usize) -> String {
    let members: String = (0..count).map(|at| format!(r#","m{at}":{at}"#)).collect();
    format!(r#"{{"exp":{exp}{members}}}"#)
}

/// Printable ASCII from a fixed seed, dots and all.
pub fn noise(bytes: usize) -> String {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'!' + (state >> 16) as u8 % 94)
    };
    std::iter::repeat_with(next).take(bytes).collect()
}
