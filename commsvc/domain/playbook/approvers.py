"""Who must say yes, as approvals.toml writes it: `auto`, a role, `a|b` for either of them, `a+b` for both."""


def parts(said: str) -> tuple[tuple[str, ...], ...]:
    """The yeses that are needed; each can be said by any of its roles."""
    return tuple(tuple(either.split("|")) for either in said.split("+"))


def in_words(said: str) -> str:
    """`owner|account_manager` as "owner or account manager", `a+b` as "a and b"."""
    return " and ".join(" or ".join(either) for either in parts(said)).replace("_", " ")


def roles(said: str) -> tuple[str, ...]:
    """Every role that is named, in order."""
    return tuple(role for either in parts(said) for role in either)
