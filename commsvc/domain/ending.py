"""Secrets and certificates end: how early that is told, so that nobody learns it from silence."""

from datetime import date

STEPS = (3, 14, 30)
"""Days before the last one, on which it is told again."""


def warning(what: str, last: date, today: date) -> str:
    """What to tell about `what`, whose last day is `last`; "" while there is time. The same words until the next step."""
    left = (last - today).days
    if left < 0:
        return f"{what} ended on {last:%d %B %Y}: nothing can be read or sent by it"
    step = next((days for days in STEPS if left <= days), None)
    return f"{what} ends on {last:%d %B %Y}, within {step} days: make a new one" if step else ""
