"""Facts before verdicts: impact counts, tone and capitals do not."""

from pathlib import Path

import pytest

from commsvc.adapters.rulebook import Rulebook
from commsvc.domain.case.directory import Account, Contact, Directory
from commsvc.domain.case.facts import read, wording
from commsvc.domain.case.match import Pointer, Why, match
from commsvc.domain.case.verdict import judge
from commsvc.domain.mail.authentic import Authenticity
from commsvc.domain.mail.parse import parse
from commsvc.domain.playbook.words import Segment, Severity

PLAYBOOK = Rulebook(Path(__file__).parents[3] / "rules", ()).current()


def verdict(text, subject="Hello"):
    raw = f"From: a@b.example\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}".encode()
    mail, phrases = parse(raw), PLAYBOOK.phrases
    return judge(read(mail, phrases, phrases.lexicon.told(wording(mail))), PLAYBOOK)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Nobody can log in, all our branches are down.", "SEV1"),
        ("I am so sorry to disturb you, but kindly note that nobody can log in at any of our branches.", "SEV1"),
        ("Die Produktion steht still, kein Mitarbeiter kann buchen.", "SEV1"),
        ("Plus aucun magasin ne fonctionne, tout est à l'arrêt.", "SEV1"),
        ("Nadie puede facturar, el sistema está caído por completo.", "SEV1"),
        ("全拠点で印刷できない状態です。", "SEV1"),
        ("The export fails since the update.", "SEV2"),
        ("Last week's orders are just gone, they have disappeared.", "SEV2"),
        ("Sometimes the list is slow for some users.", "SEV3"),
        ("A small thing: there is a typo on the start page.", "SEV4"),
        ("On our test system everything is down, nobody can log in.", "SEV3"),
        ("Patients see each other's data.", "SEV1"),
    ],
)
def test_severity_comes_from_impact(text, severity):
    found = verdict(text)
    assert found.escalation
    assert found.severity is Severity(severity), found.fired


@pytest.mark.parametrize(
    "text",
    [
        "When you have a moment: none of our depots has been able to scan a parcel since six. Many thanks!",
        "Could you kindly have a look? Nobody in the house can sign in.",
        "Könnten Sie bitte nachsehen? In die Anwendung kommt bei uns keiner mehr.",
        "お手数ですが、どの店舗からもログインできません。",
        "Liebes Team, in keinem unserer Werke lassen sich Lieferscheine drucken. Danke vorab!",
    ],
)
def test_a_polite_question_may_tell_of_a_total_outage(text):
    assert verdict(text).severity is Severity.SEV1


@pytest.mark.parametrize(
    "text",
    [
        "Well done, we love the new calendar! One small snag: the balances are wrong since Monday.",
        "Großes Lob für die neue Suche! Nur stimmen seit Montag die Salden nicht mehr.",
        "Bravo pour la recherche ! Seul bémol : les soldes sont faux depuis lundi.",
        "Felicidades por el buscador. Solo que desde el lunes los saldos salen mal.",
    ],
)
def test_praise_with_a_fault_inside_is_a_fault(text):
    found = verdict(text)
    assert (found.escalation, found.category) == (True, "service_impact"), found.fired


@pytest.mark.parametrize(
    "text", ["Dann verlängern wir unseren Vertrag leider nicht.", "解決されない場合、契約は更新いたしません。"]
)
def test_who_will_not_renew_is_heard_in_any_order_of_words(text):
    assert verdict(text).category == "relationship"


@pytest.mark.parametrize(
    "text",
    [
        "L'appel d'une patiente n'est jamais parvenu au poste de soins.",
        "La alarma de un operario no llegó a la central.",
        "患者様の緊急呼出が端末に表示されませんでした。",
    ],
)
def test_an_alarm_that_did_not_reach_people_is_a_matter_of_safety(text):
    found = verdict(text)
    assert (found.category, found.severity) == ("safety", Severity.SEV1), found.fired


@pytest.mark.parametrize(
    "text", ["L'appel avec votre technicien n'a pas eu lieu hier.", "La llamada del técnico no tuvo lugar ayer."]
)
def test_a_call_that_did_not_take_place_is_no_alarm(text):
    assert verdict(text).category != "safety"


def test_plain_thanks_ask_for_nobody():
    assert not verdict("Großes Lob, jetzt läuft alles wieder einwandfrei. Vielen Dank!").escalation


def test_capitals_are_not_impact():
    assert not verdict("WHEN ARE WE GETTING DARK MODE??? PLEASE!!!", "URGENT!!!").escalation


def test_a_denied_phrase_is_no_fact():
    assert verdict("There is no outage and nothing is down. Some users see an error message.").severity is Severity.SEV3


def test_every_verdict_names_its_rules_their_evidence_and_those_that_missed():
    found = verdict("Nobody can log in, all our branches are down.")
    assert {"E1_service_impact", "H3_production_down_all"} <= {f.rule for f in found.fired}
    assert all(f.evidence for f in found.fired)
    assert "H1_safety" in found.missed


def test_unsure_is_an_escalation_for_a_person():
    found = verdict("Something odd happened with the thing we discussed.")
    assert found.escalation
    assert found.rule == "E0_unsure"


def test_an_unknown_language_falls_back_to_a_person():
    found = verdict("Järjestelmä ei toimi missään myymälässä.")
    assert found.escalation
    assert found.rule == "E0_unsure"


POINTER = (Pointer(7, "ACC-1", Why.REPLY_TOKEN),)


@pytest.mark.parametrize(
    ("pointers", "account", "proof", "why"),
    [
        (POINTER, "ACC-1", Authenticity.PASS, Why.REPLY_TOKEN),
        (POINTER, "ACC-1", Authenticity.UNKNOWN, Why.REPLY_TOKEN),
        (POINTER, "ACC-1", Authenticity.FAIL, Why.UNPROVEN),
        (POINTER, "ACC-2", Authenticity.PASS, Why.STRANGER),
        (POINTER, "", Authenticity.PASS, Why.STRANGER),
        ((), "ACC-1", Authenticity.PASS, Why.NOTHING),
        ((Pointer(7, "", Why.REPLY_TOKEN),), "", Authenticity.PASS, Why.STRANGER),
    ],
)
def test_two_proofs_join_one_asks_none_opens(pointers, account, proof, why):
    found = match(pointers, account, proof)
    assert found.why is why
    assert why.joins == (found.why in (Why.REPLY_TOKEN, Why.REFERENCE))


BANK = Account(
    "A",
    "Banque Rivoire",
    Segment.STANDARD,
    "UTC",
    "",
    "fr",
    ("banque-rivoire.example",),
    (Contact("E", "e@banque-rivoire.example"),),
    "x",
)


@pytest.mark.parametrize(
    "domain", ["banque-riv0ire.example", "banque-rivoir.example", "banquerivoire.example", "banque-rivoiire.example"]
)
def test_a_lookalike_is_seen(domain):
    assert Directory((BANK,)).lookalike(domain) is BANK


@pytest.mark.parametrize("domain", ["banque-rivoire.example", "mail.banque-rivoire.example", "acme.example", ""])
def test_an_honest_domain_is_none(domain):
    assert Directory((BANK,)).lookalike(domain) is None


def test_a_domain_belongs_to_its_account_at_a_dot_only():
    directory = Directory((BANK,))
    assert directory.by_domain("mail.banque-rivoire.example") is BANK
    assert directory.by_domain("evilbanque-rivoire.example") is None
    assert directory.by_domain("example") is None
