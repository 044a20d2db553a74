"""The main job, walked through the public HTTP API: a demonstration, and a check of a running system.

    python -m services demo --url http://127.0.0.1:8000

Every step is what an office's or an agency's own system would send. Ends with 1 if anything is off.
"""

from services.demo.people import AGENCIES, DISTRICT
from services.demo.walk import LAST, main

__all__ = ["AGENCIES", "DISTRICT", "LAST", "main"]
