"""The HTTP door of this service."""

from services.cases.router import cases, documents, leads, matters, proposals, reporters, rulebook

ROUTERS = (
    leads.router,
    reporters.router,
    cases.router,
    matters.router,
    proposals.router,
    documents.router,
    rulebook.router,
)

__all__ = ["ROUTERS"]
