"""One suite a port, run by every adapter of it: what holds in memory holds against the real server."""
