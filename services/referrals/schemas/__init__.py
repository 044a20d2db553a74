"""What crosses HTTP: what callers send, and exactly which fields they get."""
