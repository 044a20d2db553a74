"""What is measured, and how: `python -m bench cases --help`, `python -m bench delivery --help`.

Real processes on private servers. Every figure is printed with the load average beside it; other programs on
the machine falsify CPU per operation and ratios least.
"""
