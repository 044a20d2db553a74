"""Who may issue what to whom, as the table says it and as the tree of offices makes it true."""

from datetime import date

import pytest

from services.referrals.errors import (
    JointListingNotOpen,
    NotAuthorised,
    WrittenDecisionMissing,
    WrongMatterKind,
)
from services.referrals.rules.authority import Order
from services.referrals.rules.modes import (
    MODES,
    Binding,
    Custody,
    ModeRow,
    Track,
    mode_for,
)
from services.referrals.rules.orders import check_authority, check_joint_listing, check_role, check_writing
from services.referrals.rules.vocabulary import MatterKind, Mode
from shared.citation import Mark
from shared.organisations import OfficeTree
from shared.problems import NoRuleInForce, RoleRequired

SPP, ZJ, HZ, YH, XH, NB, HS, BJ = (
    "000000",
    "330000",
    "330100",
    "330110",
    "330106",
    "330200",
    "330203",
    "110000",
)
DAY = date(2024, 5, 6)
CHIEF = frozenset({"chief"})
LEAD, CASE = MatterKind.LEAD, MatterKind.CASE


@pytest.fixture(scope="module")
def offices() -> OfficeTree:
    return OfficeTree.load()


# mode, issuer, addressee, holder, matter: open or refused
ROUTINGS = [
    ("assign", HZ, YH, HZ, LEAD, True, "a city office hands its own lead down"),
    ("assign", ZJ, YH, ZJ, CASE, True, "a province hands down past the city"),
    ("assign", SPP, ZJ, SPP, CASE, True, "the Supreme office hands down to a province"),
    ("assign", HZ, YH, ZJ, CASE, False, "what the province holds the city cannot hand down"),
    ("assign", HZ, HS, HZ, CASE, False, "an office of another city is not below"),
    ("assign", HZ, NB, HZ, CASE, False, "nobody hands down to an equal"),
    ("assign", YH, HZ, YH, CASE, False, "nobody hands down upward"),
    ("assign", HZ, HZ, HZ, CASE, False, "nobody hands down to itself"),
    ("take_up", HZ, HZ, YH, CASE, True, "the city takes a case up from its district"),
    ("take_up", ZJ, ZJ, YH, LEAD, True, "the province takes a lead up past the city"),
    ("take_up", NB, NB, YH, CASE, False, "another city takes nothing up"),
    ("take_up", YH, YH, HZ, CASE, False, "a district takes nothing up from above"),
    ("take_up", ZJ, HZ, YH, CASE, False, "one office does not take up for another"),
    ("take_up", HZ, HZ, HZ, CASE, False, "nobody takes up what it holds"),
    ("supervise", ZJ, YH, YH, CASE, True, "the province supervises the district that holds"),
    ("supervise", HZ, YH, YH, LEAD, True, "the city supervises a lead"),
    ("supervise", ZJ, HZ, YH, CASE, False, "supervision is addressed to the office that holds"),
    ("supervise", YH, YH, YH, CASE, False, "nobody supervises itself"),
    ("supervise", BJ, YH, YH, CASE, False, "another province supervises nothing here"),
    ("take_lead", ZJ, YH, YH, CASE, True, "the province leads the handling"),
    ("designate", ZJ, HS, YH, CASE, True, "the common superior designates"),
    ("designate", SPP, BJ, YH, LEAD, True, "across provinces the Supreme office designates"),
    ("designate", HZ, YH, YH, CASE, True, "the present holder may be designated"),
    ("designate", HZ, HS, YH, CASE, False, "the city is not above the other city's district"),
    ("transfer_lead", YH, XH, YH, LEAD, True, "a lead goes to the competent office of the level"),
    ("transfer_lead", YH, HZ, YH, LEAD, False, "a lead goes up by request, not by transfer"),
    ("transfer_lead", XH, HS, YH, LEAD, False, "only the office that holds it transfers a lead"),
    ("transfer_case", YH, HS, YH, CASE, True, "a case goes to another division"),
    ("transfer_for_suit", YH, HZ, YH, CASE, True, "a civil case goes to the office that may sue"),
    ("request_take_up", YH, HZ, YH, CASE, True, "a request goes to the next superior"),
    ("request_take_up", HZ, ZJ, YH, CASE, True, "the next level passes the request on"),
    ("request_take_up", YH, ZJ, YH, CASE, False, "a request skips no level"),
    ("request_designation", YH, HZ, YH, LEAD, True, "designation is asked for level by level"),
    ("report_for_record", YH, HZ, YH, CASE, True, "the holder reports to its next superior"),
    ("report_for_record", YH, ZJ, YH, CASE, False, "a report for record skips no level"),
    ("report_for_record", HZ, ZJ, YH, CASE, False, "only the holder reports"),
    ("superior_decision", HZ, YH, YH, CASE, True, "a superior corrects the holder below"),
    ("entrust_investigation", YH, HS, YH, CASE, True, "an equal elsewhere is entrusted"),
    ("entrust_investigation", YH, NB, YH, CASE, False, "entrustment is among equals"),
    ("call_up", ZJ, HS, YH, CASE, True, "staff of another city join the district's team"),
    ("call_up", HZ, HS, YH, CASE, False, "staff is called from one's own area only"),
    ("guide", ZJ, YH, YH, CASE, True, "guidance goes down to the holder"),
]


