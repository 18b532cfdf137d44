"""What is left when the service is killed: counted by a verifier that knows nothing of its code."""
