"""Leads and cases: who handles them, what may be done next on which article, what is due, what happened.

Announces every act, every change of standing and every clock; listens to `referrals` (orders between offices,
service and answers of agencies) and to `notifications` (what was delivered), and keeps both on the timeline.
"""
