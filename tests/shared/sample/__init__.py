"""A small service made of the frame alone, so that the frame can be tried without any law.

`left` and `right` are two of it: each keeps notes, announces them, and hears the other's.
"""
