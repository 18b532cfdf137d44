"""Letters with invented cases: proofread, and looked at."""
