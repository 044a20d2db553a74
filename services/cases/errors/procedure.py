"""Refusals of the procedure: stages, competence, approval, leads, suits, and what is found."""

from typing import ClassVar

from shared.problems import NotFound, Refusal


class StepNotOpen(Refusal):
    """The matter is not at a stage from which this act may be done."""

    zh = "案件（线索）所处阶段不能办理该事项"


class ConditionNotMet(Refusal):
    """The act is known at this stage, but its condition is not met."""

    zh = "尚不具备办理该事项的条件"


class MatterIsMoving(Refusal):
    """An order is moving this matter to another office; acts that end it or speak outward wait."""

    zh = "案件正在移转，终结性和对外事项暂停办理"


class NotYourMatter(Refusal):
    """Only the handling office may act in this matter."""

    status: ClassVar[int] = 403
    zh = "仅承办院可以办理"


class NotCompetent(Refusal):
    """The office has no jurisdiction over this matter; the lawful ways out are named."""

    zh = "本院没有管辖权"


class CompetenceUnclear(Refusal):
    """Jurisdiction is not clear; a person must confirm it with a reason."""

    zh = "管辖不明确，须由办案人员说明理由后确认"


class OrderNotInForce(Refusal):
    """The order named as basis is not in force for this matter and office."""

    zh = "所依据的指定或交办等决定未对本案生效"


class ApprovalToFileNeeded(Refusal):
    """The office, or one above it, settled that a superior approves before a case is opened (internal)."""

    zh = "依内部规定，立案须先报请上级院批准"


class ProposalPending(Refusal):
    """A proposal in this matter is still waiting for its decision."""

    zh = "本案尚有待审批的事项"


class ProposalNotOpen(Refusal):
    """The proposal is no longer waiting for this."""

    zh = "该审批事项已不在此环节"


class AnotherPersonNeeded(Refusal):
    """Proposer and approver must be two different persons."""

    zh = "承办人与审批人不得为同一人"


class SuperiorNeeded(Refusal):
    """Only an office above the handling office may do this."""

    status: ClassVar[int] = 403
    zh = "仅承办院的上级院可以办理"


class ExtensionNotOpen(Refusal):
    """This limit cannot be lengthened so."""

    zh = "该期限不能如此延长"


class ClockNotRunning(Refusal):
    """No such clock runs in this matter."""

    zh = "本案没有此项正在计算的期限"


class NothingEntrusted(Refusal):
    """No such appraisal was entrusted in this case, or its result has come already."""

    zh = "没有此项委托，或者其结果已经收到"


class LeadsDoNotJoin(Refusal):
    """Leads are joined while open, in one office, and before the suggestion goes out."""

    zh = "线索不能并案"


class PartDoesNotGo(Refusal):
    """A part of a split goes to another office that exists, by an order that moves a matter there."""

    zh = "分出的线索须指明存在的其他检察院和移转方式"


class OtherOfficeMaySue(Refusal):
    """At the competent court another office may sue; the lawful way out is named."""

    zh = "有权向该法院起诉的是其他检察院"


class MediumNotNational(Refusal):
    """The announcement must be published in a medium of national influence."""

    zh = "公告应当在具有全国影响的媒体发布"


class CourtUnknown(Refusal):
    """No court is registered under this code on that day; without a code the indictment goes on paper."""

    zh = "该日期没有登记此代码的法院；不填代码的，起诉书线下递交"


class LiabilityReduced(Refusal):
    """A mediation may not reduce the liability of the wrongdoer."""

    zh = "调解不得减免侵权人的责任"


class ClaimNotOpen(Refusal):
    """Such a claim is not open in this kind of case."""

    zh = "此类案件不能提出该诉讼请求"


class PeriodTooShort(Refusal):
    """The rectification period is shorter than the time the law gives the agency."""

    zh = "整改期限短于法定期限"


class AgencyUnknown(Refusal):
    """No agency of that code is known on that day."""

    zh = "该日期没有此机关"


class AgencyNeeded(Refusal):
    """An administrative case with an addressed document needs the agency it concerns."""

    zh = "须指明行政机关"


class WrongAddressee(Refusal):
    """The suggestion must go to the agency that the case was opened against."""

    zh = "检察建议的对象应为立案所指的行政机关"


class FindingDoesNotFit(Refusal):
    """This finding does not fit what has happened."""

    zh = "该认定与已发生的情况不符"


class GroundDoesNotFit(Refusal):
    """This ground of termination is not open here."""

    zh = "该终结理由在此不适用"


class NotAnonymous(Refusal):
    """The text names somebody, or holds what names somebody; it can go to other offices only without that."""

    zh = "文本未作匿名处理，含有可识别特定主体的内容"


class TooSecretToShare(Refusal):
    """A case classified above internal is not told to other offices."""

    zh = "密级高于内部的案件不得作为典型案例"


class TypicalAlready(Refusal):
    """A typical case was made of this case already; withdraw that first."""

    zh = "本案已形成典型案例，须先撤回"


class NotTypical(Refusal):
    """No typical case was made of this case, or it was withdrawn."""

    zh = "本案没有有效的典型案例"


class TooMuchToExport(Refusal):
    """More rows would be exported than one file takes; narrow the filters."""

    status: ClassVar[int] = 422
    zh = "导出行数超过上限，请缩小筛选范围"


class MatterEnded(Refusal):
    """The matter has ended."""

    zh = "案件（线索）已经终结"


class NothingMoving(Refusal):
    """No order is moving this matter; there is no lock to release."""

    zh = "本案没有正在进行的移转，无需解除锁定"


class ReasonNeeded(Refusal):
    """An act entered this late needs a reason."""

    zh = "补录时间较久，须说明理由"


class ExternalIdTaken(Refusal):
    """Another matter of this office already carries this external number."""

    zh = "该外部编号已用于本院其他事项"


class ClearanceTooLow(Refusal):
    """You may not set a classification above your own clearance."""

    status: ClassVar[int] = 403
    zh = "密级不得高于本人的知悉范围"


class LinkDoesNotFit(Refusal):
    """These two matters cannot be linked so."""

    zh = "两件事项不能如此关联"


class AlreadyLinked(Refusal):
    """These two matters are linked so already."""

    zh = "两件事项已经如此关联"


class TooManyNumbers(Refusal):
    """A matter carries no more numbers of other systems than this."""

    zh = "外部编号数量已达上限"


class LeadNotFound(NotFound):
    """No such lead, or not one that you may see."""

    zh = "线索不存在或无权查看"


class CaseNotFound(NotFound):
    """No such case, or not one that you may see."""

    zh = "案件不存在或无权查看"
