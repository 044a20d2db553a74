"""The HTTP door of this service."""

from services.cases.router import cases, documents, finding, leads, matters, proposals, rulebook, typical

ROUTERS = (
    leads.router,
    cases.router,
    cases.files,
    matters.router,
    proposals.router,
    documents.router,
    rulebook.router,
    finding.router,
    typical.router,
)

__all__ = ["ROUTERS"]
