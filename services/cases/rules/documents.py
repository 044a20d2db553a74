"""What each official act is written in: the document's name as dated data, and the parts it must have.

An instrument may be renamed by a coming law: that is a further row of the same code, with its own days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.cases.errors import DocumentIncomplete, PartUnknown
from services.cases.rules.law import (
    HANDLING_RULES,
    INTERPRETATION,
    RULES_SINCE,
    SUGGESTION_RULES,
)
from shared.citation import OURS, Citation, Mark, in_force, living


@dataclass(frozen=True, slots=True)
class Document:
    """One kind of document under the name it has in its days."""

    code: str
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_R, _J, _SUG = HANDLING_RULES, INTERPRETATION, SUGGESTION_RULES
_READ, _INFERRED = Mark.OUR_READING, Mark.INFERENCE

DOCUMENTS = (
    # leads
    Document("lead_register", "线索登记表", "register of leads", _R[25].marked(_READ)),
    Document("inquiry_report", "初步调查报告", "report of the preliminary inquiry", _R[27]),
    Document("assessment", "线索评估意见", "assessment of the lead", OURS["the assessment in writing"]),
    Document("filing_approval_form", "立案审批表", "approval form for filing", _R[30]),
    Document("filing_decision", "立案决定书", "decision to open a case", _R[30]),
    Document("declining_decision", "不立案决定书", "decision not to open a case", _R[30]),
    Document("joining_record", "线索并案记录", "record of joining", OURS["joining and splitting in writing"]),
    Document("splitting_record", "线索分案记录", "record of splitting",
             OURS["joining and splitting in writing"]),
    Document("list_of_materials", "移送材料清单", "list of materials", OURS["intra-office transfer by list"]),
    Document("facts_correction", "事实更正记录", "record of facts corrected",
             OURS["facts are corrected in writing"]),
    Document("objection", "书面异议", "written objection", _R[8].marked(_READ)),
    # investigation
    Document("investigation_plan", "调查方案", "plan of investigation", _R[33]),
    Document("consultation_record", "磋商记录", "record of consultation", _R[70]),
    Document("hearing_record", "听证记录", "record of the hearing", _R[44]),
    Document("appraisal_letter", "委托鉴定函", "letter entrusting an appraisal", _R[41]),
    Document("appraisal_opinion", "鉴定意见", "result of the appraisal", _R[34]),
    Document("appraisal_ended", "终止委托鉴定函", "letter ending an appraisal", _R[48].marked(_READ)),
    Document("file_reading_record", "查阅、复制卷宗材料记录", "record of files read",
             _R["35(1)"].marked(_READ)),
    Document("questioning_record", "询问笔录", "record of questioning", _R[37]),
    Document("evidence_notice", "调取证据通知书及调取证据清单", "notice and list of evidence", _R[38]),
    Document("expert_consultation", "咨询笔录或者书面专家意见", "record or opinion of an expert", _R[40]),
    Document("inspection_record", "勘验笔录", "record of an inspection", _R[42]),
    Document("investigation_record", "调查记录", "record of a measure", _R["35(7)"].marked(_READ)),
    Document("letter_of_entrustment", "委托书", "letter entrusting another office", _R[43]),
    Document("obstruction_report", "妨碍调查情况报告", "report of an obstruction", _R[45].marked(_READ)),
    Document("investigation_report", "调查终结报告", "report concluding the investigation", _R[73]),
    # before suit
    Document("suggestion", "检察建议书", "procuratorial suggestion", _R[75]),
    Document("proof_of_service", "送达回证", "proof of service", _R[76]),
    Document("reply", "书面回复", "written reply", _J[21]),
    Document("suggestion_changed", "变更检察建议决定", "decision changing a suggestion", _SUG[22]),
    Document("suggestion_withdrawn", "撤回检察建议决定", "decision withdrawing a suggestion", _SUG[22]),
    Document("suspension_decision", "中止审查决定书", "decision suspending the review", _R[78]),
    Document("resumption_decision", "恢复审查决定书", "decision resuming the review", _R[78]),
    Document("follow_up_record", "跟进调查记录", "record of the follow-up", _R[77].marked(_READ)),
    Document("announcement", "公告", "announcement", _R[91]),
    Document("publication", "公告刊登凭证", "proof of publication", _R[91].marked(_READ)),
    Document("notice_of_suit", "其他适格主体起诉情况", "note of another suit", _R[90].marked(_READ)),
    Document("criminal_indictment", "刑事起诉书", "criminal indictment", _R[97].marked(_READ)),
    Document("support_opinion", "支持起诉意见书", "opinion supporting a suit", _R["100-103"].marked(_READ)),
    Document("support_withdrawal", "撤回支持起诉决定书", "decision withdrawing support",
             _R[102].marked(_READ)),
    Document("extension_decision", "延长审查起诉期限决定", "decision to extend", _R[47].marked(_READ)),
    Document("review_report", "审查终结报告", "report concluding the review", _R[79]),
    Document("termination_decision", "终结案件决定书", "decision terminating a case", _R[74]),
    # before the court
    Document("indictment", "公益诉讼起诉书", "indictment", _R[46].marked(_READ)),
    Document("court_receipt", "法院收案凭证", "receipt of the court", _R[46].marked(_INFERRED)),
    Document("court_filing_notice", "法院受理通知书", "notice of filing", _J[17].marked(_INFERRED)),
    Document("court_refusal", "不予立案裁定书", "ruling refusing to file", _R["58-63"].marked(_INFERRED)),
    Document("court_service", "法院送达回证", "the court's proof of service", _J[17].marked(_INFERRED)),
    Document("defence", "答辩状", "statement of defence", _J[17].marked(_INFERRED)),
    Document("appearance_notice", "出庭通知书", "the court's notice to appear", _J[8]),
    Document("appearance", "派员出庭通知书", "notice of who appears", _R[49]),
    Document("trial_record", "出庭记录", "record of the appearance", _R["49-57"].marked(_READ)),
    Document("claims_decision", "变更诉讼请求决定书", "decision changing the claims", _R[84].marked(_READ)),
    Document("suit_withdrawal", "撤回起诉决定书", "decision withdrawing the suit", _R[84].marked(_READ)),
    Document("mediation", "调解书", "mediation agreement", _R[99].marked(_READ)),
    Document("judgment", "判决书", "judgment", _R[58].marked(_INFERRED)),
    Document("ruling", "裁定书", "ruling", _R[58].marked(_INFERRED)),
    Document("appeal", "上诉书", "appeal", _R["58-63"].marked(_READ)),
    Document("appeal_copy", "上诉状副本", "copy of the other side's appeal", _R[62].marked(_READ)),
    Document("appeal_withdrawal", "撤回上诉决定书", "decision withdrawing an appeal", _R[61].marked(_READ)),
    Document("protest", "抗诉书", "protest", _R["64-66"].marked(_READ)),
    Document("suggestion_to_court", "检察建议书（致法院）", "suggestion to the court",
             _R["64-66"].marked(_READ)),
    Document("execution", "移送执行材料", "papers of the execution", _J[12].marked(_READ)),
    Document("letter_to_court", "致法院通知", "notice to the court", _R[84].marked(_READ)),
    Document("closing_report", "结案报告", "closing report", OURS["a case ends with a report"]),
    Document("archive_list", "卷宗目录", "list of the file", _R[106].marked(_READ)),
    Document("typical_case", "典型案例", "typical case", OURS["typical cases"]),
    Document("typical_case_withdrawn", "撤回典型案例决定", "decision withdrawing a typical case",
             OURS["typical cases"]),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a document; one that is not required may be empty."""

    document: str
    code: str
    zh: str
    en: str
    required: bool
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


