"""What this service does because time passed: its clocks are watched by the frame, nothing else is due."""

from shared.service import Duty

DUTIES: tuple[Duty, ...] = ()
