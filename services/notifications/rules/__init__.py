"""What is decided here without looking anything up: whom to call, when, what to say, who must know."""
