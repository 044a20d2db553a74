"""The parts of `referrals`, handed to the frame; nothing else."""

from pathlib import Path

from services.referrals.duties import DUTIES
from services.referrals.events import PUBLISHED
from services.referrals.reactions import REACTIONS
from services.referrals.router import ROUTERS
from services.referrals.settings import ReferralsSettings
from services.referrals.tables import Base
from shared.service import Parts

MIGRATIONS = Path(__file__).parent / "migrations"


def parts(settings: ReferralsSettings | None = None) -> Parts:
    """What this service is made of; its settings come from the environment unless given."""
    return Parts(
        name="referrals",
        title="Casebridge: referrals and handoffs",
        description="Orders between procuratorates, handoffs to agencies, the duty register.",
        base=Base.metadata,
        migrations=MIGRATIONS,
        settings=settings or ReferralsSettings(),
        routers=ROUTERS,
        reactions=REACTIONS,
        duties=DUTIES,
        published=PUBLISHED,
        announces_to=("cases", "notifications"),
        listens_to=("cases", "notifications"),
    )
