"""What a line of the inbox says, in Chinese and in English, filled in when it is read.

The first table says the sentences, the second the words that stand in them. A value that is in neither the
word table nor the office tree is shown as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from shared.citation import OURS, Citation


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentence for one event type."""

    event: str
    zh: str
    en: str
    basis: Citation = OURS["wording"]

    def placeholders(self) -> frozenset[str]:
        """The event's fields that stand in either sentence."""
        parsed = (*Formatter().parse(self.zh), *Formatter().parse(self.en))
        return frozenset(name for _, name, _, _ in parsed if name)


@dataclass(frozen=True, slots=True)
class Word:
    """One identifier as people say it."""

    value: str
    zh: str
    en: str
    basis: Citation = OURS["wording"]


def _clocks(source: str) -> tuple[Wording, ...]:
    return (
        Wording(f"{source}.clock_started", "期限 {row} 自{basis_on}起算，{due_on}届满",
                "Limit {row} runs from {basis_on} and ends on {due_on}"),
        Wording(f"{source}.clock_met", "期限 {row} 已于{met_on}完成", "Limit {row} was met on {met_on}"),
        Wording(f"{source}.clock_due_soon", "期限 {row} 还有{days}天，{due_on}届满",
                "Limit {row} ends on {due_on}, in {days} days"),
        Wording(f"{source}.clock_breached", "{office}的期限 {row} 已于{due_on}届满，尚未完成",
                "Limit {row} of {office} ended on {due_on} and was not met"),
        Wording(f"{source}.clock_changed", "期限 {row} 由{old_due_on}改为{due_on}（{reason}）",
                "Limit {row} ended on {old_due_on} and now ends on {due_on} ({reason})"),
        Wording(f"{source}.clock_ended", "期限 {row} 不再计算", "Limit {row} no longer runs"),
    )  # fmt: skip


WORDINGS = (
    Wording("cases.lead_registered", "新线索登记：{number}（{sector}）",
            "Lead {number} was registered ({sector})"),
    Wording("cases.lead_assessed", "线索已评估：{outcome}", "The lead was assessed: {outcome}"),
    Wording("cases.lead_closed", "线索已办结：{outcome}", "The lead was closed: {outcome}"),
    Wording("cases.lead_joined", "有线索并入本案", "A lead was joined with this matter"),
    Wording("cases.lead_split", "线索已分案", "The lead was split"),
    Wording("cases.act_done", "已办理“{act}”", "“{act}” was done"),
    Wording("cases.step_proposed", "“{act}”待{awaiting}审批", "“{act}” waits for the {awaiting}"),
    Wording("cases.step_reviewed", "“{act}”已经审核，待{awaiting}审批",
            "“{act}” was reviewed and waits for the {awaiting}"),
    Wording("cases.step_decided", "“{act}”审批结果：{approved}", "“{act}” was decided: {approved}"),
    Wording("cases.case_opened", "已立案：{number}（{procedure}）",
            "Case {number} was opened ({procedure})"),
    Wording("cases.suggestion_made", "已向{agency}制发检察建议 {number}",
            "Suggestion {number} to {agency} was made"),
    Wording("cases.suggestion_withdrawn", "检察建议已撤回", "The suggestion was withdrawn"),
    Wording("cases.reply_judged", "检察建议回复审查结论：{finding}",
            "The reply to the suggestion was judged: {finding}"),
    Wording("cases.case_terminated", "案件 {number} 已终结", "Case {number} was terminated"),
    Wording("cases.custody_moved", "承办院由{from_office}变更为{to_office}",
            "The matter moved from {from_office} to {to_office}"),
    Wording("cases.grant_given", "{org}已获授权：{scope}", "{org} was given access: {scope}"),
    Wording("cases.grant_ended", "{org}的授权已终止：{reason}", "{org} no longer has access: {reason}"),
    Wording("cases.document_checked", "{office}保存的文件 {sha256} 核验结果：{outcome}",
            "Document {sha256} kept by {office} was checked: {outcome}"),
    *_clocks("cases"),
    Wording("referrals.referral_issued", "{issuer}发来{mode}，请签收",
            "{issuer} issued “{mode}”; please receive it"),
    Wording("referrals.referral_armed", "{mode}已可签收", "“{mode}” may now be received"),
    Wording("referrals.referral_voided", "{issuer}至{addressee}的{mode}已失效",
            "“{mode}” from {issuer} to {addressee} is void"),
    Wording("referrals.referral_received", "{addressee}已于{received_on}签收{mode}",
            "{addressee} received “{mode}” on {received_on}"),
    Wording("referrals.referral_in_force", "{mode}已生效", "“{mode}” is in force"),
    Wording("referrals.referral_withdrawn", "{issuer}已撤回{mode}", "{issuer} withdrew “{mode}”"),
    Wording("referrals.referral_reported", "{mode}事项收到第{seq_no}次报告",
            "Report {seq_no} on “{mode}” arrived"),
    Wording("referrals.referral_ended", "{mode}已结束", "“{mode}” has ended"),
    Wording("referrals.handoff_dispatched", "{sender}发来{kind}（{number}）",
            "{sender} sent {kind} ({number})"),
    Wording("referrals.handoff_gated", "{kind}：{gate}（{org}）", "{kind}: {gate} ({org})"),
    Wording("referrals.handoff_redirected", "{receiver}认为{kind}应移送{redirect_to}，请确认",
            "{receiver} says that {kind} belongs to {redirect_to}; please confirm"),
    Wording("referrals.handoff_acted", "{org}就{kind}办理：{act}", "{org}, on {kind}: {act}"),
    Wording("referrals.handoff_delivered", "{kind}已推送至{receiver}的接收端",
            "{kind} reached the endpoint of {receiver}"),
    Wording("referrals.handoff_acknowledged", "{receiver}已签收{kind}", "{receiver} acknowledged {kind}"),
    Wording("referrals.handoff_accepted", "{receiver}已受理{kind}", "{receiver} accepted {kind}"),
    Wording("referrals.handoff_returned", "{receiver}退回{kind}", "{receiver} returned {kind}"),
    Wording("referrals.handoff_withdrawn", "{sender}已撤回{kind}", "{sender} withdrew {kind}"),
    Wording("referrals.handoff_decided", "{receiver}对{kind}作出决定：{outcome}",
            "{receiver} decided on {kind}: {outcome}"),
    Wording("referrals.handoff_served", "{kind}已于{served_on}送达{receiver}（{manner}）",
            "{kind} was served on {receiver} on {served_on} ({manner})"),
    Wording("referrals.handoff_replied", "{receiver}已于{replied_on}回复{kind}",
            "{receiver} replied to {kind} on {replied_on}"),
    Wording("referrals.handoff_concluded", "{kind}已办结", "{kind} was concluded"),
    *_clocks("referrals"),
    Wording("notifications.delivery_blocked", "向{owner}推送失败（{reason}），请改用其他方式联系",
            "A message to {owner} could not be delivered ({reason}); use another way"),
)  # fmt: skip

