"""The HTTP door."""

from services.notifications.router import (
    deliveries,
    digests,
    endpoints,
    feed,
    inbox,
    mail,
    overview,
    published,
)

ROUTERS = (
    endpoints.router,
    feed.router,
    deliveries.router,
    overview.router,
    inbox.router,
    digests.router,
    *mail.ROUTERS,
    published.router,
)
