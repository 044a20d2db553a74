"""What a line of the inbox says, in Chinese and in English, filled in when it is read.

The table says the sentences; the words that stand in them are in `words`. A value that is in neither the
table of words nor the office tree, as a number or a date, is shown as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

from services.notifications.rules.words import word_of
from shared.citation import OURS, Citation


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentence for one event type; one that names modes speaks for these alone."""

    event: str
    zh: str
    en: str
    modes: tuple[str, ...] = ()
    basis: Citation = OURS["wording"]

    def placeholders(self) -> frozenset[str]:
        """The event's fields that stand in either sentence."""
        parsed = (*Formatter().parse(self.zh), *Formatter().parse(self.en))
        return frozenset(name for _, name, _, _ in parsed if name)


def _clocks(source: str) -> tuple[Wording, ...]:
    return (
        Wording(f"{source}.clock_started", "期限“{row}”自{basis_on}起算，{due_on}届满",
                "Limit “{row}” runs from {basis_on} and ends on {due_on}"),
        Wording(f"{source}.clock_met", "期限“{row}”已于{met_on}完成", "Limit “{row}” was met on {met_on}"),
        Wording(f"{source}.clock_due_soon", "期限“{row}”还有{days}天，{due_on}届满",
                "Limit “{row}” ends on {due_on}, in {days} days"),
        Wording(f"{source}.clock_breached", "{office}的期限“{row}”已于{due_on}届满，尚未完成",
                "Limit “{row}” of {office} ended on {due_on} and was not met"),
        Wording(f"{source}.clock_changed", "期限“{row}”由{old_due_on}改为{due_on}（{reason}）",
                "Limit “{row}” ended on {old_due_on} and now ends on {due_on} ({reason})"),
        Wording(f"{source}.clock_ended", "期限“{row}”不再计算", "Limit “{row}” no longer runs"),
    )  # fmt: skip


