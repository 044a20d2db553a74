"""The report ladder: to whom an office may report an agency that obstructs, or that did not rectify."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.referrals.errors import RungMissing, WrongRung
from services.referrals.rules.kinds import AUTHORITIES
from services.referrals.rules.law import HANDLING_RULES, RULES_SINCE, SUGGESTION_RULES, Citation, Mark
from services.referrals.rules.recipients import division_prefix
from services.referrals.rules.vocabulary import Ground, OrganisationKind, Rung
from shared.citation import in_force


@dataclass(frozen=True, slots=True)
class RungRow:
    """One rung: whom it names, whether of the office's own level, whether our superior sends it on."""

    ground: Ground
    rung: Rung
    zh: str
    receivers: frozenset[OrganisationKind]
    same_level: bool
    by_superior: bool
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_K, _G, _U = OrganisationKind, Ground, Rung
_R_45 = HANDLING_RULES[45]
# SUG 25 speaks of reporting and notifying; that the receivers are those of SUG 20 is how we read it.
_SUG_25 = SUGGESTION_RULES[25].marked(Mark.OUR_READING)
_CONGRESS, _DISCIPLINE = frozenset({_K.CONGRESS}), frozenset({_K.SUPERVISION_COMMISSION})

RUNGS = (
    RungRow(_G.OBSTRUCTION, _U.CONGRESS, "同级人大常委会", _CONGRESS, True, False, _R_45),
    RungRow(_G.OBSTRUCTION, _U.DISCIPLINE, "同级纪检监察机关", _DISCIPLINE, True, False, _R_45),
    RungRow(_G.OBSTRUCTION, _U.AGENCY_SUPERIOR, "经上级院通报其上级机关", AUTHORITIES, False, True, _R_45),
    RungRow(_G.NOT_RECTIFIED, _U.AGENCY_SUPERIOR, "被建议单位的上级机关", AUTHORITIES, False, False, _SUG_25),
    RungRow(_G.NOT_RECTIFIED, _U.INDUSTRY_BODY, "行业自律组织", frozenset({_K.TRADE_ASSOCIATION}), False,
            False, _SUG_25),
    RungRow(_G.NOT_RECTIFIED, _U.PARTY_COMMITTEE, "同级党委", frozenset({_K.PARTY_COMMITTEE}), True, False,
            _SUG_25),
    RungRow(_G.NOT_RECTIFIED, _U.CONGRESS, "同级人大", _CONGRESS, True, False, _SUG_25),
    RungRow(_G.NOT_RECTIFIED, _U.GOVERNMENT, "同级政府", frozenset({_K.GOVERNMENT}), True, False, _SUG_25),
    RungRow(_G.NOT_RECTIFIED, _U.DISCIPLINE, "同级纪检监察机关", _DISCIPLINE, True, False, _SUG_25),
)  # fmt: skip


def rung_for(ground: Ground | None, rung: Rung | None, on: date) -> RungRow:
    """The rung that was named; refused where none or an unknown one is."""
    open_to = [{"ground": row.ground, "rung": row.rung} for row in RUNGS]
    if ground is None or rung is None:
        raise RungMissing(open=open_to)
    rows = [row for row in RUNGS if row.ground is ground and row.rung is rung]
    if not rows:
        raise WrongRung(ground=ground, rung=rung, open=open_to)
    return in_force(rows, on, f"rung {ground} {rung}")


def check_rung(
    row: RungRow, office: str, receiver: Mapping[str, Any], concerning: Mapping[str, Any] | None
) -> None:
    """Refuses a receiver that does not stand on that rung.

    `concerning` is the agency that is reported; a report to its superior names it.
    """
    if receiver["kind"] not in row.receivers:
        raise WrongRung(rung=row.rung, receiver_kind=receiver["kind"], open_to=sorted(row.receivers))
    if row.same_level and division_prefix(receiver["division"]) != division_prefix(office[:6]):
        raise WrongRung(rung=row.rung, division=receiver["division"], same_level_as=office)
    if row.rung is not Rung.AGENCY_SUPERIOR:
        return
    if concerning is None:
        raise RungMissing(rung=row.rung, needed=["concerning"])
    if concerning["superior"] not in (None, receiver["code"]):
        raise WrongRung(rung=row.rung, receiver=receiver["code"], superior=concerning["superior"])
