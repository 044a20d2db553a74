"""Who is told of what, and the proof that they were.

Owns endpoints, deliveries with their attempts, and the inbox of offices. Listens to `cases` and `referrals`;
announces endpoints' states to nobody in particular, and to both of them what was delivered or could not be.
"""
