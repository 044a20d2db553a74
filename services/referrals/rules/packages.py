"""When the receiver sees the whole package, and what it may see before and after."""

from datetime import date

from services.referrals.rules.courses import BEFORE_DISPATCH, HandoffStage
from services.referrals.rules.kinds import ENVELOPE, Opens, kind_for
from services.referrals.rules.vocabulary import Kind
from shared.identity import Actor
from shared.identity import Kind as ActorKind

_H = HandoffStage
_BEFORE_ACKNOWLEDGEMENT = frozenset({*BEFORE_DISPATCH, _H.DISPATCHED, _H.WITHDRAWN})
_CLOSED_AT = {
    Opens.DISPATCH: frozenset(BEFORE_DISPATCH),
    Opens.ACKNOWLEDGEMENT: _BEFORE_ACKNOWLEDGEMENT,
    Opens.ACCEPTANCE: _BEFORE_ACKNOWLEDGEMENT | {_H.ACKNOWLEDGED, _H.RETURNED, _H.REDIRECTED},
}


def package_is_open(kind: Kind, stage: HandoffStage, rules_of: date) -> bool:
    """Whether a handoff of that kind shows its package to the receiver at that stage."""
    return stage not in _CLOSED_AT[kind_for(kind, rules_of).package_at]


def shown_before(kind: Kind, rules_of: date) -> frozenset[str] | None:
    """The fields that a receiver sees while the package is closed; None where it is open from the start."""
    row = kind_for(kind, rules_of)
    return None if row.package_at is Opens.DISPATCH else frozenset((*ENVELOPE, *row.preview))


def package_allows(kind: Kind, rules_of: date) -> frozenset[str]:
    """What a package of that kind may hold; nothing, unless its row says so."""
    return frozenset(kind_for(kind, rules_of).package)


def reads_as_receiver(actor: Actor, sender: str, receiver_path: str | None, sender_path: str) -> bool:
    """Whether the actor sees a handoff only because of who receives it, and not from its sender's side."""
    if actor.kind is ActorKind.AGENCY:
        return actor.org != sender
    if not sender_path:  # an agency sent it: every office reads it as what came in
        return True
    if receiver_path is None or sender_path.startswith(actor.path):
        return False
    return receiver_path.startswith(actor.path)
