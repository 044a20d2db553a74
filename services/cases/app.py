"""The parts of `cases`, for the frame."""

from pathlib import Path

from services.cases.duties import DUTIES
from services.cases.events import PUBLISHED
from services.cases.reactions import REACTIONS
from services.cases.router import ROUTERS
from services.cases.settings import CasesSettings
from services.cases.tables import Base
from services.cases.workers import check_documents
from shared import ledger
from shared.service import Parts


def parts(settings: CasesSettings | None = None) -> Parts:
    """What this service is made of; its settings come from the environment unless given."""
    return Parts(
        name="cases",
        title="Casebridge: leads and cases",
        description=(
            "Leads and cases of personal-information public interest litigation: who handles them, what may"
            " be done next and on which article, what is due, and everything that happened."
        ),
        base=Base.metadata,
        migrations=Path(__file__).parent / "migrations",
        settings=settings or CasesSettings(),
        routers=ROUTERS,
        reactions=REACTIONS,
        duties=DUTIES,
        published=(*PUBLISHED, *ledger.PUBLISHED),
        announces_to=("referrals", "notifications"),
        listens_to=("referrals", "notifications"),
        workers=(check_documents,),
    )
