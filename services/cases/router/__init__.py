"""The HTTP door of this service."""

from services.cases.router import (
    cases,
    delegations,
    documents,
    evidence,
    leads,
    limits,
    matters,
    people,
    proposals,
    reporters,
    rulebook,
)

ROUTERS = (
    leads.router,
    reporters.router,
    cases.router,
    matters.router,
    people.router,
    proposals.router,
    documents.router,
    evidence.router,
    rulebook.router,
    limits.router,
    delegations.router,
)

__all__ = ["ROUTERS"]
