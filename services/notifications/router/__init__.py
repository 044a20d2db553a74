"""The HTTP door."""

from services.notifications.router import deliveries, endpoints, inbox, published

ROUTERS = (endpoints.router, deliveries.router, inbox.router, published.router)
