"""Kinds of handoff: who hands what to whom, in which form, when the papers open, and how it is answered."""

from datetime import date

from services.referrals.errors import (
    AnswerNotForeseen,
    KindComesFromAnAct,
    OutcomeNotForeseen,
    ReasonNeeded,
    WrongReceiver,
    WrongSender,
)
from services.referrals.rules.courses import HandoffAct, HandoffStep
from services.referrals.rules.kinds.offered import OFFERED_KINDS
from services.referrals.rules.kinds.requested import REQUESTED_KINDS
from services.referrals.rules.kinds.row import (
    ABOVE_AN_AGENCY,
    AUTHORITIES,
    ENVELOPE,
    FORM_OF,
    LETTER,
    Answers,
    Clock,
    Created,
    KindRow,
    Opens,
    Paper,
)
from services.referrals.rules.kinds.served import SERVED_KINDS
from services.referrals.rules.law import Citation
from services.referrals.rules.vocabulary import Kind, Outcome
from shared.citation import in_force

__all__ = [
    "ABOVE_AN_AGENCY",
    "AUTHORITIES",
    "ENVELOPE",
    "FORESEEN",
    "FORM_OF",
    "KINDS",
    "LETTER",
    "Answers",
    "Clock",
    "Created",
    "KindRow",
    "Opens",
    "Paper",
    "basis_of",
    "check_answer",
    "check_outcome",
    "check_receiver",
    "check_sender",
    "foresees",
    "kind_for",
    "missing_papers",
    "newest",
    "postable",
]

KINDS = (*SERVED_KINDS, *OFFERED_KINDS, *REQUESTED_KINDS)

# Which acts are answers of which way; any other act is not the receiver's.
FORESEEN = {
    HandoffAct.ACKNOWLEDGE: Answers.ACKNOWLEDGEMENT,
    HandoffAct.ACCEPT: Answers.ACCEPTANCE,
    HandoffAct.RETURN: Answers.RETURN,
    HandoffAct.REDIRECT: Answers.REDIRECTION,
    HandoffAct.ASK_PAPERS: Answers.PAPERS_ASKED,
    HandoffAct.SUPPLY: Answers.PAPERS_ASKED,
    HandoffAct.DECIDE: Answers.DECISION,
    HandoffAct.LENGTHEN: Answers.LENGTHENING,
    HandoffAct.ASK_REVIEW: Answers.REVIEW,
    HandoffAct.REVIEW: Answers.REVIEW,
    HandoffAct.REPORT: Answers.REPORT,
    HandoffAct.SERVE: Answers.SERVICE,
    HandoffAct.REPLY: Answers.REPLY,
    HandoffAct.OBJECT: Answers.OBJECTION,
    HandoffAct.REEXAMINE: Answers.OBJECTION,
}


def kind_for(kind: Kind, on: date) -> KindRow:
    """The row of that kind in force on the day; NoRuleInForce when there was none."""
    return in_force((row for row in KINDS if row.kind is kind), on, f"handoff {kind}")


def newest(kind: Kind) -> KindRow:
    """The newest row of that kind, for who sends it and its course, before its day's rules are known."""
    return max((row for row in KINDS if row.kind is kind), key=lambda row: row.since)


def postable(row: KindRow) -> KindRow:
    """The row, if a person may post such a handoff."""
    if row.created is Created.BY_ACT:
        raise KindComesFromAnAct(kind=row.kind, basis=str(row.basis))
    return row


def check_sender(row: KindRow, sender_kind: str) -> None:
    """Refuses a sender from which this kind never comes."""
    if sender_kind not in row.senders:
        raise WrongSender(kind=row.kind, sender_kind=sender_kind, open_to=sorted(row.senders))


def check_receiver(row: KindRow, receiver_kind: str) -> None:
    """Refuses a receiver to which this kind never goes."""
    if receiver_kind not in row.receivers:
        raise WrongReceiver(
            kind=row.kind, receiver_kind=receiver_kind, open_to=sorted(row.receivers), basis=str(row.basis)
        )


def foresees(row: KindRow, act: HandoffAct) -> bool:
    """Whether a handoff of this kind knows that act, as far as the kind has a say."""
    return act not in FORESEEN or FORESEEN[act] in row.answers


def check_answer(row: KindRow, act: HandoffAct) -> None:
    """Refuses an answer that this kind does not foresee."""
    if not foresees(row, act):
        foreseen = list(row.answers)
        raise AnswerNotForeseen(kind=row.kind, answer=act, foreseen=foreseen, basis=str(row.basis))


def basis_of(row: KindRow, step: HandoffStep, civil: bool = False) -> Citation:
    """By which article a step of such a handoff is taken: service by that of its kind."""
    if step.act is HandoffAct.SERVE:
        return row.basis
    return step.in_civil_cases if civil and step.in_civil_cases else step.basis


def check_outcome(row: KindRow, outcome: Outcome, reasons: str | None) -> None:
    """Refuses a decision that this kind does not know, and a refusal that gives no reasons."""
    if outcome not in row.outcomes:
        raise OutcomeNotForeseen(kind=row.kind, outcome=outcome, foreseen=list(row.outcomes))
    if outcome in row.refusals and not reasons:
        raise ReasonNeeded(outcome=outcome)


def missing_papers(row: KindRow, papers: frozenset[str]) -> tuple[Paper, ...]:
    """The papers usually expected of this kind that are not in the package; advice, not a refusal."""
    return tuple(paper for paper in row.papers if paper not in papers)
