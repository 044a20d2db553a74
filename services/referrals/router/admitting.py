"""How a call comes to a referral: once its order is confirmed, and told what happened if late."""

import asyncio
import time
from datetime import date
from uuid import UUID

from fastapi import Request

from services.referrals import queries
from services.referrals.rules.lifecycle import Act, Stage, step_for
from services.referrals.tables import Referral
from shared import clock
from shared.problems import ChangedMeanwhile
from shared.transactions import CurrentActor, HttpCall

LOOK_SECONDS = 0.05


def today() -> date:
    """The day on which an act happens, if its body states none."""
    return clock.today()


async def confirmed(referral_id: UUID, request: Request, actor: CurrentActor) -> None:
    """Waits, holding no transaction, until the order is no longer merely issued; a second at most."""
    frame = request.app.state.frame
    last = time.monotonic() + frame.settings.confirmation_seconds
    while time.monotonic() < last:
        if not await queries.awaits_confirmation(frame.database, actor, referral_id):
            return
        await asyncio.sleep(LOOK_SECONDS)


def still_open(call: HttpCall, referral: Referral, act: Act) -> None:
    """Admits the call; a stale one learns what happened meanwhile if that closed its step (409), else 412."""
    try:
        call.admit(referral)
    except ChangedMeanwhile:
        if referral.stage is not Stage.ISSUED:
            step_for(referral.track, referral.stage, act)
        raise
