"""The HTTP door."""

from services.notifications.router import deliveries, digests, endpoints, inbox, mail, published

ROUTERS = (endpoints.router, deliveries.router, inbox.router, digests.router, *mail.ROUTERS, published.router)
