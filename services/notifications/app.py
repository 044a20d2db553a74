"""The service `notifications`, named by its parts."""

from pathlib import Path

from services.notifications.duties import DUTIES
from services.notifications.events import PUBLISHED
from services.notifications.mailing import send_mail
from services.notifications.reactions import REACTIONS
from services.notifications.router import ROUTERS
from services.notifications.settings import NotificationsSettings
from services.notifications.tables import Base
from services.notifications.workers import deliver
from shared.service import Parts

MIGRATIONS = Path(__file__).parent / "migrations"


def parts(settings: NotificationsSettings | None = None) -> Parts:
    """What the service is made of."""
    return Parts(
        name="notifications",
        title="Casebridge notifications",
        base=Base.metadata,
        migrations=MIGRATIONS,
        settings=settings or NotificationsSettings(),
        routers=ROUTERS,
        reactions=REACTIONS,
        duties=DUTIES,
        published=PUBLISHED,
        announces_to=("referrals", "cases"),
        listens_to=("cases", "referrals"),
        workers=(deliver, send_mail),
        description="Who is told of what: signed webhooks with proof of delivery, and the inbox of offices.",
    )
