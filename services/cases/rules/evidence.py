"""What evidence is (R 34), what must be said of where it comes from (R 38-39), and how it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.cases.errors import PartUnknown, ProvenanceIncomplete
from services.cases.rules.law import HANDLING_RULES, RULES_SINCE
from shared.citation import OURS, Citation, Mark, living

_R = HANDLING_RULES


class Kind(StrEnum):
    """The kinds of evidence (R 34)."""

    DOCUMENTARY = "documentary"
    PHYSICAL = "physical"
    AUDIOVISUAL = "audiovisual"
    ELECTRONIC_DATA = "electronic_data"
    TESTIMONY = "testimony"
    STATEMENT_OF_PARTY = "statement_of_party"
    APPRAISAL_OPINION = "appraisal_opinion"
    EXPERT_OPINION = "expert_opinion"
    INSPECTION_RECORD = "inspection_record"


class Form(StrEnum):
    """In which form it is kept: the original (or its medium), a copy, or data that we collected ourselves."""

    ORIGINAL = "original"
    COPY = "copy"
    SELF_COLLECTED = "self_collected"


class Custody(StrEnum):
    """What happened to a document while it was kept here."""

    FILED = "filed"
    COPIED = "copied"
    DESCRIBED = "described"
    MOVED = "moved"
    READ = "read"
    CHECKED = "checked"
    DAMAGED = "damaged"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of evidence."""

    kind: Kind
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing that must (or may) be said of evidence of these kinds in that form."""

    code: str
    kinds: tuple[Kind, ...]
    form: Form
    zh: str
    en: str
    required: bool
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Passing:
    """One kind of entry in the custody of a document."""

    code: Custody
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


KINDS = (
    Sort(Kind.DOCUMENTARY, "书证", "documentary evidence", _R[34]),
    Sort(Kind.PHYSICAL, "物证", "physical evidence", _R[34]),
    Sort(Kind.AUDIOVISUAL, "视听资料", "audio-visual material", _R[34]),
    Sort(Kind.ELECTRONIC_DATA, "电子数据", "electronic data", _R[34]),
    Sort(Kind.TESTIMONY, "证人证言", "testimony", _R[34]),
    Sort(Kind.STATEMENT_OF_PARTY, "当事人陈述", "statement of a party", _R[34]),
    Sort(Kind.APPRAISAL_OPINION, "鉴定意见", "appraisal opinion", _R[34]),
    Sort(Kind.EXPERT_OPINION, "专家意见", "expert opinion", _R[34]),
    Sort(Kind.INSPECTION_RECORD, "勘验笔录", "record of inspection", _R[34]),
)

_DATA = (Kind.ELECTRONIC_DATA,)
_ALL = tuple(Kind)
_OTHERS = tuple(kind for kind in Kind if kind not in _DATA)
_O, _C, _S = Form.ORIGINAL, Form.COPY, Form.SELF_COLLECTED
_38, _39, _88 = _R[38], _R[39], _R["87-88"]
_READ = Mark.OUR_READING

DEMANDS = (
    Demand("obtained_by", _ALL, _O, "调取人", "who obtained it", False, _38),
    Demand("provided_by", _ALL, _O, "提供人", "who provided it", False, _38),
    Demand("obtained_on", _ALL, _O, "调取时间", "when", False, _38),
    Demand("origin", _ALL, _O, "出处", "origin", False, _38),
    Demand("obtained_by", _OTHERS, _C, "调取人", "who obtained it", True, _38),
    Demand("provided_by", _OTHERS, _C, "提供人", "who provided it", True, _38),
    Demand("obtained_on", _OTHERS, _C, "调取时间", "when", True, _38),
    Demand("origin", _OTHERS, _C, "出处", "origin", True, _38),
    Demand("checked_against_original", _OTHERS, _C, "注明“与原件核对无异”", "checked against the original",
           True, _38),
    Demand("signed_and_sealed", _OTHERS, _C, "签名、盖章，多页加盖骑缝章", "signed and sealed, each page",
           True, _38),
    Demand("origin", _DATA, _C, "来源", "origin", True, _39),
    Demand("making_process", _DATA, _C, "制作过程", "how the copy was made", True, _39),
    Demand("why_copy", _DATA, _C, "不能调取原始存储介质的原因", "why not the original medium", True, _39),
    Demand("obtained_by", _DATA, _C, "调取人", "who obtained it", False, _39.marked(_READ)),
    Demand("provided_by", _DATA, _C, "提供人", "who provided it", False, _39.marked(_READ)),
    Demand("obtained_on", _DATA, _C, "调取时间", "when", False, _39.marked(_READ)),
    Demand("obtained_on", _DATA, _S, "收集时间", "when it was collected", True, _39),
    Demand("place", _DATA, _S, "收集地点", "where it was collected", True, _39),
    Demand("collectors", _DATA, _S, "收集人", "who collected it", True, _39),
    Demand("origin", _DATA, _S, "来源", "origin", False, _39.marked(_READ)),
    Demand("making_process", _DATA, _S, "收集过程", "how it was collected", False, _39.marked(_READ)),
    *(
        Demand("criminal_case", _ALL, form, "刑事侦查中依法收集，案号", "got lawfully in which criminal case",
               False, _88)
        for form in Form
    ),
)  # fmt: skip

LEDGER = OURS["custody of a document is recorded and checked anew at each transfer"]

PASSINGS = (
    Passing(Custody.FILED, "归档", "filed", LEDGER),
    Passing(Custody.COPIED, "转入案件", "copied to the case", LEDGER),
    Passing(Custody.DESCRIBED, "记明来源", "its origin was stated", _R["38-39"].marked(_READ)),
    Passing(Custody.MOVED, "随案移转", "moved with the matter", LEDGER),
    Passing(Custody.READ, "凭证读取", "read by ticket", LEDGER),
    Passing(Custody.CHECKED, "核验一致", "checked: unchanged", LEDGER),
    Passing(Custody.DAMAGED, "核验不一致", "checked: not the bytes that were filed", LEDGER),
    Passing(Custody.MISSING, "核验缺失", "checked: missing", LEDGER),
)
FOUND_WRONG = (Custody.DAMAGED, Custody.MISSING)


def demands_on(kind: Kind, form: Form, on: date) -> tuple[Demand, ...]:
    """What must or may be said of such evidence that day; nothing at all, if it cannot have that form."""
    return tuple(living((row for row in DEMANDS if kind in row.kinds and row.form is form), on))


def basis_of(kind: Kind, form: Form, on: date) -> Citation:
    """The article on which such evidence is described that day."""
    return demands_on(kind, form, on)[0].basis


def check_provenance(kind: Kind, form: Form, said: Mapping[str, Any], on: date) -> None:
    """Refuse a provenance that leaves out what the article asks for, or says what such evidence has not."""
    rows = demands_on(kind, form, on)
    given = {code for code, value in said.items() if value not in (None, "", [], False)}
    if strange := sorted(given - {row.code for row in rows}):
        raise PartUnknown(document=f"{kind} {form}", unknown=strange, known=[row.code for row in rows])
    missing = [row for row in rows if row.required and row.code not in given]
    if not any(row.required for row in rows) and form is not Form.ORIGINAL:
        raise PartUnknown(document=f"{kind} {form}", unknown=[form], known=[_O, _C])
    if missing:
        parts = [{"part": row.code, "zh": row.zh, "en": row.en} for row in missing]
        raise ProvenanceIncomplete(evidence=kind, form=form, missing=parts, article=str(missing[0].basis))
