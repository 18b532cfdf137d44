"""How likely an account escalates, 0 to 100 (practice.md 5.6). The weights are start values, to be calibrated."""

from dataclasses import dataclass
from enum import Enum

AMBER, RED, SLACK = 40.0, 65.0, 5.0


class Light(Enum):
    """Whether somebody should look."""

    GREEN = "calm"
    AMBER = "watch"
    RED = "act"


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of one account. `mood`: mean of 30 days, -1 to 1; `promises_kept`: share of 90 days, 0 to 1;
    each None where nothing is known, which counts as no trouble.
    """

    elevated: int = 0
    """Cases of SEV1 or SEV2 in 90 days."""
    promises_kept: float | None = None
    late_updates: int = 0
    """In 30 days."""
    mood: float | None = None
    came_again: bool = False
    renewal_near: bool = False
    last_csat: int | None = None


def points(signs: Signs) -> tuple[tuple[str, float], ...]:
    """What each sign adds, in the order of the formula."""
    kept = 1.0 if signs.promises_kept is None else signs.promises_kept
    return (
        ("severe cases", 25 * min(1.0, signs.elevated / 3)),
        ("promises not kept", 20 * (1 - kept)),
        ("late updates", 15 * min(1.0, signs.late_updates / 5)),
        ("mood", 15 * max(0.0, -(signs.mood or 0.0))),
        ("the same trouble again", 10.0 * signs.came_again),
        ("renewal is near", 10.0 * signs.renewal_near),
        ("unhappy answer", 5.0 * (signs.last_csat is not None and signs.last_csat <= 2)),
    )


def score(signs: Signs) -> float:
    return sum(worth for _, worth in points(signs))


def light(now: float, before: Light = Light.GREEN) -> Light:
    """Up at once; down only when it is 5 points below the mark."""
    reached = Light.RED if now >= RED else Light.AMBER if now >= AMBER else Light.GREEN
    order = list(Light)
    if order.index(reached) >= order.index(before):
        return reached
    mark = RED if before is Light.RED else AMBER
    if now > mark - SLACK:
        return before
    return light(now, order[order.index(before) - 1])
