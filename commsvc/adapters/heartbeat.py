"""Ask an address on the web, so that whoever watches there knows that we live.

Temporary:  no answer in ten seconds, or one that is no success
"""

from urllib.error import URLError
from urllib.request import Request, urlopen

from commsvc.errors import Temporary

_PATIENCE = 10.0


def ask(url: str) -> None:
    """One GET. `url` comes from config.toml, where it is checked to be http or https."""
    try:
        with urlopen(Request(url, headers={"User-Agent": "commsvc"}), timeout=_PATIENCE) as answer:  # noqa: S310
            answer.read(1)
    except (URLError, OSError) as why:
        raise Temporary(f"nobody answers the heartbeat: {getattr(why, 'reason', why)}") from why
