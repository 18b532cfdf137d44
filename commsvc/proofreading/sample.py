"""An invented case that fills every slot, for proofs and previews of letters.

`whole`: every slot has a value. `bare`: only those that must. `hostile`: every word of the customer
tries to be markup, a template or a block of ours.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import Enum

from commsvc.adapters.stationery import Templates
from commsvc.domain.case.case import Case, Stage
from commsvc.domain.case.directory import Account, Contact, Person
from commsvc.domain.letter.draft import Brand, Meeting, Reader, Scene
from commsvc.domain.letter.facts import Disclosure, Fact
from commsvc.domain.letter.letter import Audience, Letter, State, Wish, Words
from commsvc.domain.letter.slot import Kind
from commsvc.domain.letter.slots import SLOTS, slots
from commsvc.domain.playbook.span import Clock, Span
from commsvc.domain.playbook.words import Kind as Owed
from commsvc.domain.playbook.words import Segment, Severity
from commsvc.domain.promise.promise import Promise, Subject


class Sample(Enum):
    WHOLE = "whole"
    BARE = "bare"
    HOSTILE = "hostile"


NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script> {{ 7 * 7 }} {% raw %}\n\n- APPROVE\n> quoted\n| a | b |\n1. ' + "m" * 300
ABOUT = Subject("case", 412)
OWNER = Person("Dana Whitfield", "dana@kestrel.example", ("escalation_owner",), phone="+1 555 0100")
_ZONES = {"de": "Europe/Berlin", "fr": "Europe/Paris", "es": "Europe/Madrid", "ja": "Asia/Tokyo"}
_NAMES = {"de": "Miriam Brandt", "fr": "Claire Rivoire", "es": "Ana Ruiz", "ja": "佐藤 美咲"}
_IMPACT = {
    "en": "Since 08:40 not a single web order reaches our stores. All 214 stores are completely stopped.",
    "de": "Seit 08:40 erreicht keine Bestellung unsere Filialen. Alle 214 Filialen stehen still.",
    "fr": "Depuis 08:40, aucune commande n’arrive dans nos magasins. Les 214 magasins sont à l’arrêt.",
    "es": "Desde las 08:40 ningún pedido llega a nuestras tiendas. Las 214 tiendas están paradas.",
    "ja": "8時40分以降、注文が店舗に一件も届いていません。214店舗すべてで業務が止まっています。",
}
_ROW = {
    "tests": {"do": "Place a web order for store 12.", "expect": "it prints within a minute"},
    "actions": {"what": "Send the log of store 12", "who": "Ada Okafor", "by": NOW + timedelta(hours=4)},
    "scale": {"label": "1 (hard) to 5 (easy)", "link": "https://kestrel.example/answers/5"},
    "criteria": {"text": "14 days without a stopped order", "evidence": "none since 2 November"},
    "questions": {"text": "The order number of one failed order.", "why": "we follow it step by step.", "how": None},
    "plan_steps": {"action": "Second queue", "restores": "orders at peak", "owner": "Mei Tanaka", "due": NOW + timedelta(days=9),
                   "status": "half done", "test": "load of 24 December"},
    "metrics": {"name": "Orders delivered in a minute", "baseline": 91.5, "now": 99.2, "target": 99.5, "window": "14 days"},
    "improvements": {"what": "Alarm on an empty queue", "owner_role": "Order platform", "due": NOW + timedelta(days=7),
                     "verifies": "a planted stop is paged in 2 minutes"},
    "cases": {"account": "Nimbus Retail", "ref": "ESC-412", "severity": "SEV1", "days": 2, "impact": "no orders",
              "stage": "investigating", "owner": "Dana Whitfield", "risk": "high"},
    "figures": {"name": "Updates on time", "this": 0.99, "average": 0.97, "target": 1},
    "accounts_at_risk": {"account": "Nimbus Retail", "why": "second stop", "exposure": "renewal in 74 days", "plan": "ESC-412"},
}  # fmt: skip
_SENTENCES = {
    "severity_from": "SEV1", "severity_to": "SEV2", "known_ref": "KI-31", "known_title": "Web orders arrive late",
    "cadence": "every 30 minutes", "review_kind": "final", "call_line": "23 November, 40 minutes", "version": "1.4.0", "proposer": "Lena Vogt", "adopter": "Max Manager",
    "week": "48", "day": "Mon 23 Nov 2026", "as_of": "14:02 UTC", "kept": "4 of 5 promises to customers were kept in time.", "restores": "orders for all stores by file.",
    "promised": "the next update would reach you at 13:00 UTC.", "other_contact": "our support manager, Lena Vogt",
    "first_reporter": "Tom Okafor", "privacy_contact": "privacy@kestrel.example", "cause": "A full disk on one queue server.",
    "workaround": "The stores can load orders by file every ten minutes.", "working_now": "Orders of 120 stores.",
}  # fmt: skip


def sample_slots(templates: Templates, letter: str, language: str, sample: Sample) -> Mapping[str, object]:
    """The slots of a letter, filled from the invented case and spelled for its reader."""
    names = templates.slots(letter)
    wanted = [n.removesuffix("?") for n in names if sample is not Sample.BARE or not n.endswith("?")]
    filled = slots(wanted, scene(language, sample), templates.disclosure(letter))
    nothing = {n.removesuffix("?"): _nothing(n.removesuffix("?")) for n in names}
    return {**nothing, **filled}


def scene(language: str, sample: Sample) -> Scene:
    """Monday, 14:02 UTC, at a retailer whose stores get no orders."""
    impact = HOSTILE if sample is Sample.HOSTILE else _IMPACT.get(language, _IMPACT["en"])
    name, zone = _NAMES.get(language, "Ada Okafor"), _ZONES.get(language, "America/New_York")
    account = Account("nimbus", "Nimbus Retail", Segment.STRATEGIC, zone, "US", language, ("nimbusretail.example",),
                      (Contact(name, "ada@nimbusretail.example"),), "ana@kestrel.example", uses="214 stores, click-and-collect")  # fmt: skip
    case = Case(412, "nimbus", "ada@nimbusretail.example", HOSTILE if sample is Sample.HOSTILE else "Order sync stopped",
                Stage.INVESTIGATE, Severity.SEV1, True, "outage", "order_sync", language, OWNER.address, "", impact, (), False,
                True, "", NOW)  # fmt: skip
    said = (
        HOSTILE
        if sample is Sample.HOSTILE
        else "One of two queue servers was full and takes orders again since 13:41 UTC."
    )
    owed = (Owed.FIRST_HUMAN, Owed.NEXT_UPDATE)
    built = Scene(
        Brand("Kestrel", "call +1 555 0199", "https://escalations.kestrel.example"),
        Reader(name, "ada@nimbusretail.example", zone, language), case, NOW, account, OWNER,
        (Fact(1, ABOUT, said, Disclosure.CUSTOMER, OWNER.address, NOW, OWNER.address, NOW),),
        tuple(Promise(n, ABOUT, kind, Span(timedelta(minutes=30), Clock.ALWAYS, "30m"), NOW, NOW + timedelta(minutes=30))
              for n, kind in enumerate(owed)),
        NOW + timedelta(minutes=30), said,
        meeting=Meeting(NOW + timedelta(hours=1), NOW + timedelta(hours=1, minutes=30), "https://meet.kestrel.example/412",
                        ("What we know", "What we try next"), (OWNER.name, "Mei Tanaka"), (NOW + timedelta(hours=1), NOW + timedelta(hours=4), NOW + timedelta(days=1))),
        history=("23 Nov 14:02 UTC opened: Order sync stopped",), given={n: _given(n, said) for n in SLOTS},
    )  # fmt: skip
    return replace(built, draft=_draft(impact), draft_reader=f"{name} <ada@nimbusretail.example>",
                   draft_before="Investigating\n\nWe look for the cause.\n", checks="all 11 passed",
                   answers_to="support+p9.k7f3@kestrel.example")  # fmt: skip


def _draft(impact: str) -> Letter:
    words = Words(
        "Re: [ESC-412] Order sync stopped",
        f"Investigating | SEV1\n\n{impact}\n",
        "",
        twin=f"Investigating | SEV1\n\n{_IMPACT['en']}\n",
    )
    wish = Wish("update_progress", ABOUT, Audience.CUSTOMER, "ada@nimbusretail.example", "sample")
    later = NOW + timedelta(minutes=10)
    return Letter(7, wish, State.DRAFTED, NOW, words, approve_by=later, expires_at=later + timedelta(minutes=5))


def _given(name: str, said: str) -> object:
    """A value of the slot's kind."""
    kind = SLOTS[name].kind
    return {
        Kind.TEXT: _SENTENCES.get(name, said), Kind.WORDS: said, Kind.TIME: NOW + timedelta(hours=2),
        Kind.RANGE: (NOW + timedelta(hours=1), NOW + timedelta(hours=3)), Kind.NUMBER: 1204,
        Kind.LIST: [said, "The second one takes its share."], Kind.ROWS: [_ROW[name]] * 2 if name in _ROW else [],
        Kind.PERSON: OWNER, Kind.LINK: "https://escalations.kestrel.example/x",
    }[kind]  # fmt: skip


def _nothing(name: str) -> object:
    return [] if SLOTS[name].kind in (Kind.LIST, Kind.ROWS) else ""
