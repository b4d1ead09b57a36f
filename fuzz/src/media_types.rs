//! Media types by the rule of RFC 7515 §4.1.9, as it stands there.

/// Whether both texts name one media type: "A recipient using the media type value MUST treat it as
/// if "application/" were prepended to any "typ" value not containing a '/'". Case does not count.
pub fn is_same(one: &str, other: &str) -> bool {
    full(one) == full(other)
}

fn full(media_type: &str) -> String {
    let prefix = if media_type.contains('/') { "" } else { "application/" };
    format!("{prefix}{media_type}").to_ascii_lowercase()
}

/// Whether a token with this `typ` passes where none is named.
pub fn is_jwt_or_absent(typ: Option<&str>) -> bool {
    typ.is_none_or(|typ| is_same(typ, "JWT"))
}
