//! Decides which network addresses must never be contacted.
//!
//! Anyone can propose a page for an archive, with any URL in it. Checking such a URL must not make
//! the machine contact itself, its local network or the metadata service of its cloud. This module
//! performs no input or output, so both rules and `sources` can use it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use strum::{IntoStaticStr, VariantArray};
use url::Host;

/// The kind of an address that must not be contacted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, VariantArray, IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case", suffix = "-address")]
pub enum AddressClass {
    /// `0.0.0.0` and `::`, which many systems treat as the machine itself.
    #[default]
    Unspecified,
    /// `127.0.0.0/8`, `::1` and the name `localhost`: the machine itself.
    Loopback,
    /// `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` and the local-use NAT64 range.
    Private,
    /// `169.254.0.0/16` and `fe80::/10`.
    LinkLocal,
    /// `fec0::/10`, the predecessor of unique local addresses.
    SiteLocal,
    /// `fc00::/7`: the private addresses of IPv6.
    UniqueLocal,
    /// `100.64.0.0/10`: addresses that the customers of a provider share.
    Cgnat,
    /// `198.18.0.0/15`: addresses for tests of network equipment.
    Benchmarking,
    /// `192.0.2.0/24`, `198.51.100.0/24`, `203.0.113.0/24`, `2001:db8::/32` and `3fff::/20`.
    Documentation,
    /// `224.0.0.0/4` and `ff00::/8`.
    Multicast,
    /// `255.255.255.255`.
    Broadcast,
    /// Addresses that standards reserve for uses other than public servers.
    Reserved,
    /// Addresses and names of cloud metadata services, which give machines their credentials.
    Metadata,
}

impl AddressClass {
    /// Returns the code that ledgers store, such as `private-address`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}

impl fmt::Display for AddressClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "an unspecified address",
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::LinkLocal => "a link-local address",
            Self::SiteLocal => "a site-local address",
            Self::UniqueLocal => "a unique local address",
            Self::Cgnat => "a carrier-grade NAT address",
            Self::Benchmarking => "a benchmarking address",
            Self::Documentation => "a documentation address",
            Self::Multicast => "a multicast address",
            Self::Broadcast => "a broadcast address",
            Self::Reserved => "a reserved address",
            Self::Metadata => "a cloud metadata address",
        })
    }
}

/// Returns the class of an address that must not be contacted, or `None` for a public address.
///
/// An IPv6 address that contains an IPv4 address (mapped, compatible, translated, NAT64, 6to4 or
/// Teredo) has the class of the IPv4 address. Retired and local forms are refused even if the IPv4
/// address is public.
#[must_use]
pub fn refused_class(ip: IpAddr) -> Option<AddressClass> {
    match ip {
        IpAddr::V4(ip) => refused_v4(ip),
        IpAddr::V6(ip) => refused_v6(ip),
    }
}

/// A policy that refuses all addresses that are not public, except for those in ranges that the
/// user allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressPolicy {
    allowed: Vec<IpNet>,
}

impl AddressPolicy {
    /// Creates a policy that refuses the addresses of every [`AddressClass`], except for addresses
    /// in `allowed`.
    #[must_use]
    pub fn new(allowed: Vec<IpNet>) -> Self {
        Self { allowed }
    }

    /// Returns whether the user allowed any range.
    #[must_use]
    pub fn opens_any(&self) -> bool {
        !self.allowed.is_empty()
    }

    /// Returns whether an address is in an allowed range.
    ///
    /// An IPv4 range also allows the IPv4-mapped form of its addresses, because both reach the same
    /// machine. Other IPv6 addresses that contain an IPv4 address go through a gateway, so they
    /// need a range of their own.
    #[must_use]
    pub fn opens(&self, ip: IpAddr) -> bool {
        let plain = ip.to_canonical();
        self.allowed.iter().any(|net| net.contains(&ip) || net.contains(&plain))
    }

