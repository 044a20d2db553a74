"""When the receiver sees the whole package, and what it may see before."""

from datetime import date

from services.referrals.rules.kinds import WHOLE, Opens, kind_for
from services.referrals.rules.lifecycle import HandoffStage
from services.referrals.rules.vocabulary import Kind
from shared.identity import Actor
from shared.identity import Kind as ActorKind

_CLOSED_AT = {
    Opens.DISPATCH: frozenset[HandoffStage](),
    Opens.ACKNOWLEDGEMENT: frozenset({HandoffStage.DISPATCHED, HandoffStage.WITHDRAWN}),
    Opens.ACCEPTANCE: frozenset(
        {
            HandoffStage.DISPATCHED,
            HandoffStage.ACKNOWLEDGED,
            HandoffStage.RETURNED,
            HandoffStage.WITHDRAWN,
        }
    ),
}


def package_is_open(kind: Kind, stage: HandoffStage, dispatched_on: date) -> bool:
    """Whether a handoff of that kind shows its package to the receiver at that stage."""
    return stage not in _CLOSED_AT[kind_for(kind, dispatched_on).package_at]


def shown_before(kind: Kind, dispatched_on: date) -> frozenset[str] | None:
    """The fields that a receiver sees while the package is closed; None where nothing is held back."""
    preview = kind_for(kind, dispatched_on).preview
    return None if preview == WHOLE else frozenset(preview)


def reads_as_receiver(actor: Actor, receiver: str, receiver_path: str | None, sender_path: str) -> bool:
    """Whether the actor sees a handoff only because of who receives it, and not from its sender's side."""
    if actor.kind is ActorKind.AGENCY:
        return actor.org == receiver
    if receiver_path is None or sender_path.startswith(actor.path):
        return False
    return receiver_path.startswith(actor.path)
