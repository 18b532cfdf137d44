"""What `doctor` tells whoever administers a Microsoft tenant: what the app must be allowed, and whose mailboxes it must reach."""

from collections.abc import Iterator

from commsvc.config import Config


def permissions(config: Config) -> tuple[str, ...]:
    """The application permissions that Graph must grant for this configuration, no more."""
    app = config.microsoft
    if app is None:
        return ()
    mail = ("Mail.ReadWrite",) if config.graph or app.send_as else ()
    send = ("Mail.Send",) if app.send_as else ()
    return (*mail, *send, *(("Calendars.ReadWrite",) if app.calendars else ()))


def reach(config: Config) -> Iterator[str]:
    """Whose mailboxes the app has to reach, and no others."""
    app = config.microsoft
    if app is None:
        return
    yield from sorted({box.mailbox for box in config.graph} | ({app.send_as} if app.send_as else set()))
    if app.calendars:
        yield "everybody of ours whose calendar is read"


def needed(config: Config) -> list[str]:
    """The lines of `doctor` for whoever administers the tenant."""
    if config.microsoft is None:
        return []
    return [
        f"Microsoft Graph: app {config.microsoft.client_id} needs these application permissions: {', '.join(permissions(config))}",
        f"  for these mailboxes alone (RBAC for Applications, see docs/exchange-online.md): {', '.join(reach(config))}",
    ]
