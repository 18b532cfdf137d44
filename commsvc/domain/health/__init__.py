"""How the service itself does: what is seen of it, what of that is not well, and who is told."""
