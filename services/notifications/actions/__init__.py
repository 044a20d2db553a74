"""What is done about endpoints, deliveries and the inbox: one function per act, none commits."""
