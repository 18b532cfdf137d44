"""Real neighbours for the tests: each starts in its own folder on loopback and is stopped for sure."""
