"""Raw row → parse → match → facts → severity → owner → promises ┊ wishes for letters."""

from commsvc.flow.triage.tick import Triage

__all__ = ["Triage"]
