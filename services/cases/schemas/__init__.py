"""What crosses HTTP here: what callers send, and exactly what they get."""
