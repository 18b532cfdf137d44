"""[exchange] of config.toml: an Exchange Server, who signs in there, and the mailboxes that are read."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from commsvc.tomlfile import Mailaddress, Part

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _service(value: str) -> str:
    url = urlsplit(value)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK):
        raise ValueError(f"expected https://.../EWS/Exchange.asmx, not {value!r}")
    return value


class ExchangeBox(Part):
    """A mailbox there. `folder`: inbox, sentitems, or a path of names."""

    name: str
    mailbox: Mailaddress
    folder: str = "inbox"
    filed: Annotated[str, Field(pattern=r"^(category|move):.+")] = "category:commsvc"


class ExchangeConfig(Part):
    """`user` opens every mailbox with a password, as a delegate or by impersonation; by oauth the app of [microsoft] does.

    `servers`: the full names of the organisation's own servers, by which colleagues are known. `send_as`: the mailbox letters leave
    from. `calendars`: our people's calendars lie there.
    """

    url: Annotated[str, AfterValidator(_service)]
    auth: Literal["ntlm", "basic", "oauth"] = "ntlm"
    access: Literal["delegate", "impersonation"] = "delegate"
    user: str = ""
    password_env: str = ""
    servers: tuple[Annotated[str, AfterValidator(str.lower)], ...] = ()
    send_as: Mailaddress | Literal[""] = ""
    calendars: bool = False
    mailbox: tuple[ExchangeBox, ...] = ()

    @model_validator(mode="after")
    def _signs_in(self) -> Self:
        if self.auth != "oauth" and not (self.user and self.password_env):
            raise ValueError("[exchange] needs user and password_env")
        return self