    /// Checks whether an address may be contacted.
    ///
    /// # Errors
    /// Returns the class of the address if it must not be contacted.
    pub fn check(&self, ip: IpAddr) -> Result<(), AddressClass> {
        match refused_class(ip) {
            Some(class) if !self.opens(ip) => Err(class),
            _ => Ok(()),
        }
    }

    /// Checks whether a host may be contacted, judging by the URL alone. If a name passes, the
    /// caller must still resolve it and check each of its addresses.
    ///
    /// # Errors
    /// Returns the class of the host if it must not be contacted.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "`Url::host` returns the host by value, and moving it is cheap"
    )]
    pub fn check_host(&self, host: Host<&str>) -> Result<(), AddressClass> {
        match host {
            Host::Ipv4(ip) => self.check(ip.into()),
            Host::Ipv6(ip) => self.check(ip.into()),
            // A refused name passes if its usual address is allowed. The addresses that it resolves
            // to are checked later in any case.
            Host::Domain(name) => match refused_name(name) {
                Some(AddressClass::Loopback)
                    if self.opens(Ipv4Addr::LOCALHOST.into())
                        || self.opens(Ipv6Addr::LOCALHOST.into()) =>
                {
                    Ok(())
                }
                Some(AddressClass::Metadata) if self.opens(METADATA_V4[0].into()) => Ok(()),
                Some(class) => Err(class),
                None => Ok(()),
            },
        }
    }
}

/// The IPv4 addresses of metadata services: the common address of most clouds, and those of
/// container tasks, Azure and Alibaba.
const METADATA_V4: [Ipv4Addr; 4] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
];

/// The IPv6 addresses of metadata services, from two clouds.
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

