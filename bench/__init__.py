"""What is measured, and how: `python -m bench delivery --help`.

Real processes on a private PostgreSQL and RabbitMQ, as the fault tests start them. Every figure is printed
with the load average beside it; other programs on the machine falsify CPU per operation and ratios least.
"""