PARTS = (
    Part("inquiry_report", "truth", "线索真实性", "truth of the lead", True, _R[27]),
    Part("inquiry_report", "checkability", "可查性", "checkability", True, _R[27]),
    Part("investigation_plan", "approach", "调查思路", "approach", True, _R[33]),
    Part("investigation_plan", "method", "调查方法", "method", True, _R[33]),
    Part("investigation_plan", "steps", "调查步骤", "steps", True, _R[33]),
    Part("investigation_plan", "evidence", "拟收集的证据清单", "list of evidence", True, _R[33]),
    Part("file_reading_record", "files", "卷宗名称和保管单位", "which files, kept by whom", True,
         _R["35(1)"].marked(_READ)),
    Part("questioning_record", "person", "被询问人身份", "who was questioned, as what", True, _R[37]),
    Part("questioning_record", "individually", "个别进行", "that it was individual", True, _R[37]),
    Part("questioning_record", "card_shown", "出示工作证", "that the work card was shown", True, _R[37]),
    Part("questioning_record", "signature", "签名，或者注明拒绝签名", "signature, or refusal noted",
         True, _R[37]),
    Part("evidence_notice", "provider", "证据持有人", "who holds the evidence", True, _R[38]),
    Part("evidence_notice", "list", "调取证据清单", "list of the evidence", True, _R[38]),
    Part("expert_consultation", "consulted", "专业人员、部门或者协会", "who was consulted", True, _R[40]),
    Part("expert_consultation", "opinion", "咨询意见", "opinion", True, _R[40]),
    Part("expert_consultation", "signature", "签名或者盖章", "signature or seal", True, _R[40]),
    Part("inspection_record", "presided_by", "主持勘验的检察官", "prosecutor who presided", True, _R[42]),
    Part("inspection_record", "findings", "勘验情况", "what was found", True, _R[42]),
    Part("inspection_record", "signature", "参加人员签名", "signatures", True, _R[42]),
    Part("investigation_record", "way", "调查方式", "in which way", True, _R["35(7)"].marked(_READ)),
    Part("letter_of_entrustment", "subjects", "调查对象", "whom to ask", True, _R[43]),
    Part("letter_of_entrustment", "items", "调查事项", "what about", True, _R[43]),
    Part("letter_of_entrustment", "demands", "调查要求", "what is demanded", True, _R[43]),
    Part("obstruction_report", "obstruction", "妨碍调查的情形", "how it obstructs", True, _R[45]),
    Part("obstruction_report", "reported_to", "报告、通报的对象", "to whom it is told", True, _R[45]),
    Part("suggestion", "agency", "行政机关名称", "name of the agency", True, _R[75]),
    Part("suggestion", "case_source", "案件来源", "source of the case", True, _R[75]),
    Part("suggestion", "harm", "公共利益受损事实", "facts of the harm", True, _R[75]),
    Part("suggestion", "failure", "未依法履职的事实和理由", "facts and reasons of the failure", True, _R[75]),
    Part("suggestion", "legal_basis", "法律依据", "legal basis", True, _R[75]),
    Part("suggestion", "content", "建议的具体内容", "what exactly is suggested", True, _R[75]),
    Part("suggestion", "rectification_period", "整改期限", "rectification period", True, _R[75]),
    Part("suggestion", "other", "其他需要说明的事项", "anything else", False, _R[75]),
    Part("announcement", "facts", "案件事实", "facts", True, _R[91]),
    Part("announcement", "subjects", "告知适格主体可以起诉", "proper subjects may sue", True, _R[91]),
    Part("announcement", "period", "公告期限", "period", True, _R[91]),
    Part("announcement", "contact", "联系方式", "contact", True, _R[91]),
    Part("typical_case", "facts", "基本案情", "facts", True, OURS["typical cases"]),
    Part("typical_case", "handling", "履职过程", "how it was handled", True, OURS["typical cases"]),
    Part("typical_case", "significance", "典型意义", "why it is typical", True, OURS["typical cases"]),
    Part("announcement", "issuer", "公告单位和日期", "issuer and date", True, _R[91]),
)  # fmt: skip

NAMES = tuple(dict.fromkeys(document.code for document in DOCUMENTS))


def document_on(code: str, on: date) -> Document:
    """That kind of document under the name it has that day; NoRuleInForce when it had none."""
    return in_force([d for d in DOCUMENTS if d.code == code], on, f"document {code}")


def parts_of(document: str, on: date | None = None) -> tuple[Part, ...]:
    """The parts of a kind of document: of a day, or all there ever were."""
    rows = [p for p in PARTS if p.document == document]
    return tuple(rows if on is None else living(rows, on))


def check_parts(document: str, parts: Mapping[str, str | None], on: date) -> None:
    """Refuse a document that lacks parts the law asks for, naming each, or that has a strange one."""
    known = parts_of(document, on)
    if strange := sorted(set(parts) - {p.code for p in known}):
        raise PartUnknown(document=document, unknown=strange, known=[p.code for p in known])
    missing = [p for p in known if p.required and not (parts.get(p.code) or "").strip()]
    if missing:
        said = [{"part": p.code, "zh": p.zh, "en": p.en} for p in missing]
        raise DocumentIncomplete(document=document, missing=said, article=str(missing[0].basis))
