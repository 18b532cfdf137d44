"""What every tick works with, and the two steps that several flows share: asking for an approval, offering a case."""

from commsvc.desk.desk import Desk, Identity

__all__ = ["Desk", "Identity"]
