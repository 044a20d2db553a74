"""The HTTP door of this service."""

from services.cases.router import (
    cases,
    delegations,
    documents,
    evidence,
    finding,
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
    delegations.router,
    finding.router,
    typical.router,
)

__all__ = ["ROUTERS"]
