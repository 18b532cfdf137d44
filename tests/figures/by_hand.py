"""Eighteen cases and what a person worked out for each with pencil and calendar: nothing here comes from the program.

Nimbus works from 9 to 17 in New York, which is 13:00 to 21:00 UTC until 1 November 2026 and 14:00 to 22:00 since; Hartmann works
from 9 to 17 in Aalen, 07:00 to 15:00 UTC until 25 October and 08:00 to 16:00 since. SEV1 and SEV2 run around the clock, SEV3 on
working hours. The longest gap between updates: Nimbus SEV1 30 minutes, SEV2 2 hours, SEV3 8 working hours; Hartmann SEV2 4 hours,
SEV3 16 working hours. All are looked at on Monday, 23 November 2026, 14:02 UTC. Times are UTC.
"""

from dataclasses import dataclass

NIMBUS, HARTMANN = "ACC-1008", "ACC-1002"


@dataclass(frozen=True)
class Sum:
    """By hand: seconds, None where it has not come to that. `gaps`: kept, all."""

    receipt: int | None
    first: int | None
    mitigation: int | None
    gross: int | None
    net: int | None
    reopens: int
    gaps: tuple[int, int]
    silence: int


@dataclass(frozen=True)
class Told:
    """One case as it happened. `what`: lines of a time and what happened; a day stands until another is named."""

    number: int
    account: str
    severity: str
    what: str
    sum: Sum | None
    """None: it does not count by itself."""
    into: int = 0
    queued: bool = False


