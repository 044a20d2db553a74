"""How an investigation may be made (R 32-45): measures, means, who takes part, what is forbidden or proved.

A measure is an official act: what is particular to one of its kinds stands in its row, the parts of its
document in `documents`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from services.cases.errors import (
    MeasureForbidden,
    MeasureIncomplete,
    OwnActNeeded,
    ProsecutorNeeded,
    TwoInvestigatorsNeeded,
)
from services.cases.rules.law import HANDLING_RULES, RULES_SINCE
from services.cases.rules.vocabulary import Act, Track
from shared.citation import OURS, Citation, Mark, in_force, living

_R = HANDLING_RULES
_READ = Mark.OUR_READING


class MeasureKind(StrEnum):
    """What may be done to find out (R 35, 43, 45)."""

    READ_FILES = "read_files"
    QUESTION = "question"
    COLLECT = "collect"
    CONSULT_EXPERT = "consult_expert"
    ENTRUST_APPRAISAL = "entrust_appraisal"
    INSPECT = "inspect"
    OTHER = "other"
    ENTRUST_OFFICE = "entrust_office"
    HEARING = "hearing"
    REPORT_OBSTRUCTION = "report_obstruction"


class ForbiddenMeasure(StrEnum):
    """What may never be done in an investigation of this kind (R 35)."""

    RESTRICT_LIBERTY = "restrict_liberty"
    SEAL = "seal"
    SEIZE = "seize"
    FREEZE = "freeze"


class Means(StrEnum):
    """Technical means that may be used (R 36)."""

    RECORDER = "recorder"
    DRONE = "drone"
    REMOTE_SENSING = "remote_sensing"


class Rank(StrEnum):
    """What a member of staff is in a measure."""

    PROSECUTOR = "prosecutor"
    ASSISTANT = "assistant"
    CLERK = "clerk"
    TECHNICIAN = "technician"
    BAILIFF = "bailiff"


class Presence(StrEnum):
    """As what somebody from outside is there."""

    PEOPLES_SUPERVISOR = "peoples_supervisor"
    EXPERT = "expert"
    ASSISTING_BODY = "assisting_body"
    NOTARY = "notary"
    PERSON_CONCERNED = "person_concerned"


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of measure: its document, how many staff it needs at least, and whether it names a place.

    `act` is another official act that alone does this; `presides` asks for a prosecutor among the staff.
    """

    kind: MeasureKind
    zh: str
    en: str
    document: str
    staff: int
    presides: bool
    place: bool
    act: Act
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A word of an investigation that the law gives, or forbids."""

    code: StrEnum
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """What has to be proved in a case, and by what."""

    code: str
    tracks: tuple[Track, ...]
    zh: str
    en: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_K, _INVESTIGATE = MeasureKind, Act.INVESTIGATE

MEASURES = (
    Measure(_K.READ_FILES, "查阅、调取、复制执法、诉讼卷宗材料", "read, obtain, copy files",
            "file_reading_record", 2, False, False, _INVESTIGATE, _R["35(1)"]),
    Measure(_K.QUESTION, "询问", "question a person", "questioning_record", 2, False, True,
            _INVESTIGATE, _R[37]),
    Measure(_K.COLLECT, "调取、收集证据", "collect evidence", "evidence_notice", 2, False, False,
            _INVESTIGATE, _R[38]),
    Measure(_K.CONSULT_EXPERT, "咨询专业人员、相关部门或者行业协会", "consult who knows the subject",
            "expert_consultation", 2, False, False, _INVESTIGATE, _R[40]),
    Measure(_K.ENTRUST_APPRAISAL, "委托鉴定、评估、审计、检验、检测、翻译", "entrust an appraisal",
            "appraisal_letter", 1, False, False, Act.ENTRUST_APPRAISAL, _R[41]),
    Measure(_K.INSPECT, "勘验物证、现场", "inspect a thing or a site", "inspection_record", 2, True, True,
            _INVESTIGATE, _R[42]),
    Measure(_K.OTHER, "其他必要的调查方式", "another way that is needed", "investigation_record", 2, False,
            False, _INVESTIGATE, _R["35(7)"]),
    Measure(_K.ENTRUST_OFFICE, "委托异地同级检察院调查", "entrust an office of the same level elsewhere",
            "letter_of_entrustment", 1, False, False, _INVESTIGATE, _R[43]),
    Measure(_K.HEARING, "听证", "hold a hearing", "hearing_record", 1, False, False, Act.HEAR, _R[44]),
    Measure(_K.REPORT_OBSTRUCTION, "报告行政机关妨碍调查", "report that the agency obstructs",
            "obstruction_report", 1, False, False, _INVESTIGATE, _R[45]),
)  # fmt: skip

FORBIDDEN = (
    Named(ForbiddenMeasure.RESTRICT_LIBERTY, "限制人身自由", "restricting personal liberty", _R[35]),
    Named(ForbiddenMeasure.SEAL, "查封财产", "sealing property", _R[35]),
    Named(ForbiddenMeasure.SEIZE, "扣押财产", "seizing property", _R[35]),
    Named(ForbiddenMeasure.FREEZE, "冻结财产", "freezing property", _R[35]),
)

MEANS = (
    Named(Means.RECORDER, "执法记录仪", "recorder", _R[36]),
    Named(Means.DRONE, "无人机", "drone", _R[36]),
    Named(Means.REMOTE_SENSING, "卫星遥感", "remote sensing", _R[36]),
)

# Technicians and bailiffs may join; the two that the article asks for are others.
RANKS = (
    Named(Rank.PROSECUTOR, "检察官", "prosecutor", _R[36]),
    Named(Rank.ASSISTANT, "检察官助理", "prosecutor's assistant", _R[36].marked(_READ)),
    Named(Rank.CLERK, "书记员", "clerk", _R[36].marked(_READ)),
    Named(Rank.TECHNICIAN, "检察技术人员", "technician", _R[36]),
    Named(Rank.BAILIFF, "司法警察", "bailiff", _R[36]),
)
JOINING = (Rank.TECHNICIAN, Rank.BAILIFF)

PRESENT = (
    Named(Presence.PEOPLES_SUPERVISOR, "人民监督员", "people's supervisor", _R[12].marked(_READ)),
    Named(Presence.EXPERT, "专业人员", "outside expert", _R[36]),
    Named(Presence.ASSISTING_BODY, "协助单位", "body that helps", _R[36]),
    Named(Presence.PERSON_CONCERNED, "被询问人、当事人等", "person concerned", _R[37].marked(_READ)),
    Named(Presence.NOTARY, "公证人员", "notary", OURS["a notary may be there"]),
)

_CIVIL = (Track.CIVIL, Track.CRIMINAL_INCIDENTAL)

PROOFS = (
    Proof("harm", (Track.ADMINISTRATIVE,), "公共利益受到侵害", "that the public interest is harmed",
          _R[67].marked(_READ)),
    Proof("failure", (Track.ADMINISTRATIVE,), "行政机关违法行使职权或者不作为",
          "that the agency acts unlawfully or not at all", _R[67].marked(_READ)),
    Proof("duty", (Track.ADMINISTRATIVE,),
          "行政机关的法定职责：依法律、法规、规章认定，三定方案和权力、责任清单等作为参考",
          "the agency's duty: from laws, regulations and rules; its charter and lists are for reference",
          _R["71-72"]),
    Proof("seven_matters", _CIVIL, "条文所列七项调查事项（原文为准）",
          "the seven matters of the article, in its own words", _R[86]),
    Proof("not_performed", (Track.ADMINISTRATIVE,), "未依法履职的七种情形之一",
          "one of the seven forms of not performing", _R[82]),
)  # fmt: skip

MEASURING = tuple(dict.fromkeys(row.act for row in MEASURES))
TWO_STAFF = _R[36]


def measure_for(kind: str, on: date) -> Measure:
    """The row of that kind; refused with its article if forbidden, or if another act alone does it."""
    for row in living(FORBIDDEN, on):
        if row.code == kind:
            raise MeasureForbidden(measure=kind, zh=row.zh, en=row.en, article=str(row.basis))
    measure = in_force([row for row in MEASURES if row.kind == kind], on, f"measure {kind}")
    if measure.act is not Act.INVESTIGATE:
        raise OwnActNeeded(measure=kind, act=measure.act, article=str(measure.basis))
    return measure


def check_measure(measure: Measure, staff: Sequence[Mapping[str, Any]], place: str | None) -> None:
    """Refuse too few staff, an inspection without a prosecutor, and a measure that says not where it was."""
    counting = {each["sub"] for each in staff if each["rank"] not in JOINING}
    if len(counting) < measure.staff:
        said = {"needed": measure.staff, "counted": len(counting)}
        raise TwoInvestigatorsNeeded(measure=measure.kind, article=str(TWO_STAFF), **said)
    if measure.presides and Rank.PROSECUTOR not in {each["rank"] for each in staff}:
        raise ProsecutorNeeded(measure=measure.kind, article=str(measure.basis))
    if measure.place and not place:
        raise MeasureIncomplete(measure=measure.kind, missing=["place"], article=str(measure.basis))
