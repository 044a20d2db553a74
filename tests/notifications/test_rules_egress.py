"""Whom we may call, as a table of addresses and tricks."""

from ipaddress import ip_address

import pytest

from services.notifications.errors import AddressRefused
from services.notifications.rules.egress import (
    Approval,
    Fault,
    HostPort,
    Policy,
    Target,
    fault_of,
    first_fault,
    target_of,
)
from services.notifications.rules.networks import NAMES, NETWORKS, Tier, address_of, tier_of

OPEN, PRIVATE, NEVER = Tier.OPEN, Tier.PRIVATE, Tier.NEVER

ADDRESSES = (
    ("93.184.216.34", OPEN),
    ("1.1.1.1", OPEN),
    ("114.114.114.114", OPEN),
    ("100.63.255.255", OPEN),
    ("100.128.0.1", OPEN),
    ("172.15.255.255", OPEN),
    ("172.32.0.1", OPEN),
    ("192.0.1.1", OPEN),
    ("223.255.255.254", OPEN),
    ("168.63.129.15", OPEN),
    ("10.0.0.1", PRIVATE),
    ("10.255.255.255", PRIVATE),
    ("172.16.0.1", PRIVATE),
    ("172.31.255.254", PRIVATE),
    ("192.168.1.1", PRIVATE),
    ("100.64.0.1", PRIVATE),
    ("100.127.255.255", PRIVATE),
    ("0.0.0.0", NEVER),
    ("0.1.2.3", NEVER),
    ("127.0.0.1", NEVER),
    ("127.0.0.2", NEVER),
    ("127.255.255.255", NEVER),
    ("169.254.169.254", NEVER),
    ("169.254.170.2", NEVER),
    ("100.100.100.200", NEVER),
    ("168.63.129.16", NEVER),
    ("192.0.0.8", NEVER),
    ("192.0.0.192", NEVER),
    ("192.0.2.1", NEVER),
    ("198.51.100.7", NEVER),
    ("203.0.113.9", NEVER),
    ("192.88.99.1", NEVER),
    ("198.18.0.1", NEVER),
    ("198.19.255.255", NEVER),
    ("224.0.0.1", NEVER),
    ("239.255.255.250", NEVER),
    ("240.0.0.1", NEVER),
    ("255.255.255.255", NEVER),
    ("2400:3200::1", OPEN),
    ("2606:4700:4700::1111", OPEN),
    ("240e::1", OPEN),
    ("fc00::1", PRIVATE),
    ("fd12:3456:789a::1", PRIVATE),
    ("fd00:ec2::254", NEVER),
    ("::", NEVER),
    ("::1", NEVER),
    ("::7f00:1", NEVER),
    ("::a00:1", NEVER),
    ("::ffff:7f00:1", NEVER),
    ("::ffff:5db8:d822", NEVER),
    ("::ffff:0:7f00:1", NEVER),
    ("64:ff9b::a9fe:a9fe", NEVER),
    ("64:ff9b::7f00:1", NEVER),
    ("64:ff9b:1::a9fe:a9fe", NEVER),
    ("100::1", NEVER),
    ("2001::1", NEVER),
    ("2001:0:53aa:64c::1", NEVER),
    ("2001:10::1", NEVER),
    ("2001:db8::1", NEVER),
    ("2002:7f00:1::", NEVER),
    ("2002:a9fe:a9fe::1", NEVER),
    ("3fff::1", NEVER),
    ("4000::1", NEVER),
    ("5f00::1", NEVER),
    ("2400:3200::5efe:7f00:1", NEVER),
    ("2400:3200::200:5efe:a00:1", NEVER),
    ("fe80::1", NEVER),
    ("fe80::5efe:a9fe:a9fe", NEVER),
    ("fec0::1", NEVER),
    ("feff::1", NEVER),
    ("ff02::1", NEVER),
    ("ff0e::1", NEVER),
)


