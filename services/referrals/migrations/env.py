"""The lineage of `referrals`, run in code."""

from shared.migrations import run

run()
