"""Referrals: orders between procuratorates, handoffs to agencies, and who those agencies are.

Owns: referrals and their reports, handoffs with their papers, answers and receipts, agencies and their keys,
the duty register, agreements. Announces: what happened to each of them (`events.PUBLISHED`). Listens to:
`cases` (standing, custody, grants, documents, acts whose document goes to an agency) and `notifications`
(what was delivered).
"""
