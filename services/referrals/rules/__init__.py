"""The law of referrals and handoffs as tables and pure questions; no I/O, no clock, no session."""