WORDS = (
    Word("assign", "交办", "assignment"),
    Word("take_up", "提办", "taking up"),
    Word("supervise", "督办", "supervision"),
    Word("take_lead", "领办", "taking the lead"),
    Word("designate", "指定管辖", "designation"),
    Word("transfer_lead", "移送线索", "transfer of a lead"),
    Word("transfer_case", "移送案件", "transfer of a case"),
    Word("transfer_for_suit", "移送起诉", "transfer for suit"),
    Word("request_take_up", "报请提办", "request to take up"),
    Word("request_designation", "报请指定管辖", "request for designation"),
    Word("request_lead_transfer_up", "报请移送线索", "request to transfer a lead upward"),
    Word("request_extension", "报请延长期限", "request for extension"),
    Word("request_approval_to_file", "报请批准立案", "request for approval to open a case"),
    Word("request_instruction", "请示", "request for instruction"),
    Word("guide", "对下指导", "guidance"),
    Word("report_for_record", "备案", "report for record"),
    Word("superior_decision", "上级决定", "decision of the superior"),
    Word("entrust_investigation", "委托调查", "entrusted investigation"),
    Word("call_up", "调用检察人员", "call-up of staff"),
    Word("suggestion", "检察建议书", "a procuratorial suggestion"),
    Word("filing_decision", "立案决定书", "a decision to open a case"),
    Word("termination_decision", "终结案件决定书", "a decision to terminate"),
    Word("criminal_lead", "涉嫌犯罪线索", "a criminal lead"),
    Word("duty_violation_lead", "职务违法犯罪线索", "a duty violation lead"),
    Word("administrative_lead", "行政违法线索", "an administrative lead"),
    Word("agency_lead", "行政机关移送的公益诉讼线索", "an agency's lead"),
    Word("criminal_transfer", "行政机关移送涉嫌犯罪案件（抄送）", "a copy of a criminal transfer"),
    Word("filing_supervision", "立案监督", "supervision of filing"),
    Word("consultation", "磋商", "a consultation"),
    Word("evidence_request", "调取证据", "an evidence request"),
    Word("technical_assistance", "技术协助", "a request for technical assistance"),
    Word("appraisal", "鉴定评估", "an appraisal"),
    Word("court_communication", "与法院沟通", "a communication with the court"),
    Word("court_filing", "向法院起诉", "a court filing"),
    Word("obstruction_report", "妨碍调查情况通报", "an obstruction report"),
    Word("work_letter", "工作函", "a work letter"),
    Word("plaintiff_notice", "公告抄送", "a copy of the announcement"),
    Word("administrative", "行政公益诉讼", "administrative"),
    Word("civil", "民事公益诉讼", "civil"),
    Word("criminal_incidental", "刑事附带民事公益诉讼", "criminal-incidental"),
    Word("prosecutor", "检察官", "prosecutor"),
    Word("department_head", "部门负责人", "department head"),
    Word("chief", "检察长", "chief procurator"),
    Word("committee", "检察委员会", "procuratorial committee"),
    Word("file", "立案", "opening the case"),
    Word("decline", "不立案", "declining"),
    Word("suggest", "制发检察建议", "making a suggestion"),
    Word("terminate", "终结案件", "termination"),
    Word("inquire", "初步调查", "preliminary inquiry"),
    Word("merge", "并案", "joining"),
    Word("split", "分案", "splitting"),
    Word("merged", "并案", "joined"),
    Word("transfer_inside", "内部移送", "intra-office transfer"),
    Word("object", "书面异议", "written objection"),
    Word("plan", "制定调查方案", "plan of investigation"),
    Word("consult", "磋商", "consultation"),
    Word("hear", "听证", "hearing"),
    Word("entrust_appraisal", "委托鉴定等", "entrusting an appraisal"),
    Word("receive_appraisal", "收到鉴定等结果", "result of an appraisal"),
    Word("extend", "延长审查起诉期限", "extension of the review"),
    Word("conclude_investigation", "调查终结", "end of the investigation"),
    Word("serve", "送达检察建议", "service of the suggestion"),
    Word("reply", "收到书面回复", "reply of the agency"),
    Word("replace_suggestion", "变更检察建议", "changing the suggestion"),
    Word("withdraw_suggestion", "撤回检察建议", "withdrawing the suggestion"),
    Word("suspend", "中止审查", "suspending the review"),
    Word("resume", "恢复审查", "resuming the review"),
    Word("announce", "发布公告", "announcement"),
    Word("publish", "公告已刊登", "publication of the announcement"),
    Word("note_subject_sued", "适格主体已起诉", "another proper subject sued"),
    Word("note_indictment", "刑事案件已起诉", "the criminal case was indicted"),
    Word("support", "支持起诉", "supporting a suit"),
    Word("withdraw_support", "撤回支持起诉", "withdrawing the support"),
    Word("conclude_review", "审查终结", "end of the review"),
    Word("sue", "提起诉讼", "suing"),
    Word("lodge", "递交起诉书", "lodging the indictment"),
    Word("note_court_filing", "法院受理", "the court filed the suit"),
    Word("note_court_refusal", "法院不予立案", "the court refused the suit"),
    Word("note_defendant_served", "被告收到起诉书", "the defendant was served"),
    Word("note_defence", "收到答辩状", "the defendant answered"),
    Word("note_appearance_notice", "收到出庭通知书", "the court's notice to appear"),
    Word("appoint_appearance", "派员出庭", "who appears"),
    Word("appear", "出庭", "an appearance in court"),
    Word("change_claims", "变更诉讼请求", "changing the claims"),
    Word("withdraw_suit", "撤回起诉", "withdrawing the suit"),
    Word("notify_court", "通知法院", "notice to the court"),
    Word("mediate", "调解", "mediation"),
    Word("note_judgment", "收到一审判决", "judgment of first instance"),
    Word("note_ruling", "收到一审裁定", "ruling of first instance"),
    Word("appeal", "上诉", "appeal"),
    Word("note_other_appeal", "对方上诉", "appeal of the other side"),
    Word("withdraw_appeal", "撤回上诉", "withdrawing the appeal"),
    Word("note_second_instance", "二审受理", "second instance"),
    Word("note_remand", "发回重审", "sent back"),
    Word("note_final_judgment", "收到终审判决", "final judgment"),
    Word("note_finality", "裁判生效", "the decision is final"),
    Word("protest", "抗诉", "protest"),
    Word("note_retrial_judgment", "收到再审判决", "judgment of the retrial"),
    Word("suggest_to_court", "向法院提出检察建议", "suggestion to the court"),
    Word("note_execution", "移送执行", "execution"),
    Word("conclude", "结案", "closing the case"),
    Word("archive", "归档", "archiving"),
    Word("register", "登记线索", "registering the lead"),
    Word("assess", "评估线索", "assessing the lead"),
    Word("judge_performed", "认定已依法履职", "judged as performed"),
    Word("judge_not_performed", "认定未依法履职", "judged as not performed"),
    Word("extension", "延长", "extended"),
    Word("suspension", "中止", "suspended"),
    Word("suspension_over", "恢复", "resumed"),
    Word("exclusion", "鉴定等期间不计入", "time of an appraisal left out"),
    Word("exclusion_over", "鉴定等期间结束", "an appraisal has ended"),
    Word("calendar", "放假安排更新", "another calendar"),
    Word("filed", "立案", "opened"),
    Word("declined", "不立案", "declined"),
    Word("True", "同意", "approved"),
    Word("False", "不同意", "not approved"),
    Word("to_file", "建议立案", "a case should be opened"),
    Word("to_decline", "建议不立案", "no case should be opened"),
    Word("performed", "已依法履职", "performed"),
    Word("no_reply_no_measures", "逾期不回复且未采取整改措施", "no reply and no measures"),
    Word("plan_not_executed", "已制定整改方案但未执行", "a plan that was not carried out"),
    Word("replied_without_performing", "已回复但未履职", "replied without performing"),
    Word("crime_pursued_duty_remains", "已追究刑事责任但行政职责未履行", "crime pursued, duty still open"),
    Word("obstacle_gone_not_resumed", "障碍消除后未恢复履职", "obstacle gone, duty not resumed"),
    Word("measures_unlawful", "整改措施违法", "the measures are unlawful"),
    Word("other", "其他", "other"),
    Word("awaits_approval", "待检察长批准", "waits for the chief's approval"),
    Word("awaits_forwarding", "待审查转送", "waits to be sent on"),
    Word("taken_back", "未发出，已收回", "taken back before it left"),
    Word("ask_papers", "要求补充材料", "papers asked for"),
    Word("supply", "补充材料", "papers supplied"),
    Word("lengthen", "延长审查期限", "time lengthened"),
    Word("ask_review", "提请复议", "review asked for"),
    Word("propose_supervision", "建议立案监督", "supervision of filing suggested"),
    Word("hand_over", "移交物品和材料", "items and papers handed over"),
    Word("notify_to_file", "通知立案", "notified to open a case"),
    Word("report", "反馈情况", "report"),
    Word("object", "提出异议", "objection"),
    Word("reexamine", "异议复核", "re-examination"),
    Word("not_filed", "不予立案", "not opened"),
    Word("penalised", "行政处罚", "penalised"),
    Word("corrected", "责令改正", "ordered to correct"),
    Word("no_violation", "未发现违法", "no violation found"),
    Word("refused", "不予受理", "refused"),
    Word("withdrawn", "撤回", "withdrawn"),
    Word("replaced", "变更", "replaced"),
    Word("signature", "签收", "by signature"),
    Word("refusal_left", "留置", "left after refusal"),
    Word("read_out", "宣告", "read out"),
    Word("lifted", "已解除", "lifted"),
    Word("custody_moved", "承办院已变更", "the matter moved"),
    Word("education", "教育", "education"),
    Word("medical", "医疗", "medical"),
    Word("employment", "就业", "employment"),
    Word("elderly_care", "养老", "elderly care"),
    Word("consumption", "消费", "consumption"),
    Word("finance", "金融", "finance"),
    Word("transport", "交通", "transport"),
    Word("postal", "邮政快递", "postal"),
    Word("telecom", "电信", "telecom"),
    Word("housing", "住房", "housing"),
    Word("public_service", "公共服务", "public service"),
    Word("gone", "接收端已停止接收", "the receiver no longer takes messages"),
    Word("damaged", "内容与归档时不一致", "not the bytes that were filed"),
    Word("missing", "缺失", "missing"),
    Word("checked", "内容一致", "unchanged"),
    Word("exhausted", "多次重试未成功", "all tries failed"),
)  # fmt: skip

_SENTENCES = {row.event: row for row in WORDINGS}
_WORDS = {row.value: row for row in WORDS}


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def say(event: str, facts: Mapping[str, Any], name_of: Callable[[str], str | None], *, english: bool) -> str:
    """The sentence of that event about these facts; `name_of` knows the offices. A missing fact is a dash."""
    row = _SENTENCES.get(event)
    if row is None:
        return event
    said = _Said({key: _said(value, name_of, english) for key, value in facts.items() if value is not None})
    return (row.en if english else row.zh).format_map(said)


def _said(value: Any, name_of: Callable[[str], str | None], english: bool) -> str:
    text = str(value)
    if word := _WORDS.get(text):
        return word.en if english else word.zh
    return name_of(text) or text
