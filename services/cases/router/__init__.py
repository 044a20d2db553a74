"""The HTTP door of this service."""

from services.cases.router import (
    cases,
    delegations,
    documents,
    evidence,
    finding,
    glass,
    leads,
    limits,
    matters,
    people,
    proposals,
    reporters,
    rulebook,
    typical,
)

ROUTERS = (
    leads.router,
    reporters.router,
    cases.router,
    cases.files,
    matters.router,
    people.router,
    proposals.router,
    documents.router,
    evidence.router,
    rulebook.router,
    limits.router,
    limits.settings,
    delegations.router,
    finding.router,
    glass.router,
    typical.router,
)

__all__ = ["ROUTERS"]
