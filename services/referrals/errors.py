"""What this service refuses, each with a stable name."""

from collections.abc import Mapping
from typing import ClassVar

from shared.problems import NotFound, Refusal


class ReferralNotFound(NotFound):
    """No such referral, or not one that you may see."""

    zh = "该移转不存在或无权查看"


class HandoffNotFound(NotFound):
    """No such handoff, or not one that you may see."""

    zh = "该函件不存在或无权查看"


class AgencyNotFound(NotFound):
    """No such agency."""

    zh = "该机关不存在"


class MatterNotYetKnown(Refusal):
    """This service does not know the matter, or not yet in the state you name; try again shortly."""

    zh = "案件信息尚未同步到本服务，请稍后重试"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


class MatterClosed(Refusal):
    """The matter is closed; nothing more is issued about it."""

    zh = "案件已办结"


class MatterIsMoving(Refusal):
    """The matter is on its way to another office."""

    zh = "案件正在移转中"


class UnknownOffice(Refusal):
    """There is no such office on that day."""

    zh = "该日期没有此检察院"


class UnknownAgency(Refusal):
    """There is no such agency on that day."""

    zh = "该日期没有此机关"


class NotAuthorised(Refusal):
    """Your office may not issue this to that office about this matter."""

    status = 403
    zh = "贵院无权就本案向该院作出此项决定"


class NotYourStep(Refusal):
    """This step belongs to another party."""

    status = 403
    zh = "该步骤不由贵单位办理"


class StepNotOpen(Refusal):
    """This step cannot be taken from the present stage."""

    zh = "当前阶段不能办理该步骤"


class WrongMatterKind(Refusal):
    """This cannot be done for a matter of this kind."""

    zh = "该类案件不适用此方式"


class WrittenDecisionMissing(Refusal):
    """This needs a written decision: state its number and date."""

    zh = "须有书面决定，请填写文号和日期"


class JointListingNotOpen(Refusal):
    """Only a provincial office or the Supreme office may list a supervision jointly."""

    zh = "仅省级以上人民检察院可以联合挂牌督办"


class KindComesFromAnAct(Refusal):
    """A handoff of this kind follows from an official act on the case; it cannot be posted."""

    zh = "该类函件由办案决定自动产生，不能直接创建"


class WrongReceiver(Refusal):
    """A handoff of this kind cannot go to such an organisation."""

    zh = "该类函件不能发往此类单位"


class AnswerNotForeseen(Refusal):
    """A handoff of this kind is not answered that way."""

    zh = "该类函件没有此种答复方式"


class AnotherOrderIsOpen(Refusal):
    """Another order that moves this matter is open."""

    zh = "本案已有尚未完成的移转"


class NotYetConfirmed(Refusal):
    """The order is not confirmed by the case side yet; sign again in a moment."""

    zh = "办案系统尚未确认该决定，请稍后签收"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


class DocumentUnknown(Refusal):
    """A document named here has not been filed with the matter, as far as this service knows."""

    zh = "所列文书尚未归入本案，或尚未同步"
    headers: ClassVar[Mapping[str, str]] = {"Retry-After": "1"}


class DocumentNotInPackage(NotFound):
    """The handoff carries no such document."""

    zh = "该函件不含此文书"


class PackageClosed(Refusal):
    """The package is not open to you yet."""

    zh = "材料尚未开放"


class OnBehalfNeedsProof(Refusal):
    """An answer recorded for an agency names that agency, the manner in which it came, and its day."""

    zh = "代录须注明机关、收到方式和日期"


class SignatureNotVerified(Refusal):
    """The signature does not verify with a key of that agency in force, or signs something else."""

    status = 422
    zh = "签名无法以该机关的有效密钥验证，或签署内容不符"


class ServiceNeedsAgreement(Refusal):
    """Reading a document out as service needs the addressee's agreement."""

    zh = "宣告送达须经被建议单位同意"


class NotTheSameLevel(Refusal):
    """A transfer goes to the police at the agency's own level; one that does not says why."""

    zh = "涉嫌犯罪案件应移送同级公安机关；不移送同级的，须说明理由"


class PresenceNeeded(Refusal):
    """A proof of reading out names those who were present."""

    zh = "宣告送达须载明在场人员"


class ReasonNeeded(Refusal):
    """This needs a reason in words."""

    zh = "须说明理由"


class OverrideNeedsReason(Refusal):
    """The addressee differs from what the duty register proposes; say why."""

    zh = "受送单位与权责清单的推荐不一致，须说明理由"


class KeyNotUsable(Refusal):
    """This is no public Ed25519 or P-256 key."""

    status = 422
    zh = "不是可用的 Ed25519 或 P-256 公钥"


class NotTheHandlingOffice(Refusal):
    """Only the office that handles the matter may do this."""

    status = 403
    zh = "仅承办院可以办理"


class CodeIsAnOffice(Refusal):
    """This code belongs to a procuratorate; an agency needs another."""

    zh = "该代码属于检察院，不能用于其他机关"


