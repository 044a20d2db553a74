"""Official acts over HTTP: a door for each act of the lifecycles, all of one make.

An act with an approval chain makes a proposal (201); any other is done at once, and the answer shows the
matter with the acts that are open next.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from services.cases.actions.acting import do_act
from services.cases.actions.proposals import propose
from services.cases.router.showing import act_out, show_case, show_lead
from services.cases.rules.lifecycle import STEPS
from services.cases.rules.vocabulary import Act
from services.cases.schemas import acts as bodies
from services.cases.schemas.acts import ActIn
from services.cases.schemas.sent import (
    CaseCorrectionIn,
    DatedBody,
    FilingIn,
    LeadCorrectionIn,
    SuggestionIn,
    TerminationIn,
)
from services.cases.schemas.told import CaseOut, LeadOut, ProposalOut
from services.cases.tables import Lead
from shared.identity import Actor
from shared.transactions import Call, CurrentActor, HttpCall, Transaction, roles


@dataclass(frozen=True, slots=True)
class Door:
    """One act's address below its matter, what is sent there, and what it is."""

    act: Act
    noun: str
    body: type[DatedBody]
    says: str


LEAD_DOORS = (
    Door(Act.INQUIRE, "preliminary-inquiry", bodies.InquiryIn, "Report a preliminary inquiry (初步调查)."),
    Door(Act.ASSESS, "assessment", bodies.AssessmentIn, "Assess the lead for truth and checkability (评估)."),
    Door(Act.FILE, "filing", FilingIn,
         "Propose to open a case (立案审批); jurisdiction is asked now and at the decision."),
    Door(Act.DECLINE, "declining", bodies.DecliningIn, "Propose not to open a case (不立案)."),
    Door(Act.MERGE, "joining", bodies.JoiningIn, "Propose to join the lead with another matter (并案)."),
    Door(Act.SPLIT, "splitting", bodies.SplittingIn, "Propose to split the lead into several (分案)."),
    Door(Act.TRANSFER_INSIDE, "internal-transfer", bodies.InternalTransferIn,
         "Note material that goes to, or came from, another department (内部移送)."),
    Door(Act.CORRECT_FACTS, "facts", LeadCorrectionIn,
         "Correct or complete the facts (更正事实): emphasis, flags, words and limits follow from them."),
    Door(Act.OBJECT, "objection", bodies.ObjectionIn,
         "Object in writing to a decision, which is carried out all the same (异议)."),
    Door(Act.ARCHIVE, "archiving", bodies.ArchivingIn, "Archive the file of an ended lead (归档)."),
)  # fmt: skip
FACTS_OF_A_CASE = (
    Door(Act.CORRECT_FACTS, "facts", CaseCorrectionIn,
         "Correct or complete the facts of the case and of the lead on which it was opened (更正事实)."),
)  # fmt: skip
CASE_DOORS = (
    Door(Act.PLAN, "investigation-plan", bodies.PlanIn, "Plan the investigation (调查方案)."),
    Door(Act.OBJECT, "objection", bodies.ObjectionIn,
         "Object in writing to a decision, which is carried out all the same (异议)."),
    Door(Act.INVESTIGATE, "measures", bodies.MeasureIn,
         "Record a measure of the investigation (调查措施): of a lawful kind, by enough staff."),
    Door(Act.CONSULT, "consultation", bodies.ConsultationIn, "Record a consultation with the agency (磋商)."),
    Door(Act.HEAR, "hearing", bodies.HearingIn, "Record a hearing (听证)."),
    Door(Act.ENTRUST_APPRAISAL, "appraisal", bodies.AppraisalIn, "Entrust an appraisal or the like."),
    Door(Act.RECEIVE_APPRAISAL, "appraisal-result", bodies.AppraisalResultIn, "Receive its result."),
    Door(Act.END_APPRAISAL, "appraisal-ending", bodies.AppraisalEndingIn,
         "Note that no result will come of it (终止委托)."),
    Door(Act.TRANSFER_INSIDE, "internal-transfer", bodies.InternalTransferIn,
         "Note material that goes to, or came from, another department (内部移送)."),
    Door(Act.EXTEND, "extension", bodies.ReviewExtensionIn,
         "Propose to lengthen the review for suit by the own chief (延长审查起诉期限)."),
    Door(Act.CONCLUDE_INVESTIGATION, "investigation-report", bodies.ReportIn,
         "Report the end of the investigation (调查终结报告)."),
    Door(Act.SUGGEST, "suggestions", SuggestionIn,
         "Propose a suggestion to the agency (检察建议); its parts are checked."),
    Door(Act.REPLACE_SUGGESTION, "suggestion-replacement", SuggestionIn,
         "Propose to change the last suggestion by another (变更检察建议)."),
    Door(Act.WITHDRAW_SUGGESTION, "suggestion-withdrawal", bodies.ReasonedIn,
         "Propose to withdraw the last suggestion (撤回检察建议)."),
    Door(Act.SUSPEND, "suspension", bodies.SuspensionIn, "Propose to suspend the review (中止审查)."),
    Door(Act.RESUME, "resumption", bodies.ReasonedIn, "Propose to resume the review (恢复审查)."),
    Door(Act.ANNOUNCE, "announcement", bodies.AnnouncementIn, "Propose the announcement (公告)."),
    Door(Act.PUBLISH, "publication", bodies.PublicationIn, "Note that the announcement was published."),
    Door(Act.NOTE_SUBJECT_SUED, "subject-suit", bodies.SubjectSuedIn,
         "Note that another proper subject has sued (适格主体起诉)."),
    Door(Act.NOTE_INDICTMENT, "criminal-indictment", bodies.IndictmentIn,
         "Note that the linked criminal case was indicted (提起公诉)."),
    Door(Act.SUPPORT, "support", bodies.SupportIn, "Propose to support another subject's suit (支持起诉)."),
    Door(Act.WITHDRAW_SUPPORT, "support-withdrawal", bodies.ReasonedIn,
         "Propose to withdraw the support (撤回支持起诉)."),
    Door(Act.CONCLUDE_REVIEW, "review-report", bodies.ReportIn, "Report the end of the review."),
    Door(Act.SUE, "suit", bodies.SuitIn, "Propose to sue (起诉)."),
    Door(Act.LODGE, "lodging", bodies.CourtIn, "Note that the court has the indictment (递交)."),
    Door(Act.NOTE_COURT_FILING, "court-filing", bodies.CourtIn, "Note that the court filed the suit."),
    Door(Act.NOTE_COURT_REFUSAL, "court-refusal", bodies.CourtIn, "Note that the court refused to file."),
    Door(Act.NOTE_DEFENDANT_SERVED, "defendant-service", ActIn, "Note that the defendant was served."),
    Door(Act.NOTE_DEFENCE, "defence", ActIn, "Note the defendant's answer (答辩)."),
    Door(Act.NOTE_APPEARANCE_NOTICE, "appearance-notice", bodies.CourtIn,
         "Note the court's notice to appear (出庭通知书)."),
    Door(Act.APPOINT_APPEARANCE, "appearance", bodies.AppearanceIn, "Say who appears (派员出庭通知书)."),
    Door(Act.APPEAR, "trial-record", bodies.AppearanceIn, "Record an appearance in court (出庭)."),
    Door(Act.CHANGE_CLAIMS, "claims", bodies.ClaimsIn, "Propose to change the claims (变更诉讼请求)."),
    Door(Act.WITHDRAW_SUIT, "suit-withdrawal", bodies.ReasonedIn, "Propose to withdraw the suit (撤回起诉)."),
    Door(Act.NOTIFY_COURT, "court-notice", ActIn, "Note that such a decision reached the court."),
    Door(Act.MEDIATE, "mediation", bodies.MediationIn, "Propose to settle before the court (调解)."),
    Door(Act.NOTE_JUDGMENT, "judgment", bodies.JudgmentIn, "Note the judgment of first instance (判决)."),
    Door(Act.NOTE_RULING, "ruling", bodies.JudgmentIn, "Note the ruling of first instance (裁定)."),
    Door(Act.APPEAL, "appeal", bodies.ReasonedIn, "Propose to appeal (上诉)."),
    Door(Act.NOTE_OTHER_APPEAL, "other-appeal", ActIn, "Note the other side's appeal (对方上诉)."),
    Door(Act.WITHDRAW_APPEAL, "appeal-withdrawal", bodies.ReasonedIn, "Propose to withdraw the appeal."),
    Door(Act.NOTE_OTHER_APPEAL_WITHDRAWAL, "other-appeal-withdrawal", ActIn,
         "Note that the other side withdrew its appeal (对方撤回上诉)."),
    Door(Act.NOTE_SECOND_INSTANCE, "second-instance", bodies.CourtIn, "Note that the higher court has it."),
    Door(Act.NOTE_REMAND, "remand", bodies.CourtIn, "Note that the case was sent back (发回重审)."),
    Door(Act.NOTE_FINAL_JUDGMENT, "final-judgment", bodies.JudgmentIn, "Note the final judgment (终审)."),
    Door(Act.NOTE_FINALITY, "finality", ActIn, "Note that nobody appealed in time (裁判生效)."),
    Door(Act.PROTEST, "protest", bodies.ReasonedIn, "Protest, as the superior (抗诉)."),
    Door(Act.NOTE_RETRIAL_JUDGMENT, "retrial-judgment", bodies.JudgmentIn, "Note the retrial's judgment."),
    Door(Act.SUGGEST_TO_COURT, "court-suggestion", bodies.CourtSuggestionIn,
         "Propose a suggestion to the court (对法院的检察建议)."),
    Door(Act.NOTE_EXECUTION, "execution", ActIn, "Note that the court executes the judgment (移送执行)."),
    Door(Act.TERMINATE, "termination", TerminationIn, "Propose to terminate the case (终结案件)."),
    Door(Act.CONCLUDE, "closing", bodies.ReportIn, "Propose to close the case after its end (结案)."),
    Door(Act.ARCHIVE, "archiving", bodies.ArchivingIn, "Archive the file of an ended case (归档)."),
    Door(Act.MAKE_TYPICAL, "typical-case", bodies.TypicalCaseIn,
         "Propose an anonymised summary of an ended case as a typical case (典型案例)."),
    Door(Act.WITHDRAW_TYPICAL, "typical-case-withdrawal", bodies.ReasonedIn,
         "Withdraw the typical case made of this case (撤回典型案例)."),
)  # fmt: skip


