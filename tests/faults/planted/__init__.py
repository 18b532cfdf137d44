"""The daemon with one thing planted in it, to prove that the verifier sees what it should."""
