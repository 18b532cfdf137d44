"""What the flow asks of the outside world and of the store. Each contract is written here, once.

Every method may raise `Temporary`; what else it raises stands at the method. Instants are aware UTC.
"""

from commsvc.ports.adoptions import Adoptions
from commsvc.ports.calls import Calls
from commsvc.ports.cases import Cases, Promises
from commsvc.ports.claim import Claim
from commsvc.ports.evidence import Evidence, Original
from commsvc.ports.facts import Facts
from commsvc.ports.histories import Histories
from commsvc.ports.inbox import Inbox, Message
from commsvc.ports.learnt import LearntShelf
from commsvc.ports.letters import Letters
from commsvc.ports.outside import Calendar, Mailbox, Pager, Playbooks, Reader, Sender, Stationery, Tokens
from commsvc.ports.records import Records
from commsvc.ports.sessions import Session, Sessions
from commsvc.ports.signs import Signs
from commsvc.ports.staff import Staff
from commsvc.ports.store import Store
from commsvc.ports.tokens import ApiToken, ApiTokens, Grant, Placed

__all__ = [
    "Adoptions",
    "ApiToken",
    "ApiTokens",
    "Calendar",
    "Calls",
    "Cases",
    "Claim",
    "Evidence",
    "Facts",
    "Grant",
    "Histories",
    "Inbox",
    "LearntShelf",
    "Letters",
    "Mailbox",
    "Message",
    "Original",
    "Pager",
    "Placed",
    "Playbooks",
    "Promises",
    "Reader",
    "Records",
    "Sender",
    "Session",
    "Sessions",
    "Signs",
    "Staff",
    "Stationery",
    "Store",
    "Tokens",
]
