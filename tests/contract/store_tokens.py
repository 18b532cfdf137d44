"""What every `ports.ApiTokens` keeps to."""

from dataclasses import replace
from datetime import timedelta

from commsvc.domain.letter.approval import Verb
from commsvc.domain.letter.command import Channel, Command
from commsvc.ports import ApiToken, Grant, Store
from tests.contract.given import NOW, SUBJECT

MONTH = timedelta(days=30)
CRM = ApiToken(
    0, "crm", "olga@support.test", frozenset({Grant.CASES, Grant.ORDERS}), frozenset({"acme", "other"}), NOW, NOW
)
NOTE = Command(Verb.NOTE, "hello", "olga@support.test", Channel.API, SUBJECT, NOW)


class TokensContract:
    """Needs the fixture `store`, empty."""

    def test_a_token_is_found_by_its_secret_until_it_ends(self, store: Store) -> None:
        secret = store.tokens.make(CRM, MONTH)
        found = store.tokens.find(secret, NOW)
        assert found is not None
        assert found == replace(CRM, id=found.id, ends_at=NOW + MONTH)
        assert store.tokens.find(secret, NOW + MONTH) is None
        assert store.tokens.find("guessed", NOW) is None

    def test_a_secret_is_not_kept(self, store: Store) -> None:
        secret = store.tokens.make(CRM, MONTH)
        rows = list(store.tables.token.select())  # type: ignore[attr-defined]
        assert not any(
            secret in str(value) or secret.removeprefix("commsvc_") in str(value) for value in rows[0].values()
        )

    def test_a_revoked_token_is_found_no_more_and_stays_on_the_list(self, store: Store) -> None:
        secret, other = store.tokens.make(CRM, MONTH), store.tokens.make(replace(CRM, name="bi"), MONTH)
        assert store.tokens.revoke("crm", NOW) == 1
        assert store.tokens.revoke("crm", NOW) == 0
        assert store.tokens.find(secret, NOW) is None
        assert store.tokens.find(other, NOW) is not None
        assert [(t.name, t.revoked_at) for t in store.tokens.all()] == [("crm", NOW), ("bi", None)]

    def test_an_order_is_written_once_for_each_key_of_a_token(self, store: Store) -> None:
        for name in ("crm", "bi"):
            store.tokens.make(replace(CRM, name=name), MONTH)
        crm, bi = (t.id for t in store.tokens.all())
        first = store.tokens.place(crm, "key", "asked", NOTE)
        assert store.tokens.place(crm, "key", "something else", NOTE) == first
        assert first.request == "asked"
        others = {
            store.tokens.place(crm, "another", "asked", NOTE).command_id,
            store.tokens.place(bi, "key", "asked", NOTE).command_id,
        }
        assert len(others | {first.command_id}) == 3
        assert store.tokens.placed_by(crm, first.command_id)
        assert not store.tokens.placed_by(bi, first.command_id)
