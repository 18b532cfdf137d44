"""What a pilot shows: its accounts live beside what the rules in force would have done, all others in its shadow."""

from commsvc.domain.learning.comparison import Comparison, report
from commsvc.domain.playbook.pilot import Pilot


def pilot_report(pilot: Pilot, found: Comparison) -> list[str]:
    """Line by line. `found`: the mail since the pilot began, under the rules in force (old) and the pilot's (new)."""
    live = tuple(p for p in found.pairs if p.new.account in pilot.accounts)
    shadow = tuple(p for p in found.pairs if p.new.account not in pilot.accounts)
    until = f" until {pilot.ended_at:%Y-%m-%d %H:%M}" if pilot.ended_at else ""
    return [
        f"{pilot.version} ({pilot.digest}), live for {', '.join(sorted(pilot.accounts))} since {pilot.started_at:%Y-%m-%d %H:%M}{until} UTC.",
        "Live, beside what the rules in force would have done:",
        *(f"  {line}" for line in report(Comparison(live))),
        "Everybody else, in the shadow (nothing of it was done or sent):",
        *(f"  {line}" for line in report(Comparison(shadow, found.unread, found.unknown))),
    ]
