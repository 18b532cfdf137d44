"""What Exchange refuses, in our words, and how its answers are read: one try each, and nothing repeated behind our back.

exchangelib would wait for up to an hour inside a call, and takes any answer that ends the connection for a busy server. Here each
answer is told as what it is, and whoever calls decides what may be done again.
"""

from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorFolderNotFound,
    ErrorImpersonateUserDenied,
    ErrorImpersonationDenied,
    ErrorNonExistentMailbox,
    ErrorServerBusy,
    TransportError,
    UnauthorizedError,
)
from exchangelib.protocol import FailFast
from exchangelib.util import is_xml
from requests import Response

from commsvc.errors import Permanent, Temporary, Trouble

PAUSE = 60.0
"""Seconds that a busy server is left alone for, when it does not say how long it wants."""
_OK, _FAULT, _SIGN_IN = 200, 500, 401
_FOR_A_PERSON = (ErrorAccessDenied, ErrorFolderNotFound, ErrorImpersonateUserDenied, ErrorImpersonationDenied,
                 ErrorNonExistentMailbox)  # fmt: skip


class Unexpected(TransportError):  # type: ignore[misc]
    """An HTTP status instead of an answer: a proxy's, or that of a server that is not well."""


class OneTry(FailFast):  # type: ignore[misc]
    """How exchangelib treats an answer: whatever is no answer of Exchange is raised at once."""

    def raise_response_errors(self, response: Response) -> None:
        status = response.status_code
        if status == _OK or (status == _FAULT and is_xml(response.content)):
            return
        if status == _SIGN_IN:
            raise UnauthorizedError("401")
        raise Unexpected(f"HTTP {status}")


def pause(why: BaseException) -> float:
    """Seconds that the server wants to be left alone for; 0 when it did not ask for that."""
    return float(why.back_off or PAUSE) if isinstance(why, ErrorServerBusy) else 0.0


def told(why: BaseException, whom: str, user: str) -> Trouble:
    """The trouble to raise. `whom` names mailbox and server, `user` who signs in."""
    if isinstance(why, UnauthorizedError):
        return Permanent(f"{whom} refuses the sign-in of {user}")
    if seconds := pause(why):
        return Temporary(f"{whom} is busy and asks us to wait {seconds:.0f} seconds")
    said = f"{whom} cannot be used: {type(why).__name__}: {' '.join(str(why).split())[:300]}"
    return (Permanent if isinstance(why, _FOR_A_PERSON) else Temporary)(said)
