//! `secret`: a new random secret. It is the only command that shows one, and it shows no other.

use clap::{Args, ValueEnum};
use jwt_pair::base64url;
use zeroize::Zeroizing;

use crate::answer::{Answer, Failure};
use crate::exit::Exit;
use crate::world::World;

/// How a new secret is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Written {
    /// Base64url without padding
    Base64url,
    /// Two hexadecimal digits for each byte
    Hex,
    /// Base64 with padding
    Base64,
}

/// What the new secret is like.
#[derive(Debug, Args)]
pub(crate) struct NewSecret {
    /// How it is written. Everything that reads it must take it in one way: as the text that it is,
    /// as this command does, or as the bytes that it stands for: --secret-format hex or base64
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Written::Base64url)]
    format: Written,
    /// How many random bits it has: 256 to 4096, a multiple of 8
    #[arg(long, value_name = "BITS", default_value_t = 256, value_parser = bits)]
    bits: usize,
}

fn bits(text: &str) -> Result<usize, &'static str> {
    let bits = text.parse().ok().filter(|bits| (256..=4096).contains(bits) && bits % 8 == 0);
    bits.ok_or("it must be 256 to 4096, a multiple of 8")
}

pub(crate) fn secret(arguments: &NewSecret, world: &mut dyn World) -> Result<Answer, Failure> {
    let mut bytes = Zeroizing::new(vec![0; arguments.bits / 8]);
    world.random(&mut bytes).map_err(|error| Failure::usage(format!("randomness: {error}")))?;
    let text = match arguments.format {
        Written::Base64url => base64url::encode(&bytes),
        Written::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        Written::Base64 => {
            let text = base64url::encode(&bytes).replace('-', "+").replace('_', "/");
            let padding = text.len().next_multiple_of(4).saturating_sub(text.len());
            text + &"=".repeat(padding)
        }
    };
    Ok(Answer::new(Exit::Valid, format!("{text}\n")).with("secret", text))
}
