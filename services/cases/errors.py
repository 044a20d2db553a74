"""What this service refuses, by name."""

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


class ProposalPending(Refusal):
    """A proposal in this matter is still waiting for its decision."""

    zh = "本案尚有待审批的事项"


class ProposalNotOpen(Refusal):
    """The proposal is no longer waiting for this."""

    zh = "该审批事项已不在此环节"


class AnotherPersonNeeded(Refusal):
    """Proposer and approver must be two different persons."""

    zh = "承办人与审批人不得为同一人"


class DocumentIncomplete(Refusal):
    """The document lacks a part that it must have."""

    zh = "文书缺少法定内容"


class PartUnknown(Refusal):
    """The document has no such part."""

    status: ClassVar[int] = 422
    zh = "该文书没有此项内容"


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


class OwnRecusal(Refusal):
    """Nobody decides on their own recusal."""

    zh = "不得决定本人的回避"


class AlreadyRecused(Refusal):
    """This person is recused already."""

    zh = "该人员已经回避"


class RecusalPending(Refusal):
    """The recusal of this person has been asked for already and waits for its decision."""

    zh = "对该人员的回避申请尚未作出决定"


class RecusalDoesNotFit(Refusal):
    """The decision does not fit the request that it names."""

    zh = "该决定与所列回避申请不符"


class ReviewNotOpen(Refusal):
    """A decision on a recusal is reviewed once, after it was made and the review was asked for."""

    zh = "回避决定仅可在作出后复议一次"


class LimitOfTheLaw(Refusal):
    """This limit is the law's; an office sets limits only where the law has none."""

    zh = "该期限由法律规定，不得另行设定"


class ActNotDelegable(Refusal):
    """Only acts that the chief decides can be delegated by the chief."""

    zh = "仅检察长决定的事项可以授权"


class DelegationOver(Refusal):
    """This delegation is over already."""

    zh = "该授权已终止"


class TeamNotLawful(Refusal):
    """A matter needs one prosecutor, or a team of several with exactly one of them in charge."""

    zh = "案件应由一名检察官办理，或者由两名以上检察官组成办案组并指定一名主办检察官"


class CallUpNeeded(Refusal):
    """Staff of another office join the team by a written call-up order alone."""

    zh = "其他检察院人员须经书面调用决定方可参加办案组"


class NotInTeam(Refusal):
    """No such member is in the team of this matter now, or not one whom the chief may let go."""

    zh = "该人员现不在本案办案组"


class InTeamAlready(Refusal):
    """This person is in the team of this matter already."""

    zh = "该人员已在本案办案组"


class MatterEnded(Refusal):
    """The matter has ended."""

    zh = "案件（线索）已经终结"


class NothingMoving(Refusal):
    """No order is moving this matter; there is no lock to release."""

    zh = "本案没有正在进行的移转，无需解除锁定"


class MeasureForbidden(Refusal):
    """No investigation of this kind may restrict liberty, or seal, seize or freeze property."""

    zh = "公益诉讼调查不得采取限制人身自由以及查封、扣押、冻结财产等强制性措施"


class MeasureIncomplete(Refusal):
    """The measure leaves out something that its kind needs."""

    zh = "调查措施缺少必要内容"


class OwnActNeeded(Refusal):
    """This measure has an official act of its own; do that."""

    zh = "该措施应当通过专门的事项办理"


class TwoInvestigatorsNeeded(Refusal):
    """At least two procuratorial staff make this measure together; technicians and bailiffs only join."""

    zh = "应当由两名以上检察人员共同进行"


class ProsecutorNeeded(Refusal):
    """A prosecutor presides over this measure."""

    zh = "应当由检察官主持"


class StaffNotOfCase(Refusal):
    """Staff belong to the handling office or were called up for this matter, and are not recused."""

    zh = "参加人员应当属于承办院或者经依法调用，且未被回避"


class ProvenanceIncomplete(Refusal):
    """Evidence of this kind and form needs more to be said of where it comes from."""

    zh = "证据来源说明不完整"


class ProvenanceKnown(Refusal):
    """What was said of where this document comes from stays; it is said once."""

    zh = "该文件的来源已经记明，不得更改"


class DocumentDamaged(Refusal):
    """The bytes that are kept are not those that were filed; they are not given out."""

    zh = "保存的内容与归档时不一致，不予提供"


class ReasonNeeded(Refusal):
    """An act entered this late needs a reason."""

    zh = "补录时间较久，须说明理由"


class DigestMismatch(Refusal):
    """The bytes received are not the bytes announced."""

    status: ClassVar[int] = 422
    zh = "收到的内容与声明的摘要不一致"


class DocumentTooLarge(Refusal):
    """The document is larger than this service takes."""

    status: ClassVar[int] = 413
    zh = "文件超过大小上限"


class DocumentUnknown(Refusal):
    """No document with this SHA-256 is kept in this matter."""

    zh = "本案没有该文件"


class TicketRefused(Refusal):
    """The ticket is not acceptable, has expired, or names another document."""

    status: ClassVar[int] = 403
    zh = "文件凭证无效或已过期"


class ExternalIdTaken(Refusal):
    """Another matter of this office already carries this external number."""

    zh = "该外部编号已用于本院其他事项"


class ClearanceTooLow(Refusal):
    """You may not set a classification above your own clearance."""

    status: ClassVar[int] = 403
    zh = "密级不得高于本人的知悉范围"


class MediaTypeNotTaken(Refusal):
    """Documents of this media type are not taken."""

    status: ClassVar[int] = 415
    zh = "不接收此类型的文件"


class LinkDoesNotFit(Refusal):
    """These two matters cannot be linked so."""

    zh = "两件事项不能如此关联"


class AlreadyLinked(Refusal):
    """These two matters are linked so already."""

    zh = "两件事项已经如此关联"


class TooManyNumbers(Refusal):
    """A matter carries no more numbers of other systems than this."""

    zh = "外部编号数量已达上限"


class IdentitiesNotKept(Refusal):
    """This installation has no key under which to keep a reporter's identity."""

    zh = "本系统未配置密钥保管，不能保存举报人身份"


class IdentityUnreadable(Refusal):
    """What is kept cannot be opened: its key is not held here, or it is not what was sealed."""

    zh = "举报人身份无法解密：本系统没有相应密钥，或者内容已被改动"


class ReporterIsKept(Refusal):
    """The reporter of this lead is kept already; only a person named to read it may replace it."""

    zh = "举报人身份已经保存，仅经指定的人员可以更正"


class NotNamedToRead(Refusal):
    """The reporter's identity is read only by persons whom the chief has named for this lead."""

    status: ClassVar[int] = 403
    zh = "举报人身份仅限检察长指定的人员查阅"


class NobodyNamed(Refusal):
    """This person is not named to read it; there is nothing to withdraw."""

    zh = "该人员未被指定，无需撤销"


class LeadNotFound(NotFound):
    """No such lead, or not one that you may see."""

    zh = "线索不存在或无权查看"


class CaseNotFound(NotFound):
    """No such case, or not one that you may see."""

    zh = "案件不存在或无权查看"
