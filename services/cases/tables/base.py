"""What all rows of this service have in common: one metadata, and how their types are stored."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

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

_WORDS = (Act, Finding, Ground, OrderMode, OrderState, Origin, Outcome, Pace, Procedure, ProposalState)
_MORE_WORDS = (Mark, Sector, Source, Stage, Track, Truth, Role)


class Base(DeclarativeBase):
    """All rows of `cases`."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = types(*_WORDS, *_MORE_WORDS)
