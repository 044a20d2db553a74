"""What is measured, and how: CPU of the server process per request, and the ratio to bare endpoints."""
