"""The HTTP door."""

from services.notifications.router import deliveries, endpoints, feed, inbox, overview, published

ROUTERS = (
    endpoints.router,
    feed.router,
    deliveries.router,
    overview.router,
    inbox.router,
    published.router,
)
