"""The HTTP door of this service."""

from services.cases.router import (
    cases,
    delegations,
    documents,
    leads,
    limits,
    matters,
    people,
    proposals,
    rulebook,
)

ROUTERS = (
    leads.router,
    cases.router,
    matters.router,
    people.router,
    proposals.router,
    documents.router,
    rulebook.router,
    limits.router,
    delegations.router,
)

__all__ = ["ROUTERS"]
