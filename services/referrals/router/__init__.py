"""The HTTP door: one router per resource, in the order in which the documentation shows them."""

from services.referrals.router.agencies import router as agencies
from services.referrals.router.figures import router as figures
from services.referrals.router.handoffs import router as handoffs
from services.referrals.router.referrals import router as referrals
from services.referrals.router.register import router as register

ROUTERS = (referrals, figures, handoffs, agencies, register)
