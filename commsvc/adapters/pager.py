"""Page people and tell a chat, by whatever apprise can reach: phone, pager, chat, webhook.

One address of a way to reach somebody (`json://…`, `twilio://…`, `mattermost://…`) holds secrets, so it
stands in an environment variable that config.toml names.

Temporary:  nobody took the message    the letter that pages is tried again, as every letter is
Standards:  none; apprise's own addresses, one a service
"""

from collections.abc import Mapping

from apprise import Apprise

from commsvc.errors import Temporary


class ApprisePager:
    """`ports.Pager` on apprise. `people`: the ways to reach each person; `chat`: told of every page as well."""

    def __init__(self, people: Mapping[str, str], chat: str = "") -> None:
        self._people, self._chat = people, chat

    def reaches(self, address: str) -> bool:
        return bool(self._people.get(address))

    def page(self, address: str, title: str, text: str) -> None:
        ways = [w for w in (self._people.get(address, ""), self._chat) if w]
        if not ways:
            raise Temporary(f"there is no way to page {address}")
        taken = [_told(way, title, text) for way in ways]
        if not taken[0]:
            raise Temporary(f"nobody took the page to {address}")


def unreadable(way: str) -> bool:
    """Is this no address of a way that apprise knows?"""
    return not Apprise().add(way)


def _told(way: str, title: str, text: str) -> bool:
    apprise = Apprise()
    return bool(apprise.add(way)) and bool(apprise.notify(body=text, title=title))