H, D = 3600, 86400
CASES = (
    Told(1, NIMBUS, "SEV1", "11-16 10:00:00 came, 10:00:07 receipt, 10:09:30 answer, 10:39:00 update, 11:10:00 update, 11:30:00 propose,"
         " 11:50:00 wrote, 11:50:00 resolved",
         Sum(7, 570, 6600, 6600, 6600, 0, (2, 3), 1860)),
    # Friday 16:00 in New York to Wednesday 9:00, over the end of summer time: 1 h + 8 h + 8 h.
    Told(2, NIMBUS, "SEV3", "10-30 20:00:00 came, 20:00:30 receipt, 11-02 14:30:00 answer, 11-03 15:00:00 update, 16:00:00 propose,"
         " 11-04 14:00:00 wrote, 14:00:00 resolved",
         Sum(30, 5400, int(11.5 * H), 17 * H, 17 * H, 0, (1, 2), int(66.5 * H))),
    # The night the clocks go back, with a pause from 04:45, when a letter told of it, to 08:45, when they wrote.
    Told(3, NIMBUS, "SEV1", "11-01 04:00:00 came, 04:00:05 receipt, 04:14:00 answer, 04:40:00 update, 04:41:00 paused 2026-11-01 12:00,"
         " 04:45:00 update, 08:45:00 wrote, 09:10:00 update, 09:30:00 propose, 10:30:00 wrote, 10:30:00 resolved",
         Sum(5, 840, 2 * H, int(6.5 * H), int(2.5 * H), 0, (4, 4), 4 * H + 25 * 60)),
    # Friday 16:00 summer time in Aalen to Tuesday 10:20 winter time.
    Told(4, HARTMANN, "SEV3", "10-23 14:00:00 came, 10-26 09:00:00 answer, 10-27 09:00:00 propose, 09:20:00 wrote, 09:20:00 resolved",
         Sum(None, 2 * H, 37200, 37200, 37200, 0, (1, 1), 67 * H)),
    # Opened again five days later: an hour, and an hour and a half.
    Told(5, NIMBUS, "SEV1", "11-05 12:00:00 came, 12:00:02 receipt, 12:10:00 answer, 12:30:00 propose, 13:00:00 wrote, 13:00:00 resolved,"
         " 11-10 12:00:00 wrote, 12:00:00 reopened, 12:20:00 update, 12:45:00 propose, 13:30:00 wrote, 13:30:00 resolved",
         Sum(2, 600, 3600, 9000, 9000, 1, (3, 3), 2700)),
    # Opened again by one of ours, then by the customer, and open since.
    Told(6, HARTMANN, "SEV2", "11-09 08:00:00 came, 08:01:00 receipt, 09:30:00 answer, 12:00:00 propose, 14:00:00 wrote, 14:00:00 resolved,"
         " 18:00:00 reopen, 21:00:00 update, 23:30:00 propose, 11-10 00:00:00 wrote, 00:00:00 resolved, 11-11 00:00:00 wrote,"
         " 00:00:00 reopened",
         Sum(60, 5400, 16200, None, None, 2, (3, 4), 12 * D + 14 * H + 120)),
    Told(7, NIMBUS, "SEV3", "11-23 13:50:00 came", Sum(None, None, None, None, None, 0, (0, 0), 720)),
    # A holding statement keeps the pace for a customer, but is no person; the first proposal was spoken against.
    Told(8, NIMBUS, "SEV1", "11-12 12:00:00 came, 12:00:01 receipt, 12:15:00 answer, 12:45:00 holding, 13:15:01 update, 13:20:00 propose,"
         " 13:30:00 wrote, 14:00:00 update, 14:10:00 propose, 14:20:00 wrote, 14:20:00 resolved",
         Sum(1, 900, 8400, 8400, 8400, 0, (4, 5), 3601)),
    # A pause of which nobody was told is none.
    Told(9, NIMBUS, "SEV1", "11-14 12:00:00 came, 12:20:00 answer, 12:25:00 paused 2026-11-14 14:00, 13:00:00 wrote, 13:10:00 propose,"
         " 13:40:00 wrote, 13:40:00 resolved",
         Sum(None, 1200, 6000, 6000, 6000, 0, (0, 1), 3000)),
    # A pause on working hours that ends at its time: Monday 12:00 to Wednesday 10:00 in Aalen, 5 h + 8 h + 1 h.
    Told(10, HARTMANN, "SEV3", "11-16 08:00:00 came, 08:00:20 receipt, 10:00:00 answer, 10:30:00 paused 2026-11-18 09:00, 11:00:00 update,"
         " 11-19 09:00:00 propose, 11-20 08:00:00 wrote, 08:00:00 resolved",
         Sum(20, 7200, int(11.5 * H), 32 * H, 18 * H, 0, (2, 2), 70 * H)),
    # 13 was merged into 11, and 11 into 12: one case, from the first mail on.
    Told(11, NIMBUS, "SEV1", "11-17 12:00:00 came, 12:00:03 receipt", None, into=12),
    Told(12, NIMBUS, "SEV1", "11-17 12:20:00 came, 12:30:00 answer, 12:40:00 propose, 12:50:00 wrote, 12:50:00 resolved",
         Sum(3, 1800, 3000, 3000, 3000, 0, (1, 1), 1800)),
    Told(13, NIMBUS, "SEV1", "11-17 12:05:00 came", None, into=11),
    Told(14, HARTMANN, "SEV4", "11-18 09:00:00 came, 09:00:30 receipt", None, queued=True),
    # Over a weekend, and over Veterans Day.
    Told(15, HARTMANN, "SEV3", "11-14 10:00:00 came, 10:00:10 receipt, 11-16 08:15:00 answer, 09:00:00 propose, 09:10:00 wrote,"
         " 09:10:00 resolved",
         Sum(10, 900, 4200, 4200, 4200, 0, (1, 1), 166500)),
    Told(16, NIMBUS, "SEV3", "11-10 21:00:00 came, 11-12 14:10:00 answer, 15:00:00 propose, 15:05:00 wrote, 15:05:00 resolved",
         Sum(None, 4200, 7500, 7500, 7500, 0, (1, 1), 148200)),
    # A word of ours began the pace, although no person has answered: the next one is late by now.
    Told(17, NIMBUS, "SEV1", "11-23 13:00:00 came, 13:00:04 receipt, 13:20:00 holding", Sum(4, None, None, None, None, 0, (0, 1), 3720)),
    # A way round that held for half an hour; the update that is due by now is late.
    Told(18, NIMBUS, "SEV2", "11-23 08:00:00 came, 08:00:09 receipt, 08:40:00 answer, 09:30:00 workaround, 10:30:00 wrote, 11:25:00 update",
         Sum(9, 2400, 7200, None, None, 0, (2, 3), 9420)),
)  # fmt: skip
