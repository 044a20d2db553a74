"""What a text that goes to every office may not hold: what names a person, an enterprise, a case (ours)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.cases.errors import NotAnonymous
from services.cases.rules.law import RULES_SINCE
from shared.citation import OURS, Citation, living


@dataclass(frozen=True, slots=True)
class Trace:
    """Something that identifies, recognised by its form."""

    code: str
    zh: str
    en: str
    form: str
    basis: Citation
    since: date = RULES_SINCE
    until: date | None = None


_OURS = OURS["typical cases are anonymous"]
NAMED = "named"

TRACES = (
    Trace("resident_id", "公民身份号码", "number of an identity card", r"(?<!\d)\d{17}[\dXx](?!\d)", _OURS),
    Trace("mobile", "手机号码", "mobile number", r"(?<!\d)1[3-9]\d{9}(?!\d)", _OURS),
    Trace("email", "电子邮箱", "e-mail address", r"[\w.+-]+@[\w-]+\.[\w.-]+", _OURS),
    Trace("bank_card", "银行卡号", "number of a bank card", r"(?<!\d)[3-6]\d{15,18}(?!\d)", _OURS),
    Trace("credit_code", "统一社会信用代码", "unified social credit code",
          r"(?<![0-9A-Z])[0-9A-HJ-NP-Z]{2}\d{6}[0-9A-HJ-NP-Z]{10}(?![0-9A-Z])", _OURS),
)  # fmt: skip


def traces_in(text: str, names: Collection[str], on: date) -> list[str]:
    """What in the text identifies somebody: the codes of the forms found, and `named` for a known name."""
    found = [trace.code for trace in living(TRACES, on) if re.search(trace.form, text)]
    return [*found, NAMED] if any(name in text for name in names if len(name) > 1) else found


def require_anonymity(text: str, names: Collection[str], on: date) -> None:
    """Refuse a text that identifies somebody; which form was found is said, never what."""
    if found := traces_in(text, names, on):
        raise NotAnonymous(found=found, article=str(_OURS), mark=_OURS.mark)
