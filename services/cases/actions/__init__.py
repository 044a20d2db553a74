"""One function per official act: it finds, asks the law, writes and records, in the caller's transaction."""
