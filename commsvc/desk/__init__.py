"""What every tick works with, and the steps that several flows share: asking for an approval, offering a
case, what follows once a letter has gone.
"""

from commsvc.desk.desk import Desk, Identity
from commsvc.desk.register import Register

__all__ = ["Desk", "Identity", "Register"]
