"""Wait for mail: Exchange says over an open answer that something came, for as long as we listen; where it cannot, we look.

Standards:  MS-OXWSNTIF (streaming subscriptions)
Seen in practice: an idle stream sends something every 30 to 50 seconds, so a read that takes longer than the wait is only quiet,
            and a look at the folder afterwards tells a connection that is gone from one where nothing happened.
"""

import time
from collections.abc import Callable
from typing import Any

from exchangelib.errors import EWSError, UnauthorizedError
from exchangelib.properties import StatusEvent
from exchangelib.services import GetStreamingEvents, SubscribeToStreaming
from requests import RequestException

POLL = 15.0
"""Seconds between two looks where the server offers no stream."""
_MINUTE = 60.0
_EVENTS = ("NewMailEvent", "CreatedEvent", "MovedEvent")


class Stream:
    """Waits for one folder. What the server calls a subscription is made at the first wait, and again when it is lost."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._account: Any = None
        self._id = ""

    def wait(self, folder: Any, seconds: float, news: Callable[[], bool]) -> bool:
        """True as soon as `news` says so, which is asked whenever something happened; False after so many seconds."""
        end = self._clock() + seconds
        self._subscribe(folder)
        while True:
            if news():
                return True
            if (left := end - self._clock()) <= 0:
                return False
            if not self._id or not self._listen(folder.account, left):
                self._sleep(min(POLL, max(end - self._clock(), 0.0)))

    def _subscribe(self, folder: Any) -> None:
        """A subscription of this connection; none where the server refuses to give one."""
        if self._account is folder.account and self._id:
            return
        self._account, self._id = folder.account, ""
        try:
            (self._id,) = SubscribeToStreaming(account=folder.account).call(folders=[folder], event_types=_EVENTS)
        except UnauthorizedError:
            raise
        except EWSError:
            self._id = ""

    def _listen(self, account: Any, seconds: float) -> bool:
        """Hear what happens, until something does or the time is over. False: nothing can be heard here."""
        service = GetStreamingEvents(account=account)
        heard = service.call(subscription_ids=[self._id], connection_timeout=max(1, int(seconds / _MINUTE)))
        service.timeout = seconds  # it sets its own, a minute longer, when it is called
        end = self._clock() + seconds
        try:
            for told in heard:
                if self._clock() >= end or not all(isinstance(event, StatusEvent) for event in told.events):
                    return True
        except RequestException:
            return True  # nothing was said for so long; the look at the folder tells whether anybody is there
        except EWSError:
            self._id = ""
            return False
        finally:
            service.stop_streaming()
        return True
