"""The one hand on a stage: an official act is done, written down, announced, and its clocks follow.

Every act of every lifecycle goes through `perform`; what is particular to one act stands in its doing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.cases.actions.stepping import Matter, as_if, rule_day, stand, start_clocks
from services.cases.events import ActDone
from services.cases.rules.documents import document_on
from services.cases.rules.lifecycle import ENDED, Step
from services.cases.rules.vocabulary import Stage
from services.cases.tables import OfficialAct
from shared import journal, ledger
from shared.citation import Citation
from shared.database import uuid7
from shared.events import Event, subject_of
from shared.identity import Actor

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class By:
    """Who did an act: the person who proposed it or did it alone, or the service that heard of it."""

    sub: str
    name: str

    @classmethod
    def person(cls, actor: Actor) -> "By":
        """That person."""
        return cls(actor.sub, actor.name)


REFERRALS = By("service:referrals", "referrals")


@dataclass(slots=True)
class Deed:
    """An act as it is done: in which matter, by which step, saying what, on which legal day, by whom.

    A doing may name the event that is announced in place of the plain one, the article it rests on, the kind
    of document it is written in and the agency to which that goes, what it is about, what it made, the days
    on which clocks rest when that is not the act's own day, and why one of them runs.
    """

    session: AsyncSession
    matter: Any
    step: Step
    content: Content
    on: date
    by: By
    proposal_id: UUID | None = None
    details: Content = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)
    about: UUID | None = None
    event: Event | None = None
    basis: Citation | None = None
    document: str = ""
    addressee: str | None = None
    result_id: UUID | None = None
    rests_on: dict[str, date] = field(init=False)
    because: dict[str, str] = field(default_factory=dict)
    source: Stage = field(init=False)

    def __post_init__(self) -> None:
        self.source = self.matter.stage
        self.document = self.document or self.step.document
        self.rests_on = dict.fromkeys(self.step.starts, self.on)

    @property
    def rules_of(self) -> date:
        """The day whose rules are asked."""
        return rule_day(self.matter, self.on)


Do = Callable[[Deed], Awaitable[None]]


async def perform(deed: Deed, do: Do | None = None) -> OfficialAct:
    """Do a checked act: the stage changes, and one transaction keeps the record of it."""
    session, matter, step = deed.session, deed.matter, deed.step
    matter.stage = step.target or matter.stage
    matter.last_act_on = max(matter.last_act_on, deed.on)
    if do is not None:
        await do(deed)
    if step.target in ENDED:
        await stand(session, matter, step.basis, deed.on)
    act = written(deed)
    session.add(act)
    await journal.record(
        session,
        subject_of(matter.id),
        deed.event or _plain(deed, act),
        basis=deed.basis or step.basis,
        occurred_on=deed.on,
        details=deed.details or None,
    )
    for row in step.meets:
        await ledger.meet(session, matter.id, row, deed.on)
    await ledger.end(session, matter.id, step.ends, step.act)
    await start_clocks(session, matter, deed.rests_on, deed.about or deed.id, deed.because)
    return act


def written(deed: Deed) -> OfficialAct:
    """The act as it stands in the file: under the document's name of that day."""
    basis = deed.basis or deed.step.basis
    document = document_on(deed.document, deed.rules_of)
    matter: Matter = deed.matter
    return OfficialAct(
        id=deed.id,
        matter_id=matter.id,
        act=deed.step.act,
        stage=matter.stage,
        office=matter.office,
        document=document.code,
        document_name=document.zh,
        document_number=deed.content.get("document_number"),
        document_sha256=deed.content.get("document_sha256"),
        content=_content(deed),
        basis=str(basis),
        mark=basis.mark,
        as_if_on=deed.rules_of if deed.rules_of != deed.on else None,
        proposal_id=deed.proposal_id,
        about=deed.about,
        occurred_on=deed.on,
        done_by=deed.by.sub,
        done_by_name=deed.by.name,
    )


def _content(deed: Deed) -> Content:
    """What the document says; by the rules of another day, that it does so, and why, comes with it."""
    said = {k: v for k, v in deed.content.items() if v is not None and not k.startswith("document_")}
    another = as_if(deed.matter, deed.on)
    return said | {"as_if": another} if another else said


def _plain(deed: Deed, act: OfficialAct) -> ActDone:
    return ActDone(
        matter_id=act.matter_id,
        act_id=act.id,
        act=act.act,
        stage=act.stage,
        office=act.office,
        document=act.document,
        document_sha256=act.document_sha256,
        about=act.about,
        addressee=deed.addressee,
    )
