"""What is particular to an act: how it is checked against the law, and what it does beside its stage."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.cases import queries
from services.cases.actions import (
    announcing,
    appraising,
    correcting,
    extending,
    filing,
    joining,
    judging,
    measures,
    suggesting,
    suing,
    terminating,
    typifying,
)
from services.cases.actions.deeds import Deed, Do
from services.cases.actions.documents import kept_in
from services.cases.rules.documents import check_parts
from services.cases.rules.lifecycle import require
from services.cases.rules.vocabulary import Act
from services.cases.tables import Case


async def _nothing(_: Deed) -> None:
    """Most acts have no check of their own."""


@dataclass(frozen=True, slots=True)
class Doing:
    """How an act is checked, and what it does."""

    check: Callable[[Deed], Awaitable[None]] = _nothing
    do: Do | None = None


PLAIN = Doing()
DOINGS = {
    Act.ASSESS: Doing(do=judging.assess),
    Act.FILE: Doing(filing.check_filing, filing.open_case),
    Act.DECLINE: Doing(do=filing.decline),
    Act.MERGE: Doing(joining.check_merger, joining.merge),
    Act.SPLIT: Doing(joining.check_split, joining.split),
    Act.CORRECT_FACTS: Doing(correcting.check_correction, correcting.correct),
    Act.EXTEND: Doing(extending.check_extension, extending.extend),
    Act.INVESTIGATE: Doing(measures.check_measure),
    Act.ENTRUST_APPRAISAL: Doing(do=appraising.entrust),
    Act.RECEIVE_APPRAISAL: Doing(appraising.check_awaited, appraising.over),
    Act.END_APPRAISAL: Doing(appraising.check_awaited, appraising.over),
    Act.SUGGEST: Doing(suggesting.check_suggestion, suggesting.suggest),
    Act.REPLACE_SUGGESTION: Doing(suggesting.check_suggestion, suggesting.replace),
    Act.WITHDRAW_SUGGESTION: Doing(do=suggesting.withdraw),
    Act.SUSPEND: Doing(do=judging.suspend),
    Act.RESUME: Doing(do=judging.resume),
    Act.JUDGE_PERFORMED: Doing(judging.check_judgement, judging.judge),
    Act.JUDGE_NOT_PERFORMED: Doing(judging.check_judgement, judging.judge),
    Act.PUBLISH: Doing(announcing.check_publication, announcing.publish),
    Act.NOTE_SUBJECT_SUED: Doing(do=announcing.note_subject_sued),
    Act.NOTE_INDICTMENT: Doing(do=announcing.note_indictment),
    Act.WITHDRAW_SUPPORT: Doing(do=announcing.withdraw_support),
    Act.SUE: Doing(suing.check_suit, suing.sue),
    Act.CHANGE_CLAIMS: Doing(suing.check_claims_changed),
    Act.MEDIATE: Doing(suing.check_mediation),
    Act.MAKE_TYPICAL: Doing(typifying.check_anonymity, typifying.make_typical),
    Act.WITHDRAW_TYPICAL: Doing(typifying.check_withdrawal, typifying.withdraw_typical),
    Act.TERMINATE: Doing(terminating.check_termination, terminating.terminate),
}


def doing_of(act: Act) -> Doing:
    """What is particular to that act."""
    return DOINGS.get(act, PLAIN)


async def checked(deed: Deed) -> None:
    """Refuse a document that is not here or lacks a part, what the act does not admit, what must come first.

    Asked when an act is proposed, and again when it is decided.
    """
    matter = deed.matter
    places = (matter.id, matter.lead_id) if isinstance(matter, Case) else (matter.id,)
    await kept_in(deed.session, deed.content.get("document_sha256"), *places)
    await doing_of(deed.step.act).check(deed)
    if "parts" in deed.content:
        check_parts(deed.document, deed.content["parts"], deed.rules_of)
    if deed.step.when:
        require(deed.step, await queries.situation_of(deed.session, matter, deed.on))
