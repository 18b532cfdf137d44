"""Exchange Server by Exchange Web Services, spoken by exchangelib: mailboxes, letters and calendars. Importing it takes a second."""

from commsvc.adapters.exchange.calendar import ExchangeCalendars
from commsvc.adapters.exchange.mailbox import ExchangeMailbox
from commsvc.adapters.exchange.sender import ExchangeSender
from commsvc.adapters.exchange.session import ExchangeSession

__all__ = ["ExchangeCalendars", "ExchangeMailbox", "ExchangeSender", "ExchangeSession"]
