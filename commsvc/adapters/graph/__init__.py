"""Exchange Online by Microsoft Graph: mailboxes, letters and calendars. Never run against the live service in our tests."""

from commsvc.adapters.graph.calendar import GraphCalendars
from commsvc.adapters.graph.mailbox import GraphMailbox
from commsvc.adapters.graph.sender import GraphSender
from commsvc.adapters.graph.session import GraphSession

__all__ = ["GraphCalendars", "GraphMailbox", "GraphSender", "GraphSession"]
