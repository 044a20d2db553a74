"""What is announced of leads beside their course: links, numbers elsewhere, protected reporters."""

from typing import ClassVar
from uuid import UUID

from services.cases.rules.links import LinkKind
from shared.events import Event


class MattersLinked(Event):
    """A matter was linked with another; both chains say so, each from its side."""

    name: ClassVar[str] = "matters_linked"

    matter_id: UUID
    other_id: UUID
    link: LinkKind
    begins: bool


class ExternalIdAdded(Event):
    """A matter carries a number of another system; which, is not said here."""

    name: ClassVar[str] = "external_id_added"

    matter_id: UUID
    office: str


class ReporterKept(Event):
    """The identity of a lead's reporter was sealed; who it is, is said nowhere."""

    name: ClassVar[str] = "reporter_kept"

    lead_id: UUID
    office: str
    replaced: bool


class ReporterReaderDecided(Event):
    """The chief decided whether a person may read who reported a lead; whom, is not said here."""

    name: ClassVar[str] = "reporter_reader_decided"

    lead_id: UUID
    office: str
    granted: bool


PUBLISHED: tuple[type[Event], ...] = (MattersLinked, ExternalIdAdded, ReporterKept, ReporterReaderDecided)
