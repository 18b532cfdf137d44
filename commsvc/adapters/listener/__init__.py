"""Our own server for incoming mail: what it speaks, whom it takes mail from, and how a burst shares its commits."""

from commsvc.adapters.listener.listener import VALIDITY, Listener

__all__ = ["VALIDITY", "Listener"]
