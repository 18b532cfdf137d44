"""Due → warn → deputy → manager → director: climb the chain of each promise that comes near."""

from commsvc.flow.promises.tick import Promises

__all__ = ["Promises"]