@pytest.mark.parametrize(("address", "tier"), ADDRESSES)
def test_an_address_stands_in_its_tier(address: str, tier: Tier) -> None:
    assert tier_of(ip_address(address)) is tier


POLICY = Policy(
    approvals=(
        Approval.parse("psb-110000 hooks.psb.internal:8443 10.20.0.0/16"),
        Approval.parse("psb-110000 10.20.0.5:8443 10.20.0.0/16"),
        Approval.parse("psb-110000 hooks.psb.example.cn:9443 10.20.0.0/16"),
    ),
    allowed=frozenset({HostPort.parse("127.0.0.1:9201"), HostPort.parse("receiver:8000")}),
)

PERMITTED = (
    ("https://hooks.cac.example.cn/casebridge", "https://hooks.cac.example.cn/casebridge"),
    ("HTTPS://Hooks.CAC.example.cn/Case?x=1", "https://hooks.cac.example.cn/Case?x=1"),
    ("https://hooks.cac.example.cn", "https://hooks.cac.example.cn/"),
    ("https://hooks.cac.example.cn:443/a", "https://hooks.cac.example.cn/a"),
    ("https://hooks.cac.example.cn:8443/a", "https://hooks.cac.example.cn:8443/a"),
    ("https://网信办.中国/in", "https://xn--vuqq0e197d.xn--fiqs8s/in"),
    ("https://a-b.example.cn/%E4%B8%AD", "https://a-b.example.cn/%E4%B8%AD"),
    ("http://127.0.0.1:9201/hooks", "http://127.0.0.1:9201/hooks"),
    ("http://receiver:8000/hooks/cac", "http://receiver:8000/hooks/cac"),
    ("https://hooks.psb.internal:8443/in", "https://hooks.psb.internal:8443/in"),
    ("https://10.20.0.5:8443/in", "https://10.20.0.5:8443/in"),
    ("https://hooks.psb.example.cn:9443/in", "https://hooks.psb.example.cn:9443/in"),
)


@pytest.mark.parametrize(("url", "called"), PERMITTED)
def test_an_address_of_the_right_form_is_called_as_written(url: str, called: str) -> None:
    assert target_of(url, "psb-110000", POLICY).url == called


