"""What `commsvc try` does: what would happen with these mails and why; nothing stored, nothing sent."""

from commsvc.trying.trial import Tried, try_mails

__all__ = ["Tried", "try_mails"]