class MilestonesOutOfOrder(Refusal):
    """Report dates must follow each other and the day of issue."""

    zh = "报告日期须依次递增且晚于作出日期"


class OccasionMissing(Refusal):
    """In this mode the issuer says on which occasion it acts."""

    zh = "须注明办理事由"


class OccasionNotForeseen(Refusal):
    """This mode knows no such occasion for a matter of this kind."""

    zh = "该方式没有此种事由"


class ParticularMissing(Refusal):
    """This mode needs particulars that are not stated."""

    zh = "缺少该方式必须载明的事项"


class ParticularNotForeseen(Refusal):
    """Particulars are stated that this mode does not know."""

    zh = "所填事项不适用于该方式"


class CoHandlerNotBelow(Refusal):
    """A co-handling office stands below the office that leads, and is never the handling office."""

    zh = "协办院须为领办院的下级院，且不得为承办院"


class MayOnlyReportUpward(Refusal):
    """A lead that another office transferred may be neither returned nor passed on; report it upward."""

    zh = "接收的移送线索不得自行退回或再移送，只能报请上级院"


class NoTransferForSuit(Refusal):
    """A case of this procedure is not transferred for suit."""

    zh = "该类案件不适用移送起诉"


class OtherProcedure(Refusal):
    """What this rests on is foreseen for cases of another procedure."""

    zh = "该事由不适用于此类诉讼程序的案件"


class NotTheCommonSuperior(Refusal):
    """A dispute is decided by an office above both that dispute; pass it on with your opinion."""

    zh = "管辖权争议应由双方的共同上级院决定，请签署意见后上报"


class DisputeWithTheHolder(Refusal):
    """A dispute over competence is with another office than the one that handles the matter."""

    zh = "争议对方不得为承办院"


class AnotherRequestIsOpen(Refusal):
    """The same is already asked for in this matter, and not decided yet."""

    zh = "本案同类报请尚未决定"


class NobodyAbove(Refusal):
    """There is no office above to pass the request to: it is decided here."""

    zh = "已无上一级人民检察院，应由本院决定"


class DecidedHere(Refusal):
    """A request of this kind is decided by the next superior itself; it is not passed on."""

    zh = "该类报请由上一级院自行决定，不再上报"


class DesigneeMissing(Refusal):
    """Approving this names the office that is designated."""

    zh = "须指明被指定的人民检察院"


class NothingToDisagreeWith(Refusal):
    """Disagreement is reported with what a superior ordered, by an office below it."""

    zh = "仅下级院可对上级院的决定报告不同意见"


class ModeUnknown(Refusal):
    """There is no such mode between offices."""

    zh = "没有此种移转方式"


class WrongSender(Refusal):
    """A handoff of this kind does not come from such an organisation."""

    status = 403
    zh = "该类函件不由此类单位发出"


class OutcomeNotForeseen(Refusal):
    """A handoff of this kind is not decided that way."""

    zh = "该类函件没有此种处理结果"


class LengtheningNotOpen(Refusal):
    """This time cannot be lengthened to so many days."""

    zh = "该期限不能延长至此天数"


class RungMissing(Refusal):
    """A report says on which ground it is made, and to whom it goes."""

    zh = "须注明报告事由和报告对象"


class WrongRung(Refusal):
    """Such a report does not go to this organisation."""

    zh = "该报告不应发往此单位"


class ApproverMissing(Refusal):
    """What one person proposed, another approves."""

    status = 403
    zh = "提出人与批准人不得为同一人"


class NothingAsked(Refusal):
    """Nothing of this kind has been asked for, or it was answered already."""

    zh = "没有待处理的请求或异议"


class AskedAlready(Refusal):
    """This was asked already, and is not answered yet."""

    zh = "已提出，尚未答复"


class NotRefused(Refusal):
    """Review is asked of a refusal."""

    zh = "仅对不予受理或者不予立案的决定可以提请复议"


class NothingToGoOnFrom(Refusal):
    """Only a handoff that was redirected or returned goes on, and only once."""

    zh = "仅被改送或退回的函件可以另行移送，且以一次为限"


class InboundNeedsSource(Refusal):
    """What an agency sends names who it is from and, if recorded from paper, how and when it came."""

    zh = "机关来函须注明来函机关；代录的须注明收到方式和日期"


class MatterMissing(Refusal):
    """This names the matter it is about, and the epoch you saw."""

    zh = "须注明案件及其版本"


class KeyIdTaken(Refusal):
    """This key id names another key of the agency; what that key signed must stay verifiable."""

    zh = "该密钥编号已用于另一密钥"


class DutyNotFound(NotFound):
    """No such line of the duty register, or no such agreement."""

    zh = "没有此条权责清单或者协议"


class FeedbackNotForeseen(Refusal):
    """This is not reported under a handoff of this kind."""

    zh = "该类函件没有此种反馈"