fn refused_name(name: &str) -> Option<AddressClass> {
    // A trailing dot only marks the name as fully qualified.
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    if last.eq_ignore_ascii_case("localhost") {
        return Some(AddressClass::Loopback);
    }
    ["metadata.google.internal", "metadata.goog"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
        .then_some(AddressClass::Metadata)
}

fn refused_v4(ip: Ipv4Addr) -> Option<AddressClass> {
    if METADATA_V4.contains(&ip) {
        return Some(AddressClass::Metadata);
    }
    Some(match ip.octets() {
        [0, 0, 0, 0] => AddressClass::Unspecified,
        [127, ..] => AddressClass::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => AddressClass::Private,
        [169, 254, ..] => AddressClass::LinkLocal,
        [100, 64..=127, ..] => AddressClass::Cgnat,
        [198, 18..=19, ..] => AddressClass::Benchmarking,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => AddressClass::Documentation,
        [224..=239, ..] => AddressClass::Multicast,
        [255, 255, 255, 255] => AddressClass::Broadcast,
        // "This network" (0), future use (240 to 255), protocol assignments (192.0.0) and retired
        // 6to4 relays (192.88.99).
        [0 | 240..=255, ..] | [192, 0, 0, _] | [192, 88, 99, _] => AddressClass::Reserved,
        _ => return None,
    })
}

fn refused_v6(ip: Ipv6Addr) -> Option<AddressClass> {
    if METADATA_V6.contains(&ip) {
        return Some(AddressClass::Metadata);
    }
    let parts = ip.segments();
    // Returns the IPv4 address in two neighbouring segments.
    let carried = |at: usize| {
        let [a, b] = parts[at].to_be_bytes();
        let [c, d] = parts[at + 1].to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    Some(match parts {
        [0, 0, 0, 0, 0, 0, 0, 0] => AddressClass::Unspecified,
        [0, 0, 0, 0, 0, 0, 0, 1] => AddressClass::Loopback,
        // IPv4-mapped and NAT64 with its well-known prefix. Public servers use these forms, so
        // public addresses are allowed.
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => {
            return refused_v4(carried(6));
        }
        // IPv4-compatible and IPv4-translated. These forms are retired, so public addresses are
        // refused too.
        [0, 0, 0, 0, 0 | 0xffff, 0, ..] => refused_v4(carried(6)).unwrap_or(AddressClass::Reserved),
        // NAT64 for local use. The operator chooses the position of the IPv4 address, so public
        // addresses are refused too.
        [0x64, 0xff9b, 1, ..] => refused_v4(carried(6)).unwrap_or(AddressClass::Private),
        // Teredo: contains the server's address, and the client's address with every bit inverted.
        [0x2001, 0, ..] => refused_v4(carried(2))
            .or_else(|| refused_v4(Ipv4Addr::from_bits(!carried(6).to_bits())))
            .unwrap_or(AddressClass::Reserved),
        [0x2002, ..] => return refused_v4(carried(1)),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => AddressClass::Documentation,
        // The rest of the protocol assignments, 2001::/23.
        [0x2001, 0..=0x01ff, ..] => AddressClass::Reserved,
        [0xfc00..=0xfdff, ..] => AddressClass::UniqueLocal,
        [0xfe80..=0xfebf, ..] => AddressClass::LinkLocal,
        [0xfec0..=0xfeff, ..] => AddressClass::SiteLocal,
        [0xff00..=0xffff, ..] => AddressClass::Multicast,
        // Only addresses in 2000::/3 have ever been assigned to hosts.
        [0x2000..=0x3fff, ..] => return None,
        _ => AddressClass::Reserved,
    })
}

#[cfg(test)]
mod tests {
    use super::AddressClass::{
        Benchmarking, Broadcast, Cgnat, Documentation, LinkLocal, Loopback, Metadata, Multicast,
        Private, Reserved, SiteLocal, UniqueLocal, Unspecified,
    };
    use super::*;
    use url::Url;

    fn class(text: &str) -> Option<AddressClass> {
        refused_class(text.parse().unwrap())
    }

    fn host_class(url: &str) -> Option<AddressClass> {
        AddressPolicy::default().check_host(Url::parse(url).unwrap().host().unwrap()).err()
    }

    #[test]
    fn ipv4_ranges_are_refused_from_their_first_address_to_their_last() {
        for (first, last, expected) in [
            ("0.0.0.1", "0.255.255.255", Reserved),
            ("10.0.0.0", "10.255.255.255", Private),
            ("100.64.0.0", "100.127.255.255", Cgnat),
            ("127.0.0.0", "127.255.255.255", Loopback),
            ("169.254.0.0", "169.254.255.255", LinkLocal),
            ("172.16.0.0", "172.31.255.255", Private),
            ("192.0.0.0", "192.0.0.255", Reserved),
            ("192.0.2.0", "192.0.2.255", Documentation),
            ("192.88.99.0", "192.88.99.255", Reserved),
            ("192.168.0.0", "192.168.255.255", Private),
            ("198.18.0.0", "198.19.255.255", Benchmarking),
            ("198.51.100.0", "198.51.100.255", Documentation),
            ("203.0.113.0", "203.0.113.255", Documentation),
            ("224.0.0.0", "239.255.255.255", Multicast),
            ("240.0.0.0", "255.255.255.254", Reserved),
        ] {
            assert_eq!(class(first), Some(expected), "{first}");
            assert_eq!(class(last), Some(expected), "{last}");
        }
        assert_eq!(class("0.0.0.0"), Some(Unspecified));
        assert_eq!(class("255.255.255.255"), Some(Broadcast));
    }

    #[test]
    fn neighbours_of_the_ranges_are_public() {
        let public = "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 \
             128.0.0.0 169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 \
             198.17.255.255 198.20.0.0 223.255.255.255 168.63.129.17 2001:200::1 \
             2606:4700::1111 2a00:1450:4001::200e 3ffe::1";
        for ip in public.split_whitespace() {
            assert_eq!(class(ip), None, "{ip}");
        }
    }

    #[test]
    fn ipv6_ranges_are_refused() {
        for (ip, expected) in [
            ("::", Unspecified),
            ("::1", Loopback),
            ("fe80::1", LinkLocal),
            ("febf:ffff::1", LinkLocal),
            ("fec0::1", SiteLocal),
            ("fc00::1", UniqueLocal),
            ("fdff:ffff::1", UniqueLocal),
            ("ff02::1", Multicast),
            ("2001:db8::1", Documentation),
            ("3fff:fff::1", Documentation),
            ("2001:2::1", Reserved),
            ("2001:1ff::1", Reserved),
            ("100::1", Reserved),
            ("5f00::1", Reserved),
            ("4000::1", Reserved),
        ] {
            assert_eq!(class(ip), Some(expected), "{ip}");
        }
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_one_is_checked_too() {
        for (ip, expected) in [
            ("::ffff:127.0.0.1", Some(Loopback)),
            ("::ffff:169.254.169.254", Some(Metadata)),
            ("::ffff:93.184.216.34", None),
            ("::127.0.0.1", Some(Loopback)),
            ("::93.184.216.34", Some(Reserved)),
            ("::ffff:0:10.0.0.1", Some(Private)),
            ("64:ff9b::10.0.0.1", Some(Private)),
            ("64:ff9b::93.184.216.34", None),
            ("64:ff9b:1::10.0.0.1", Some(Private)),
            ("64:ff9b:1:fffe::127.0.0.1", Some(Loopback)),
            ("64:ff9b:1::93.184.216.34", Some(Private)),
            ("2002:7f00:1::", Some(Loopback)),
            ("2002:a9fe:a9fe::1", Some(Metadata)),
            ("2002:5db8:d822::1", None),
            // Teredo with the server 192.168.0.1, and Teredo with a public server and the client
            // 127.0.0.1.
            ("2001:0:c0a8:1::", Some(Private)),
            ("2001:0:4136:e378:8000:63bf:80ff:fffe", Some(Loopback)),
        ] {
            assert_eq!(class(ip), expected, "{ip}");
        }
    }

    #[test]
    fn metadata_services_are_known_by_name() {
        for ip in ["169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254"] {
            assert_eq!(class(ip), Some(AddressClass::Metadata), "{ip}");
        }
        for url in ["http://metadata.google.internal/x", "http://Metadata.Google.Internal./x"] {
            assert_eq!(host_class(url), Some(AddressClass::Metadata), "{url}");
        }
    }

    #[test]
    fn every_spelling_of_a_loopback_host_is_refused() {
        let hosts = "127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 127.0.0.1. \
             %31%32%37.0.0.1 127。0。0。1 [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] \
             [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] localhost \
             LOCALHOST localhost. a.b.localhost a.localhost.";
        for host in hosts.split_whitespace() {
            let url = format!("http://{host}/page");
            assert_eq!(host_class(&url), Some(AddressClass::Loopback), "{host}");
        }
        for host in ["localhost.example", "notlocalhost", "internal", "example.org"] {
            assert_eq!(host_class(&format!("http://{host}/")), None, "{host}");
        }
    }

    #[test]
    fn an_opened_range_admits_its_addresses_and_nothing_else() {
        let policy = AddressPolicy::new(vec!["127.0.0.0/8".parse().unwrap()]);
        for ip in ["127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1", "93.184.216.34"] {
            assert_eq!(policy.check(ip.parse().unwrap()), Ok(()), "{ip}");
        }
        for ip in ["::1", "10.0.0.1", "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"] {
            assert!(policy.check(ip.parse().unwrap()).is_err(), "{ip}");
        }
        assert!(!policy.opens("93.184.216.34".parse().unwrap()));
        assert_eq!(policy.check_host(Host::Domain("localhost")), Ok(()));
        assert_eq!(
            policy.check_host(Host::Domain("metadata.google.internal")),
            Err(AddressClass::Metadata)
        );
        assert_eq!(
            AddressPolicy::default().check_host(Host::Domain("localhost")),
            Err(AddressClass::Loopback)
        );
        assert!(!AddressPolicy::default().opens_any());
    }

    #[test]
    fn classes_read_as_words() {
        assert_eq!(AddressClass::Loopback.to_string(), "a loopback address");
        assert_eq!(AddressClass::Metadata.to_string(), "a cloud metadata address");
    }
}
