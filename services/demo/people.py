"""Who takes part in the walk: offices and agencies of one province, and the people who act for them."""

from dataclasses import dataclass

SUPREME = "000000"
PROVINCE = "330000"
CITY = "330100"
PRIMARY = "330110"
DISTRICT = "330106"
OUTSIDER = "440103"

POLICE = "330106-ga"
CYBERSPACE = "330106-wx"
ADDRESSEE = "330110-wx"
# code: (kind, name, division, the kind of lead the duty register sends it, and on which basis)
AGENCIES = {
    POLICE: ("public_security", "杭州市公安局西湖区分局", DISTRICT, "criminal_lead", "sample duty register"),
    CYBERSPACE: ("cyberspace", "西湖区互联网信息办公室", DISTRICT, "administrative_lead", "PIPL 60"),
    ADDRESSEE: ("cyberspace", "余杭区互联网信息办公室", PRIMARY, "administrative_lead", "PIPL 60"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts for an office or an agency."""

    sub: str
    title: str
    org: str
    roles: tuple[str, ...]


def _office(org: str, place: str) -> dict[str, Person]:
    return {
        "prosecutor": Person(f"{org}-prosecutor", f"{place} prosecutor 检察官", org, ("prosecutor",)),
        "head": Person(f"{org}-head", f"{place} department head 部门负责人", org, ("department_head",)),
        "chief": Person(f"{org}-chief", f"{place} chief procurator 检察长", org, ("chief",)),
        "clerk": Person(f"{org}-clerk", f"{place} clerk 书记员", org, ("clerk",)),
    }


AT_PRIMARY = _office(PRIMARY, "Yuhang")
AT_PROVINCE = _office(PROVINCE, "Zhejiang")
AT_DISTRICT = _office(DISTRICT, "Xihu")
ADMIN = Person("330000-admin", "Zhejiang administrator 管理员", PROVINCE, ("admin",))
STRANGER = Person("440103-prosecutor", "Liwan (Guangzhou) prosecutor", OUTSIDER, ("prosecutor",))


def officer(agency: str) -> Person:
    """The officer who answers for an agency."""
    return Person(f"{agency}-officer", AGENCIES[agency][1], agency, ("agency_officer",))
