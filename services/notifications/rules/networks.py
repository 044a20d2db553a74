"""The networks and names that we do not call by ourselves: our own list, line by line.

Python's `is_global` answers another question: it calls NAT64, 6to4, site-local and multicast addresses
global. So every network is named here with the reason, and IPv6 is open only inside 2000::/3.
"""

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from shared.citation import OURS, Citation

Address = IPv4Address | IPv6Address
GUARD = OURS["egress guard"]


class Tier(StrEnum):
    """How far an address lies from where we may call."""

    OPEN = "open"
    PRIVATE = "private"  # only with an approval of network, host, port and organisation
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Network:
    """One network that is not open, and why."""

    cidr: IPv4Network | IPv6Network
    tier: Tier
    why: str
    basis: Citation = GUARD


@dataclass(frozen=True, slots=True)
class Name:
    """One name, with all names under it, that is not open, and why."""

    suffix: str
    tier: Tier
    why: str
    basis: Citation = GUARD


def _never(cidr: str, why: str) -> Network:
    return Network(ip_network(cidr), Tier.NEVER, why)


def _private(cidr: str, why: str) -> Network:
    return Network(ip_network(cidr), Tier.PRIVATE, why)


NETWORKS = (
    _never("0.0.0.0/8", "this host on this network"),
    _never("127.0.0.0/8", "loopback"),
    _never("169.254.0.0/16", "link-local, instance metadata"),
    _never("100.100.100.200/32", "instance metadata of a cloud operator"),
    _never("168.63.129.16/32", "host service of a cloud operator"),
    _never("192.0.0.0/24", "protocol assignments, instance metadata of a cloud operator"),
    _never("192.0.2.0/24", "documentation"),
    _never("198.51.100.0/24", "documentation"),
    _never("203.0.113.0/24", "documentation"),
    _never("192.31.196.0/24", "AS112 service"),
    _never("192.52.193.0/24", "multicast tunnelling"),
    _never("192.88.99.0/24", "6to4 relays"),
    _never("192.175.48.0/24", "AS112 service"),
    _never("198.18.0.0/15", "benchmarking"),
    _never("224.0.0.0/4", "multicast"),
    _never("240.0.0.0/4", "reserved, broadcast"),
    _private("10.0.0.0/8", "private use"),
    _private("172.16.0.0/12", "private use"),
    _private("192.168.0.0/16", "private use"),
    _private("100.64.0.0/10", "shared by carriers"),
    _never("::/128", "unspecified"),
    _never("::1/128", "loopback"),
    _never("::/96", "IPv4-compatible"),
    _never("::ffff:0:0/96", "IPv4-mapped"),
    _never("::ffff:0:0:0/96", "IPv4-translated"),
    _never("64:ff9b::/96", "NAT64: an IPv4 address in disguise"),
    _never("64:ff9b:1::/48", "local NAT64: an IPv4 address in disguise"),
    _never("100::/64", "discard only"),
    _never("2001::/32", "Teredo: an IPv4 address in disguise"),
    _never("2001::/23", "protocol assignments"),
    _never("2001:db8::/32", "documentation"),
    _never("2002::/16", "6to4: an IPv4 address in disguise"),
    _never("2620:4f:8000::/48", "AS112 service"),
    _never("3fff::/20", "documentation"),
    _never("5f00::/16", "segment routing"),
    _never("fd00:ec2::/32", "instance metadata of a cloud operator"),
    _private("fc00::/7", "unique local"),
    _never("fe80::/10", "link-local"),
    _never("fec0::/10", "site-local"),
    _never("ff00::/8", "multicast"),
)

NAMES = (
    Name("localhost", Tier.NEVER, "loopback"),
    Name("localdomain", Tier.NEVER, "loopback"),
    Name("local", Tier.NEVER, "multicast name service"),
    Name("metadata.google.internal", Tier.NEVER, "instance metadata"),
    Name("arpa", Tier.NEVER, "infrastructure names"),
    Name("onion", Tier.NEVER, "not in the name service"),
    Name("invalid", Tier.NEVER, "never resolves"),
    Name("internal", Tier.PRIVATE, "private use"),
    Name("intranet", Tier.PRIVATE, "private use"),
    Name("lan", Tier.PRIVATE, "private use"),
)

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_STRICTNESS = {Tier.OPEN: 0, Tier.PRIVATE: 1, Tier.NEVER: 2}


def tier_of(address: Address) -> Tier:
    """The strictest tier of the networks that hold the address; IPv6 beyond 2000::/3 is never open."""
    tiers = [row.tier for row in NETWORKS if row.cidr.version == address.version and address in row.cidr]
    if isinstance(address, IPv6Address):
        if int(address) >> 32 & 0xFFFF_FFFF in _ISATAP:
            return Tier.NEVER
        if not tiers and address not in _GLOBAL_UNICAST:
            return Tier.NEVER
    return max(tiers, key=_STRICTNESS.__getitem__, default=Tier.OPEN)


def tier_of_name(host: str) -> Tier:
    """The strictest tier of the rows that name the host or a domain above it."""
    tiers = [row.tier for row in NAMES if host == row.suffix or host.endswith(f".{row.suffix}")]
    return max(tiers, key=_STRICTNESS.__getitem__, default=Tier.OPEN)


def address_of(text: str) -> Address | None:
    """The address in its canonical spelling without a zone; anything else is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address if str(address) == text.lower() and "%" not in text else None
