"""A small Microsoft Graph of our own: the operations that are used, and no more lenient than the real one is said to be."""
