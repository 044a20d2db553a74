"""What follows from the facts of a lead: what the rows of emphasis and of flags look at."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.stepping import rule_day
from services.cases.rules.flags import Counted, ItemKind, flags_of
from services.cases.rules.priority import Facts, codes_of, emphasis_of, focuses_of
from services.cases.rules.vocabulary import Group, InformationKind
from services.cases.tables import Lead
from shared.transactions import frame


def facts_of(lead: Lead) -> Facts:
    """What the priority rows look at, as the lead states it."""
    return Facts(
        kinds=frozenset(InformationKind(kind) for kind in lead.kinds),
        groups=frozenset(Group(group) for group in lead.groups),
        sector=lead.sector,
        persons=lead.persons,
        minors_under_14=lead.minors_under_14,
        linked=lead.linked,
    )


def counted_of(lead: Lead) -> Counted:
    """What the flags look at, as the lead states it."""
    return Counted(
        items={ItemKind(each["kind"]): each["count"] for each in lead.records_by_kind},
        unlawful_gain=lead.unlawful_gain,
        insider=lead.insider,
        state_organ=any(each.get("state_organ") for each in lead.processors),
    )


def emphasise(session: AsyncSession, lead: Lead) -> None:
    """The focuses that its facts meet, by the rules of its registration, and how far they raise it."""
    met = focuses_of(facts_of(lead), rule_day(lead, lead.registered_on))
    lead.focuses, lead.emphasis = codes_of(met), emphasis_of(met, frame(session).settings.muted_focuses)


def flagged(lead: Lead) -> list[str]:
    """The flags that its facts put up, by the rules of its registration."""
    return [row.code for row in flags_of(counted_of(lead), rule_day(lead, lead.registered_on))]
