"""The HTTP door of this service."""

from services.cases.router import cases, documents, evidence, leads, matters, proposals, rulebook

ROUTERS = (
    leads.router,
    cases.router,
    matters.router,
    proposals.router,
    documents.router,
    evidence.router,
    rulebook.router,
)

__all__ = ["ROUTERS"]
