"""All tables of this service in one place: what is served for reading, and what a test walks."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Protocol

from services.cases.rules.anonymity import TRACES
from services.cases.rules.competence import JURISDICTION
from services.cases.rules.custody import EFFECTS, SCOPES
from services.cases.rules.deadlines import LENGTHENINGS, PERIODS, RESTARTS
from services.cases.rules.delegation import AUTHORISATIONS
from services.cases.rules.documents import DOCUMENTS, PARTS
from services.cases.rules.evidence import DEMANDS, KINDS, PASSINGS
from services.cases.rules.flags import FLAGS, QUANTITIES, SCALES
from services.cases.rules.grounds import FILING_GROUNDS
from services.cases.rules.investigation import FORBIDDEN, MEANS, MEASURES, PRESENT, PROOFS, RANKS
from services.cases.rules.lifecycle import STEPS
from services.cases.rules.links import LINKS
from services.cases.rules.office_settings import SETTINGS
from services.cases.rules.plaintiffs import CLAIMS
from services.cases.rules.priority import FOCUSES
from services.cases.rules.recusal import DECIDERS
from services.cases.rules.suggestion import ENDINGS, FORMS
from services.cases.rules.team import PLACES
from shared.citation import Citation


class Row(Protocol):
    """What every row of every table has: an article, and its days in force."""

    @property
    def basis(self) -> Citation: ...

    @property
    def since(self) -> date: ...

    @property
    def until(self) -> date | None: ...


BOOK: dict[str, Sequence[Row]] = {
    "steps": STEPS,
    "periods": PERIODS,
    "restarts": RESTARTS,
    "lengthenings": LENGTHENINGS,
    "documents": DOCUMENTS,
    "focuses": FOCUSES,
    "filing_grounds": FILING_GROUNDS,
    "flags": FLAGS,
    "flag_quantities": QUANTITIES,
    "flag_scales": SCALES,
    "links": LINKS,
    "jurisdiction": JURISDICTION,
    "parts": PARTS,
    "findings": FORMS,
    "endings": ENDINGS,
    "claims": CLAIMS,
    "measures": MEASURES,
    "forbidden_measures": FORBIDDEN,
    "technical_means": MEANS,
    "investigators": RANKS,
    "persons_present": PRESENT,
    "matters_to_prove": PROOFS,
    "evidence_kinds": KINDS,
    "provenance": DEMANDS,
    "document_custody": PASSINGS,
    "orders": EFFECTS,
    "grant_scopes": SCOPES,
    "recusal_deciders": DECIDERS,
    "delegations": AUTHORISATIONS,
    "office_settings": SETTINGS,
    "team": PLACES,
    "traces": TRACES,
}


def told(row: Row) -> dict[str, Any]:
    """What a row says, as data: its predicates are code and are told by their names and words only."""
    said: dict[str, Any] = {}
    for each in fields(row):  # type: ignore[arg-type]
        value = getattr(row, each.name)
        if each.name in ("basis", "since", "until") or callable(value):
            continue
        said[each.name] = _plain(value)
    return said


def _plain(value: Any) -> Any:
    """A value of a row as data; a thing with a name of its own is told by it, any other by its fields."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if _named(value):
        return {"code": value.code, "zh": value.zh, "en": value.en}
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def _named(value: object) -> bool:
    return all(hasattr(value, name) for name in ("code", "zh", "en"))
