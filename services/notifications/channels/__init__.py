"""How a message leaves: what it looks like, who vouches for it, and the guarded way out."""
