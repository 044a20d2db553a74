"""Handoffs leave, come in, wait at a gate, go on elsewhere, and end."""

from services.referrals.actions.handoffs.ending import (
    conclude_handoff,
    concluded,
    taken_back,
    withdraw_handoff,
)
from services.referrals.actions.handoffs.gates import (
    approve_handoff,
    decline_handoff,
    dispute_handoff,
    forward_handoff,
    name_forwarder,
)
from services.referrals.actions.handoffs.inbound import receive
from services.referrals.actions.handoffs.moving import (
    handoff_facts,
    office_of,
    run_clocks,
    take_handoff,
    tell_handoff,
)
from services.referrals.actions.handoffs.onward import Onward, go_on
from services.referrals.actions.handoffs.sending import dispatch, dispatch_several, hand_over_act
from services.referrals.actions.handoffs.stated import Content, FromAct, Posted, Reported

__all__ = [
    "Content",
    "FromAct",
    "Onward",
    "Posted",
    "Reported",
    "approve_handoff",
    "conclude_handoff",
    "concluded",
    "decline_handoff",
    "dispatch",
    "dispatch_several",
    "dispute_handoff",
    "forward_handoff",
    "go_on",
    "hand_over_act",
    "handoff_facts",
    "name_forwarder",
    "office_of",
    "receive",
    "run_clocks",
    "take_handoff",
    "taken_back",
    "tell_handoff",
    "withdraw_handoff",
]
