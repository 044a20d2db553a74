"""What this service does because time passed; the day is an argument, and doing it twice changes nothing."""

from services.referrals import actions
from shared.service import Duty

DUTIES = (
    Duty("expire_orders", 60, actions.expire),
    Duty("announce_missed_reports", 60, actions.announce_missed),
)
