"""What all rows of this service have in common: one metadata, and how their types are stored."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from services.cases.rules.evidence import Custody, Form, Kind
from services.cases.rules.links import LinkKind
from services.cases.rules.office_settings import Setting
from services.cases.rules.recusal import Petitioner
from services.cases.rules.team import Seat
from services.cases.rules.vocabulary import (
    Act,
    Capacity,
    Finding,
    Ground,
    OrderMode,
    OrderState,
    Origin,
    Outcome,
    Pace,
    Procedure,
    ProposalState,
    Recusal,
    Sector,
    Source,
    Stage,
    Track,
    Truth,
)
from shared.citation import Mark
from shared.clocks import Unit
from shared.database import NAMES, types
from shared.identity import Role

_WORDS = (Act, Finding, Ground, OrderMode, OrderState, Origin, Outcome, Pace, Procedure, ProposalState)
_MORE_WORDS = (Custody, Form, Kind, Mark, Sector, Source, Stage, Track, Truth, Role)
_OF_PEOPLE = (Capacity, LinkKind, Petitioner, Recusal, Seat, Setting, Unit)


class Base(DeclarativeBase):
    """All rows of `cases`."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = types(*_WORDS, *_MORE_WORDS, *_OF_PEOPLE)
