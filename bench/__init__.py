"""What is measured, and how: the CPU that a server process spends on a request, beside bare endpoints."""
