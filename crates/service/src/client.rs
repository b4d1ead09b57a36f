//! Who the client is: its address behind proxies, and a name for its device.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

/// An IPv4 address, or the /64 of an IPv6 address: one customer of a provider has a whole /64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => {
                Self(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into())
            }
            v4 => Self(v4),
        }
    }
}

/// The address of the client: that entry of `X-Forwarded-For`, counted from the right, which the
/// outermost trusted proxy has added. What stands left of it, the client may have written.
///
/// Without such an entry the request did not come through all the proxies, and it is the peer's.
pub fn address(headers: &HeaderMap, peer: SocketAddr, trusted_hops: usize) -> IpAddr {
    let last = trusted_hops.checked_sub(1);
    let entries = headers.get_all("x-forwarded-for").into_iter().rev();
    let mut entries = entries.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let entry = last.and_then(|place| entries.nth(place)).and_then(parse);
    entry.unwrap_or(peer.ip()).to_canonical()
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`
fn parse(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let with_port = || entry.parse::<SocketAddr>().map(|address| address.ip()).ok();
    bare.parse().ok().or_else(with_port)
}

/// A name for a list of devices, such as `Firefox on Linux`, from words that browsers send.
pub fn label(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let find = |words: &[(&str, &'static str)]| {
        words.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name)
    };
    // Each later browser also sends the words of the earlier ones.
    let browsers = [
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chromium"),
        ("Safari/", "Safari"),
        ("python", "Python"),
        ("curl/", "curl"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    match (find(&browsers), find(&systems)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.into(),
        (None, None) => "Unknown device".into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test fails by panicking")]

    use axum::http::HeaderValue;

    use super::*;

    fn address_of(lines: &[&'static str], hops: usize) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).expect("a value"));
        }
        let peer = "10.0.0.1:5000".parse().expect("an address");
        address(&headers, peer, hops).to_string()
    }

    #[test]
    fn hops_are_counted_from_the_right() {
        for (lines, hops, expected) in [
            (&["1.1.1.1, 2.2.2.2"][..], 0, "10.0.0.1"),
            (&["1.1.1.1, 2.2.2.2"], 1, "2.2.2.2"),
            (&["1.1.1.1, 2.2.2.2"], 2, "1.1.1.1"),
            (&["1.1.1.1, 2.2.2.2"], 3, "10.0.0.1"),
            (&["1.1.1.1", "2.2.2.2,3.3.3.3"], 3, "1.1.1.1"),
            (&["1.1.1.1", "2.2.2.2,3.3.3.3"], 2, "2.2.2.2"),
            (&[], 1, "10.0.0.1"),
            (&["garbage"], 1, "10.0.0.1"),
            (&["1.1.1.1:80"], 1, "1.1.1.1"),
            (&["[2001:db8::1]:80"], 1, "2001:db8::1"),
            (&["[2001:db8::1]"], 1, "2001:db8::1"),
            (&["::ffff:1.1.1.1"], 1, "1.1.1.1"),
            // What the client has written, of whatever bytes, takes no entry from the proxies.
            (&["ü, 2.2.2.2"], 1, "2.2.2.2"),
            (&["1.1.1.1, ü, 2.2.2.2"], 3, "1.1.1.1"),
            (&["2.2.2.2, ü"], 1, "10.0.0.1"),
        ] {
            assert_eq!(address_of(lines, hops), expected, "{lines:?} {hops}");
        }
    }

    #[test]
    fn a_label_names_browser_and_system() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
                "Edge on Windows",
            ),
            ("curl/8.5.0", "curl"),
            ("", "Unknown device"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(label(&headers), expected);
        }
    }
}
