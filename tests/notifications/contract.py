"""The fields that each event carries, as the services announce them."""

from services.cases.events import PUBLISHED as CASES
from services.notifications.events import PUBLISHED as NOTIFICATIONS
from services.referrals.events import PUBLISHED as REFERRALS
from shared.ledger import PUBLISHED as CLOCKS

_ALL = {"cases": (*CASES, *CLOCKS), "referrals": (*REFERRALS, *CLOCKS), "notifications": NOTIFICATIONS}

FIELDS: dict[str, set[str]] = {
    f"{service}.{event.name}": set(event.model_fields) for service, events in _ALL.items() for event in events
}
