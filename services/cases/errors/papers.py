"""Refusals about papers: documents, evidence, measures of the investigation."""

from typing import ClassVar

from shared.problems import Refusal


class DocumentIncomplete(Refusal):
    """The document lacks a part that it must have."""

    zh = "文书缺少法定内容"


class PartUnknown(Refusal):
    """The document has no such part."""

    status: ClassVar[int] = 422
    zh = "该文书没有此项内容"


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


class MediaTypeNotTaken(Refusal):
    """Documents of this media type are not taken."""

    status: ClassVar[int] = 415
    zh = "不接收此类型的文件"
