"""What is measured: one registry per app, so that three apps in one process do not mix."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The gauges and histograms of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "casebridge_request_seconds",
            "time from request to answer",
            ("method", "route", "status"),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
        )
        self.outbox_rows = Gauge(
            "casebridge_outbox_rows", "events not yet confirmed by the bus", registry=self.registry
        )
        self.outbox_age = Gauge(
            "casebridge_outbox_age_seconds",
            "age of the oldest event not yet confirmed",
            registry=self.registry,
        )
        self.published = Counter(
            "casebridge_published_total", "events confirmed by the bus", registry=self.registry
        )
        self.applied = Counter(
            "casebridge_applied_total", "events applied", ("source",), registry=self.registry
        )
        self.parked = Gauge(
            "casebridge_parked_events", "events that wait here, by why", ("state",), registry=self.registry
        )
        self.lag = Gauge(
            "casebridge_consumer_lag_seconds",
            "age of the last applied event when applied",
            ("source",),
            registry=self.registry,
        )
        self.refetched = Counter(
            "casebridge_refetched_total",
            "events fetched again because the bus lost them",
            ("source",),
            registry=self.registry,
        )
