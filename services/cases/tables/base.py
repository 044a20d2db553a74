"""The one metadata of this service's rows, and how their Python types are stored."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from services.cases.rules.links import LinkKind
from services.cases.rules.vocabulary import (
    Act,
    Finding,
    Ground,
    OrderMode,
    OrderState,
    Origin,
    Outcome,
    Pace,
    Procedure,
    ProposalState,
    Sector,
    Source,
    Stage,
    Track,
    Truth,
)
from shared.citation import Mark
from shared.database import NAMES, types
from shared.identity import Role

_WORDS = (Act, Finding, Ground, LinkKind, OrderMode, OrderState, Origin, Outcome, Pace, Procedure)
_MORE_WORDS = (ProposalState, Mark, Sector, Source, Stage, Track, Truth, Role)


class Base(DeclarativeBase):
    """All rows of `cases`."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = types(*_WORDS, *_MORE_WORDS)