# What an office asks of the next superior, which decides and signs for nothing.
REQUESTS = (
    *("request_take_up", "request_designation", "request_lead_transfer_up", "request_extension"),
    "request_approval_to_file",
)

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
    Wording("cases.glass_broken", "{org}有人紧急查阅本案（内部规定），请复核",
            "Somebody of {org} broke the glass on this matter (internal); please review it"),
    Wording("cases.glass_reviewed", "{org}的紧急查阅已经复核：{justified}",
            "That {org} broke the glass was reviewed: {justified}"),
    *_clocks("cases"),
    Wording("referrals.referral_issued", "{issuer}发来{mode}，请签收",
            "{issuer} issued “{mode}”; please receive it"),
    Wording("referrals.referral_issued", "{issuer}报来{mode}，请审查决定",
            "{issuer} asks: “{mode}”; please decide", REQUESTS),
    Wording("referrals.referral_issued", "{issuer}决定{mode}，无须签收即生效",
            "{issuer} decided “{mode}”, which takes effect by itself", ("take_up",)),
    Wording("referrals.referral_issued", "{issuer}报来{mode}，供存查",
            "{issuer} sent “{mode}” for the record", ("report_for_record",)),
    Wording("referrals.referral_armed", "{mode}已可签收", "“{mode}” may now be received"),
    Wording("referrals.referral_voided", "{issuer}至{addressee}的{mode}已失效（{reason}）",
            "“{mode}” from {issuer} to {addressee} is void ({reason})"),
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
    Wording("referrals.report_missed", "{office}应于{due_on}前提交的{mode}第{seq_no}次报告尚未收到",
            "Report {seq_no} of {office} on “{mode}”, due on {due_on}, has not come"),
    Wording("referrals.referral_opined", "{office}已就{issuer}的{mode}提出意见（{agrees}），报送{addressee}",
            "{office} gave its opinion on “{mode}” of {issuer} ({agrees}); it is now with {addressee}"),
    Wording("referrals.referral_approved", "{approved_by}已于{approved_on}批准{mode}",
            "{approved_by} approved “{mode}” on {approved_on}"),
    Wording("referrals.referral_refused", "{addressee}未批准{mode}", "{addressee} refused “{mode}”"),
    Wording("referrals.referral_replied", "{addressee}已于{replied_on}答复{mode}",
            "{addressee} replied to “{mode}” on {replied_on}"),
    Wording("referrals.referral_disagreed", "{office}对{mode}提出不同意见，执行不停止",
            "{office} disagrees with “{mode}” while carrying it out"),
    Wording("referrals.part_not_issued", "分案后的线索未能以“{mode}”发往{addressee}，请另行处理",
            "A part of the split lead could not go to {addressee} by “{mode}”; see to it"),
    *_clocks("referrals"),
    Wording("notifications.delivery_blocked", "向{owner}推送失败（{reason}），请改用其他方式联系",
            "A message to {owner} could not be delivered ({reason}); use another way"),
    Wording("notifications.endpoint_failing", "{owner}的接收端连续{in_a_row}次未能接收，暂缓推送",
            "The endpoint of {owner} failed {in_a_row} times in a row and is left alone for a while"),
    Wording("notifications.endpoint_recovered", "{owner}的接收端已恢复接收",
            "The endpoint of {owner} takes messages again"),
    Wording("notifications.endpoint_late", "{owner}的接收端有消息已等待{oldest_seconds}秒",
            "Messages for the endpoint of {owner} have waited for {oldest_seconds} seconds"),
    Wording("notifications.endpoint_caught_up", "{owner}的接收端已无积压",
            "No message for the endpoint of {owner} waits too long any more"),
    Wording("notifications.endpoint_expiring", "{owner}的接收端将于{expires_on}停止推送，请确认是否仍需使用",
            "The endpoint of {owner} is told until {expires_on}; confirm that it is still wanted"),
    Wording("notifications.endpoint_confirmed", "{owner}的接收端已确认使用至{expires_on}",
            "The endpoint of {owner} was confirmed until {expires_on}"),
    Wording("notifications.endpoint_disabled", "{owner}的接收端已停用，消息暂存待恢复",
            "The endpoint of {owner} is disabled; its messages are held until it is resumed"),
    Wording("notifications.endpoint_verified", "{owner}的接收端已通过验证",
            "The endpoint of {owner} has proved itself"),
)  # fmt: skip

_COUNTS_ZH = "到期{due}，超期{overdue}，新到{arrived}，待审批{awaiting}"
_COUNTS_EN = "{due} due, {overdue} overdue, {arrived} new, {awaiting} waiting for approval"

# What this service says by itself, of no event.
DIGESTS = (
    Wording("digest.daily", "{begins_on}日报：" + _COUNTS_ZH, "Day of {begins_on}: " + _COUNTS_EN),
    Wording("digest.weekly", "{begins_on}至{ends_on}周报：" + _COUNTS_ZH,
            "Week from {begins_on} to {ends_on}: " + _COUNTS_EN),
)  # fmt: skip

# Facts that name an office or an agency.
ORGANISATIONS = frozenset(
    {
        *("office", "org", "sender", "receiver", "issuer", "addressee", "from_office", "to_office"),
        *("agency", "owner", "approved_by", "redirect_to"),
    }
)

_SENTENCES = {(row.event, mode): row for row in (*WORDINGS, *DIGESTS) for mode in row.modes or (None,)}


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def say(event: str, facts: Mapping[str, Any], name_of: Callable[[str], str | None], *, english: bool) -> str:
    """The sentence of that event about these facts; `name_of` knows the offices. A missing fact is a dash."""
    row = _SENTENCES.get((event, facts.get("mode"))) or _SENTENCES.get((event, None))
    if row is None:
        return event
    said = _Said(
        {key: _said(key, value, name_of, english) for key, value in facts.items() if value is not None}
    )
    return (row.en if english else row.zh).format_map(said)


def _said(fact: str, value: Any, name_of: Callable[[str], str | None], english: bool) -> str:
    text = str(value)
    if word := word_of(text, fact):
        return word.en if english else word.zh
    return name_of(text) or text
