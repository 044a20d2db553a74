"""Whom we may call: what an address must look like, and where it may lead.

Gate 1 is the address as written (`target_of`), gate 2 every address its name resolves to, gate 3 the address
of the very socket that is opened (both `fault_of`). A host and port on the start-up list pass all three.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

import idna

from services.notifications.errors import AddressRefused
from services.notifications.rules.networks import Address, Tier, address_of, tier_of, tier_of_name


class Fault(StrEnum):
    """Why an address is refused."""

    FORM = "form"  # not scheme://host[:port]/path?query in printable ASCII
    SCHEME = "scheme"
    USERINFO = "userinfo"
    FRAGMENT = "fragment"
    HOST = "host"  # not a name of two or more labels, nor a permitted address
    NUMERIC_HOST = "numeric_host"  # an IP address, or what some software would read as one
    PORT = "port"
    NEVER = "never"  # in a network or under a name that is never called
    PRIVATE = "private"  # in a private network without an approval
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class HostPort:
    """An exact host and port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "HostPort":
        """Of `host:port`, `[v6]:port`; ValueError for anything else."""
        host, _, port = text.strip().rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:
            raise ValueError(f"{text!r} is not host:port")
        return cls(host.strip("[]").lower(), int(port))


@dataclass(frozen=True, slots=True)
class Approval:
    """One organisation may be called in one private network, under one host and port."""

    org: str
    host: str
    port: int
    network: IPv4Network | IPv6Network

    @classmethod
    def parse(cls, text: str) -> "Approval":
        """Of `org host:port network`; ValueError for anything else."""
        org, place, network = text.split()
        at = HostPort.parse(place)
        return cls(org, at.host, at.port, ip_network(network))


@dataclass(frozen=True, slots=True)
class Policy:
    """What this installation permits beyond the tables: ports, partners in private networks, exact hosts."""

    ports: frozenset[int] = frozenset({443, 8443})
    approvals: tuple[Approval, ...] = ()
    allowed: frozenset[HostPort] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """An address that passed gate 1: where to connect, for whom, and whether the start-up list names it."""

    url: str
    host: str
    port: int
    org: str
    listed: bool


_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>(/[!-~]*)?(\?[!-~]*)?)"
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:@]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DEFAULT_PORTS = {"https": 443, "http": 80}
LONGEST_URL = 2000


def target_of(url: str, org: str, policy: Policy) -> Target:
    """The address as it will be called (gate 1), or AddressRefused with the fault."""
    scheme, authority, rest = _parts(url)
    host, port = _host_and_port(authority, scheme)
    listed = HostPort(host.strip("[]"), port) in policy.allowed
    if not listed:
        _check_scheme_and_port(scheme, port, host, policy, org)
        _check_host(host, port, policy, org)
    place = host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
    return Target(f"{scheme}://{place}{rest or '/'}", host.strip("[]"), port, org, listed)


def fault_of(address: Address, target: Target, policy: Policy) -> Fault | None:
    """Why the address that the target's host led to may not be called (gates 2 and 3), or None."""
    if target.listed:
        return None
    tier = tier_of(address)
    if tier is Tier.PRIVATE:
        approvals = _approvals(target.host, target.port, policy, target.org)
        return None if any(address in each.network for each in approvals) else Fault.PRIVATE
    return Fault.NEVER if tier is Tier.NEVER else None


def first_fault(addresses: Iterable[str], target: Target, policy: Policy) -> Fault | None:
    """The first fault among all addresses that a name resolved to; none at all is a fault too."""
    found = list(addresses)
    for text in found:
        address = address_of(text)
        fault = Fault.NEVER if address is None else fault_of(address, target, policy)
        if fault:
            return fault
    return None if found else Fault.UNRESOLVED


def _parts(url: str) -> tuple[str, str, str]:
    if len(url) > LONGEST_URL or "\\" in url:
        raise AddressRefused(fault=Fault.FORM)
    match = _URL.fullmatch(url)
    if match is None:
        raise AddressRefused(fault=Fault.FRAGMENT if "#" in url else Fault.FORM)
    if "@" in match["authority"]:
        raise AddressRefused(fault=Fault.USERINFO)
    scheme = match["scheme"].lower()
    if scheme not in _DEFAULT_PORTS:
        raise AddressRefused(fault=Fault.SCHEME)
    if "#" in match["rest"]:
        raise AddressRefused(fault=Fault.FRAGMENT)
    return scheme, match["authority"], match["rest"]


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise AddressRefused(fault=Fault.HOST)
    port = int(match["port"]) if match["port"] else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise AddressRefused(fault=Fault.PORT)
    host = match["host"]
    return (host.lower() if host.isascii() else _ascii(host)), port


def _ascii(host: str) -> str:
    """The host's ASCII form by IDNA 2008 without any mapping: look-alike digits and dots are refused."""
    try:
        return idna.encode(host, strict=True, std3_rules=True).decode()
    except idna.IDNAError:
        raise AddressRefused(fault=Fault.HOST) from None


def _check_scheme_and_port(scheme: str, port: int, host: str, policy: Policy, org: str) -> None:
    if scheme != "https":
        raise AddressRefused(fault=Fault.SCHEME)
    if port not in policy.ports and not _approvals(host.strip("[]"), port, policy, org):
        raise AddressRefused(fault=Fault.PORT)


def _check_host(host: str, port: int, policy: Policy, org: str) -> None:
    labels = host.split(".")
    if host.startswith("[") or _NUMBER.fullmatch(labels[-1]) or (labels[-1] == "" and _looks_numeric(labels)):
        _check_literal(host.strip("[]"), port, policy, org)
    elif len(host) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused(fault=Fault.NEVER if tier_of_name(host) is Tier.NEVER else Fault.HOST)
    else:
        _check_name(host, port, policy, org)


def _looks_numeric(labels: list[str]) -> bool:
    return len(labels) > 1 and bool(_NUMBER.fullmatch(labels[-2]))


def _check_literal(host: str, port: int, policy: Policy, org: str) -> None:
    """An IP address as host passes only canonically spelt and with an approval that names it."""
    address = address_of(host)
    approved = address is not None and tier_of(address) is not Tier.NEVER
    if not approved or not _approvals(host, port, policy, org):
        raise AddressRefused(fault=Fault.NUMERIC_HOST)


def _check_name(host: str, port: int, policy: Policy, org: str) -> None:
    tier = tier_of_name(host)
    if tier is Tier.NEVER:
        raise AddressRefused(fault=Fault.NEVER)
    if tier is Tier.PRIVATE and not _approvals(host, port, policy, org):
        raise AddressRefused(fault=Fault.PRIVATE)


def _approvals(host: str, port: int, policy: Policy, org: str) -> list[Approval]:
    return [each for each in policy.approvals if (each.org, each.host, each.port) == (org, host, port)]
