"""Handoffs as they cross HTTP: what is said, and what is told."""
