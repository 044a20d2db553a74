"""The three services: cases, referrals, notifications. None imports another."""