TRICKS = (
    ("http://hooks.example.cn/", Fault.SCHEME),
    ("ftp://hooks.example.cn/", Fault.SCHEME),
    ("gopher://hooks.example.cn/", Fault.SCHEME),
    ("file:///etc/passwd", Fault.SCHEME),
    ("javascript:alert(1)", Fault.FORM),
    ("hooks.example.cn/in", Fault.FORM),
    ("//hooks.example.cn/in", Fault.FORM),
    ("https:hooks.example.cn", Fault.FORM),
    ("https:/hooks.example.cn", Fault.FORM),
    ("https:///in", Fault.HOST),
    ("", Fault.FORM),
    ("https://", Fault.HOST),
    ("https://user@hooks.example.cn/", Fault.USERINFO),
    ("https://user:word@hooks.example.cn/", Fault.USERINFO),
    ("https://hooks.example.cn:443@127.0.0.1/", Fault.USERINFO),
    ("https://127.0.0.1#@hooks.example.cn/", Fault.FRAGMENT),
    ("https://hooks.example.cn/in#part", Fault.FRAGMENT),
    ("https://hooks.example.cn\\@127.0.0.1/", Fault.FORM),
    ("https:\\\\hooks.example.cn/", Fault.FORM),
    ("https://hooks.example.cn/a b", Fault.FORM),
    ("https://hooks.example.cn/a\tb", Fault.FORM),
    ("https://hooks.example.cn/a\r\nX: 1", Fault.FORM),
    ("https://hooks.exa\tmple.cn/", Fault.HOST),
    ("https://hooks.example.cn\n/", Fault.HOST),
    (" https://hooks.example.cn/", Fault.FORM),
    ("https://hooks.example.cn/中", Fault.FORM),
    ("https://hooks.example.cn/\x00", Fault.FORM),
    ("https://hooks.example.cn/" + "a" * 2000, Fault.FORM),
    ("https://hooks%2eexample.cn/", Fault.HOST),
    ("https://hooks.example.cn%00.evil.cn/", Fault.HOST),
    ("https://hooks_a.example.cn/", Fault.HOST),
    ("https://-hooks.example.cn/", Fault.HOST),
    ("https://hooks..example.cn/", Fault.HOST),
    ("https://hooks.example.cn./", Fault.HOST),
    ("https://hooks/", Fault.HOST),
    ("https://" + "a" * 64 + ".cn/", Fault.HOST),
    ("https://" + "a.b" * 100 + ".cn/", Fault.HOST),
    ("https://hooks.example.cn:80/", Fault.PORT),
    ("https://hooks.example.cn:22/", Fault.PORT),
    ("https://hooks.example.cn:0/", Fault.PORT),
    ("https://hooks.example.cn:65536/", Fault.PORT),
    ("https://hooks.example.cn:99999/", Fault.PORT),
    ("https://hooks.example.cn:/", Fault.HOST),
    ("https://hooks.example.cn:+443/", Fault.HOST),
    ("https://hooks.example.cn:443:443/", Fault.HOST),
    ("https://93.184.216.34/", Fault.NUMERIC_HOST),
    ("https://127.0.0.1/", Fault.NUMERIC_HOST),
    ("https://127.1/", Fault.NUMERIC_HOST),
    ("https://127.0.1/", Fault.NUMERIC_HOST),
    ("https://2130706433/", Fault.NUMERIC_HOST),
    ("https://2130706434/", Fault.NUMERIC_HOST),
    ("https://0x7f000001/", Fault.NUMERIC_HOST),
    ("https://0X7F.0.0.1/", Fault.NUMERIC_HOST),
    ("https://0x7f.0x0.0x0.0x1/", Fault.NUMERIC_HOST),
    ("https://017700000001/", Fault.NUMERIC_HOST),
    ("https://0177.0.0.1/", Fault.NUMERIC_HOST),
    ("https://010.0.0.1/", Fault.NUMERIC_HOST),
    ("https://127.0.0.1./", Fault.NUMERIC_HOST),
    ("https://1.2.3.4.5/", Fault.NUMERIC_HOST),
    ("https://0/", Fault.NUMERIC_HOST),
    ("https://256.256.256.256/", Fault.NUMERIC_HOST),
    ("https://hooks.example.0x10/", Fault.NUMERIC_HOST),
    ("https://[::1]/", Fault.NUMERIC_HOST),
    ("https://[::ffff:127.0.0.1]/", Fault.NUMERIC_HOST),
    ("https://[64:ff9b::a9fe:a9fe]/", Fault.NUMERIC_HOST),
    ("https://[2400:3200::1]/", Fault.NUMERIC_HOST),
    ("https://[fe80::1%25eth0]/", Fault.HOST),
    ("https://[::1/", Fault.HOST),
    ("https://::1/", Fault.HOST),
    ("https://127。0。0。1/", Fault.HOST),
    ("https://①②⑦.⓪.⓪.①/", Fault.HOST),
    ("https://１２７.0.0.1/", Fault.HOST),
    ("https://ｌocalhost/", Fault.HOST),
    ("https://exampl\u200de.cn/", Fault.HOST),
    ("https://\u212aelvin.example.cn/", Fault.HOST),
    ("https://localhost/", Fault.NEVER),
    ("https://LOCALHOST:8443/", Fault.NEVER),
    ("https://a.localhost/", Fault.NEVER),
    ("https://localhost.localdomain/", Fault.NEVER),
    ("https://printer.local/", Fault.NEVER),
    ("https://metadata.google.internal/", Fault.NEVER),
    ("https://1.0.0.127.in-addr.arpa/", Fault.NEVER),
    ("https://abc.onion/", Fault.NEVER),
    ("https://hooks.psb.internal/", Fault.PRIVATE),
    ("https://other.psb.internal:8443/", Fault.PRIVATE),
    ("https://10.20.0.6:8443/", Fault.NUMERIC_HOST),
    ("http://hooks.psb.internal:8443/", Fault.SCHEME),
    ("http://127.0.0.1:9202/", Fault.SCHEME),
    ("https://127.0.0.1:9202/", Fault.PORT),
    ("http://receiver:8001/", Fault.SCHEME),
    ("http://receiver.evil.cn:8000/", Fault.SCHEME),
)


