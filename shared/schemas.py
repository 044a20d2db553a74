"""What crosses HTTP, in general: strict bodies, clean text, legal dates."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Self

from annotated_types import GroupedMetadata
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.samples import MOST_NUMBERS, too_many

_LEAKED = (
    "含有{found}个身份证号、手机号或银行卡号，至多{most}个；此处只填数量和样例，不得粘贴泄露的数据，数据本身作为文件提交"
    " / holds {found} identity, phone or card numbers, at most {most}: counts and samples only, never the"
    " leaked data; the data itself is filed as a document"
)

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _clean(value: str) -> str:
    for character in value:
        category = unicodedata.category(character)
        if (category in ("Cc", "Cs", "Co", "Cn") and character not in "\n\t") or character in _BIDI:
            raise ValueError("holds a control, private or direction-changing character")
    return value


@dataclass(frozen=True, slots=True)
class Text(GroupedMetadata):
    """`Annotated[str, Text(200)]`: so long at most, stripped, no characters that change how others read."""

    most: int
    least: int = 1

    def __iter__(self) -> Iterator[object]:
        """What pydantic reads: the limits, then the check of every character."""
        yield from StringConstraints(strip_whitespace=True, min_length=self.least, max_length=self.most)
        yield AfterValidator(_clean)


Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Epoch = Annotated[int, Field(ge=0, lt=1 << 31)]


class Body(BaseModel):
    """What a caller sends: unknown fields are refused, and so is a data set pasted into its texts."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @model_validator(mode="after")
    def _counts_and_samples_only(self) -> Self:
        if found := too_many(self):
            raise PydanticCustomError("leaked_data", _LEAKED, {"found": found, "most": MOST_NUMBERS})
        return self


class Out(BaseModel):
    """What a caller gets: exactly these fields, read from a row."""

    model_config = ConfigDict(from_attributes=True)


class ActBody(Body):
    """The body of an official act: when it legally happened (today, if not said)."""

    occurred_on: Annotated[
        date | None, Field(description="the legal date of the act; default today in Asia/Shanghai")
    ] = None