@pytest.mark.parametrize(
    ("mode", "issuer", "addressee", "holder", "matter", "allowed", "why"),
    ROUTINGS,
    ids=[r[-1] for r in ROUTINGS],
)
def test_authority_follows_the_line(
    offices: OfficeTree,
    mode: str,
    issuer: str,
    addressee: str,
    holder: str,
    matter: MatterKind,
    allowed: bool,
    why: str,
) -> None:
    row = mode_for(Mode(mode), DAY)
    order = Order(offices, issuer, addressee, holder, matter)
    if allowed:
        check_authority(row, order)
        return
    with pytest.raises(NotAuthorised) as refused:
        check_authority(row, order)
    assert refused.value.data["needed"] == row.authority.name


def test_every_mode_has_one_row_with_a_basis() -> None:
    assert [row.mode for row in MODES] == list(Mode)
    assert all(str(row.basis) for row in MODES)


def test_the_modes_that_the_rules_name_without_defining_are_marked_as_our_reading() -> None:
    named = {Mode.ASSIGN, Mode.TAKE_UP, Mode.SUPERVISE, Mode.TAKE_LEAD}
    for row in MODES:
        marks = {str(each): each.mark for each in (row.basis, *row.also)}
        if row.mode in named:
            assert marks["R 11"] is Mark.OUR_READING, row.mode


def test_custody_moves_exactly_where_an_order_says_so() -> None:
    for row in MODES:
        moves = row.custody in (Custody.MOVES_AT_RECEIPT, Custody.MOVES_AT_ONCE, Custody.MOVES_UNLESS_HELD)
        assert row.moves_custody is moves, row.mode
        assert row.moves_custody is (row.track is Track.CUSTODY)
    assert [row.mode for row in MODES if row.binds_itself] == [Mode.TAKE_UP]
    assert mode_for(Mode.TRANSFER_LEAD, DAY).binding is Binding.MUST_ACCEPT


def test_another_role_may_not_issue() -> None:
    allowed = mode_for(Mode.ASSIGN, DAY).signed_by
    for role in ("prosecutor", "clerk", "technician", "admin", "agency_officer"):
        with pytest.raises(RoleRequired):
            check_role(allowed, {role})
    check_role(allowed, CHIEF)


def test_a_mode_for_leads_refuses_a_case_and_the_other_way_round(offices: OfficeTree) -> None:
    with pytest.raises(WrongMatterKind):
        check_authority(mode_for(Mode.TRANSFER_LEAD, DAY), Order(offices, YH, XH, YH, CASE))
    with pytest.raises(WrongMatterKind):
        check_authority(mode_for(Mode.TRANSFER_FOR_SUIT, DAY), Order(offices, YH, HZ, YH, LEAD))


def written(row: ModeRow) -> bool:
    try:
        check_writing(row, None, written=False)
    except WrittenDecisionMissing:
        return True
    return False


def test_what_must_be_in_writing_names_its_decision() -> None:
    needed = {row.mode for row in MODES if written(row)}
    assert {Mode.ASSIGN, Mode.TAKE_UP, Mode.SUPERIOR_DECISION, Mode.CALL_UP} <= needed
    assert Mode.SUPERVISE not in needed
    assert Mode.REPORT_FOR_RECORD not in needed
    check_writing(mode_for(Mode.ASSIGN, DAY), None, written=True)


def test_joint_listing_is_open_from_the_province_up(offices: OfficeTree) -> None:
    check_joint_listing(offices, SPP)
    check_joint_listing(offices, ZJ)
    for below in (HZ, YH):
        with pytest.raises(JointListingNotOpen):
            check_joint_listing(offices, below)


def test_before_the_rules_there_was_no_mode() -> None:
    with pytest.raises(NoRuleInForce):
        mode_for(Mode.ASSIGN, date(2021, 6, 30))
    assert mode_for(Mode.ASSIGN, date(2021, 7, 1)).mode is Mode.ASSIGN
