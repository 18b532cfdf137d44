"""Instants: exchangelib's datetimes refuse every zone but their own, so they go no further than this room."""

from datetime import UTC, datetime

from exchangelib import EWSDateTime


def plain(at: EWSDateTime) -> datetime:
    """The same instant as a plain datetime in UTC."""
    return datetime.fromtimestamp(at.timestamp(), UTC)


def theirs(at: datetime) -> EWSDateTime:
    """The same instant as exchangelib wants it."""
    return EWSDateTime.from_datetime(at.astimezone(UTC))
