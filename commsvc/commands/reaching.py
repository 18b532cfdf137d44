"""Is every mailbox and sender there, and may we sign in? And what does the world know of our domain?"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from commsvc import providers
from commsvc.domain.health.sending import Published
from commsvc.errors import Trouble
from commsvc.installation import Installation


def reached(i: Installation) -> Mapping[str, str]:
    """Each neighbour that is asked for mail or handed letters, and what went wrong there; "" when it signed us in."""
    doors = providers.doors(i.folder, i.config)
    with ThreadPoolExecutor(max(len(doors), 1)) as pool:
        return dict(zip(doors, pool.map(_knock, doors.values()), strict=True))


def published(i: Installation) -> Published | None:
    """What DNS says of the domain we send from; None where `commsvc[dns]` is not installed."""
    try:
        from commsvc.adapters import dns
    except ModuleNotFoundError:
        return None
    return dns.published(i.config.identity.domain, i.config.smtp.dkim_selector if i.config.smtp else "")


def _knock(door: Callable[[], None]) -> str:
    try:
        door()
    except Trouble as why:
        return str(why)
    return ""
