"""Wanted → free time of everybody → booked, or offered ┊ in calendars ┊ kept fit for its case ┊ held.

A calendar that cannot be read does not stop a call: what was not known is said.
"""

from commsvc.flow.calls.tick import Calls

__all__ = ["Calls"]
