"""The HTTP door: one router per resource, in the order in which the documentation shows them."""

from services.referrals.router.agencies import router as agencies
from services.referrals.router.figures import router as figures
from services.referrals.router.handoff_acts import router as handoff_acts
from services.referrals.router.handoff_desk import router as handoff_desk
from services.referrals.router.handoffs import router as handoffs
from services.referrals.router.referrals import router as referrals
from services.referrals.router.register import router as register

ROUTERS = (referrals, figures, handoff_desk, handoffs, handoff_acts, agencies, register)