@pytest.mark.parametrize(("url", "fault"), TRICKS, ids=[ascii(url)[:60] for url, _ in TRICKS])
def test_a_trick_is_refused_with_its_reason(url: str, fault: Fault) -> None:
    with pytest.raises(AddressRefused) as refused:
        target_of(url, "psb-110000", POLICY)
    assert refused.value.data["fault"] is fault


def test_an_approval_holds_for_its_organisation_only() -> None:
    with pytest.raises(AddressRefused):
        target_of("https://hooks.psb.internal:8443/in", "cac-110000", POLICY)


RESOLVED = (
    ("hooks.psb.example.cn:9443", ("10.20.3.4",), None),
    ("hooks.psb.example.cn:9443", ("93.184.216.34",), None),
    ("hooks.psb.example.cn:9443", ("10.21.3.4",), Fault.PRIVATE),
    ("hooks.psb.example.cn:9443", ("127.0.0.1",), Fault.NEVER),
    ("hooks.cac.example.cn:443", ("93.184.216.34", "2400:3200::1"), None),
    ("hooks.cac.example.cn:443", ("93.184.216.34", "10.20.3.4"), Fault.PRIVATE),
    ("hooks.cac.example.cn:443", ("93.184.216.34", "169.254.169.254"), Fault.NEVER),
    ("hooks.cac.example.cn:443", ("::ffff:93.184.216.34",), Fault.NEVER),
    ("hooks.cac.example.cn:443", ("fe80::1%2",), Fault.NEVER),
    ("hooks.cac.example.cn:443", (), Fault.UNRESOLVED),
)


@pytest.mark.parametrize(("place", "addresses", "fault"), RESOLVED)
def test_all_addresses_of_a_name_must_be_permitted(
    place: str, addresses: tuple[str, ...], fault: Fault | None
) -> None:
    target = target_of(f"https://{place}/in", "psb-110000", POLICY)
    assert first_fault(addresses, target, POLICY) is fault


def test_a_listed_host_and_port_passes_every_gate() -> None:
    target = target_of("http://127.0.0.1:9201/", "anybody", POLICY)
    assert target.listed
    assert fault_of(ip_address("127.0.0.1"), target, POLICY) is None


def test_without_a_list_nothing_is_listed() -> None:
    target = Target("https://a.cn/", "a.cn", 443, "x", listed=False)
    assert fault_of(ip_address("127.0.0.1"), target, Policy()) is Fault.NEVER


@pytest.mark.parametrize("text", ["127.0.0.1", ":80", "host:", "host:0", "host:70000", "host:8O"])
def test_a_list_entry_is_an_exact_host_and_port(text: str) -> None:
    with pytest.raises(ValueError, match="is not host:port"):
        HostPort.parse(text)


def test_every_row_says_why_and_rests_on_something() -> None:
    assert all(row.why and row.basis for row in (*NETWORKS, *NAMES))


@pytest.mark.parametrize("text", ["127.0.0.01", "::ffff:1.2.3.4", "fe80::1%eth0", "1.2.3", "0:0:0:0:0:0:0:1"])
def test_only_the_canonical_spelling_is_an_address(text: str) -> None:
    assert address_of(text) is None