def add_doors(router: APIRouter, thing: str, doors: tuple[Door, ...], this: Any) -> None:
    """A route per act below `thing`; `this` is how a route gets its matter, locked and admitted."""
    for door in doors:
        steps = [step for step in STEPS if step.act is door.act]
        proposed = bool(steps[0].chain)
        out = ProposalOut if proposed else LeadOut if doors is LEAD_DOORS else CaseOut
        articles = ", ".join(dict.fromkeys(str(step.basis) for step in steps))
        allowed = [role for step in steps for role in step.by]
        router.add_api_route(
            f"/{{{thing}_id}}/{door.noun}",
            _handler(door, this, _proposed if proposed else _done),
            methods=["POST"],
            status_code=201 if proposed else 200,
            response_model=out,
            name=f"{thing}_{door.act}",
            summary=door.act.replace("_", " "),
            description=f"{door.says} {articles}.",
            dependencies=[roles(*dict.fromkeys(allowed))],
        )


Answer = Callable[[Transaction, Actor, Any, Act, DatedBody, HttpCall], Awaitable[Any]]


def _handler(door: Door, this: Any, answer: Answer) -> Callable[..., Awaitable[Any]]:
    async def handle(matter: Any, body: Any, actor: CurrentActor, session: Transaction, call: Call) -> Any:
        return await answer(session, actor, matter, door.act, body, call)

    handle.__annotations__ |= {"matter": this, "body": door.body}
    return handle


async def _proposed(
    session: Transaction, actor: Actor, matter: Any, act: Act, body: DatedBody, call: HttpCall
) -> Any:
    proposal = await propose(session, actor, matter, act, body.content(), body.occurred_on, body.late_reason)
    call.tag(proposal)
    return proposal


async def _done(
    session: Transaction, actor: Actor, matter: Any, act: Act, body: DatedBody, _: HttpCall
) -> Any:
    done = await do_act(session, actor, matter, act, body.content(), body.occurred_on, body.late_reason)
    show: Callable[..., Awaitable[Any]] = show_lead if isinstance(matter, Lead) else show_case
    shown = await show(session, actor, matter)
    return shown.model_copy(update={"done": act_out(done)})
