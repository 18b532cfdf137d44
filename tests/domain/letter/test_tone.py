"""Forty sentences that we would say and forty that we would not, in five languages (practice.md S16)."""

from pathlib import Path

import pytest

from commsvc.adapters.rulebook import Rulebook
from commsvc.domain.letter.tone import slips
from commsvc.domain.playbook.wording import Tone

ROOT = Path(__file__).parents[3]
LETTERS = [p.name for p in (ROOT / "templates/email").iterdir()]
WORDING = Rulebook(ROOT / "rules", LETTERS).current().wording

GOOD = (
    "One of two queue servers was full and has taken orders again since 13:41 UTC.",
    "We did not tell you by 15:00, as we had promised. That was our failure.",
    "The change of Friday went out without a test on your version.",
    "Your orders of this morning are safe; none of them is lost.",
    "I expect to know by 16:00 whether the second server can be brought back.",
    "The checklist did not prompt for the second server.",
    "Please send us one order number that failed.",
    "Mei works on the restore, and I write to you at 17:00.",
    "Die Warteschlange ist seit 13:41 Uhr wieder leer.",
    "Wir haben unsere Zusage von 15 Uhr nicht gehalten.",
    "Ihre Daten sind vollständig, das haben wir heute geprüft.",
    "Bitte nennen Sie uns eine Auftragsnummer, die fehlt.",
    "Als Nächstes prüft Katrin Vogt den zweiten Server.",
    "Die Ursache ist noch nicht bestätigt.",
    "Sie erreichen mich bis 20 Uhr unter dieser Nummer.",
    "Der Export läuft mit dem bisherigen Verfahren.",
    "La file d'attente est vide depuis 13 h 41.",
    "Nous n'avons pas tenu l'heure que nous vous avions donnée.",
    "Vos données sont complètes, nous l'avons vérifié ce matin.",
    "Merci de nous indiquer un numéro de commande concerné.",
    "La cause n'est pas encore confirmée.",
    "Je vous écris à 17 h, même s'il n'y a rien de nouveau.",
    "Le contrôle n'a pas été demandé par notre procédure.",
    "Le rapport peut être déposé avec la version d'hier.",
    "La cola está vacía desde las 13:41.",
    "No cumplimos la hora que le habíamos dado.",
    "Sus datos están completos; lo comprobamos esta mañana.",
    "Indíquenos, por favor, un número de pedido afectado.",
    "La causa no está confirmada todavía.",
    "Le escribo a las 17:00, aunque no haya novedades.",
    "Nuestra lista no pedía comprobar el segundo servidor.",
    "El informe puede presentarse con la versión de ayer.",
    "13時41分以降、受注は正常に処理されております。",
    "15時までにご連絡するお約束を守れませんでした。",
    "お客様のデータに欠落がないことを本日確認いたしました。",
    "該当するご注文番号を一件お知らせください。",
    "原因はまだ確認できておりません。",
    "進展の有無にかかわらず、17時にご連絡いたします。",
    "当社の手順に二台目の確認が含まれておりませんでした。",
    "従来の方式で出力いただけます。",
)  # fmt: skip
BAD = (
    (Tone.BLAME, "This was a user error on your side."),
    (Tone.BLAME, "You should have tested the import first."),
    (Tone.BLAME, "Our engineer forgot to renew the certificate."),
    (Tone.DRAMA, "It has been a nightmare for the whole team."),
    (Tone.FILLER, "We apologise for any inconvenience."),
    (Tone.FILLER, "We will be back to you as soon as possible."),
    (Tone.OVER_PROMISE, "We guarantee that it holds."),
    (Tone.JARGON, "The RCA follows tomorrow."),
    (Tone.BLAME, "Die Ursache war ein Bedienfehler."),
    (Tone.BLAME, "Das wurde von Ihnen verursacht."),
    (Tone.DRAMA, "Bei uns herrscht Chaos."),
    (Tone.FILLER, "Für die Unannehmlichkeiten bitten wir um Entschuldigung."),
    (Tone.FILLER, "Wir melden uns schnellstmöglich."),
    (Tone.OVER_PROMISE, "Das wird nie wieder vorkommen."),
    (Tone.OVER_PROMISE, "Ihre Daten sind zu 100 % sicher."),
    (Tone.JARGON, "Der Hotfix ist schon gefixt."),
    (Tone.BLAME, "Il s'agit d'une erreur de votre part."),
    (Tone.BLAME, "Vous auriez dû faire une sauvegarde."),
    (Tone.DRAMA, "La situation est catastrophique."),
    (Tone.FILLER, "Nous revenons vers vous dans les plus brefs délais."),
    (Tone.FILLER, "Nous regrettons la gêne occasionnée."),
    (Tone.OVER_PROMISE, "Cela ne se reproduira plus."),
    (Tone.OVER_PROMISE, "Le résultat est garanti."),
    (Tone.JARGON, "Le fix est dans le backlog."),
    (Tone.BLAME, "Se trata de un error de usuario."),
    (Tone.BLAME, "Usted debería haber avisado antes."),
    (Tone.DRAMA, "Ha sido una pesadilla."),
    (Tone.FILLER, "Disculpe las molestias ocasionadas."),
    (Tone.FILLER, "Le responderemos a la mayor brevedad."),
    (Tone.OVER_PROMISE, "Esto no volverá a ocurrir."),
    (Tone.OVER_PROMISE, "Le garantizamos el resultado."),
    (Tone.JARGON, "El hotfix está en el backlog."),
    (Tone.BLAME, "お客様の操作ミスによるものです。"),
    (Tone.BLAME, "業者の責任でございます。"),
    (Tone.DRAMA, "現場は大混乱でした。"),
    (Tone.FILLER, "できるだけ早くご連絡いたします。"),
    (Tone.FILLER, "今しばらくお待ちください。"),
    (Tone.OVER_PROMISE, "二度と起こりません。"),
    (Tone.OVER_PROMISE, "必ず復旧いたします。"),
    (Tone.JARGON, "ホットフィックスを適用しました。"),
)  # fmt: skip


@pytest.mark.parametrize("sentence", GOOD)
def test_plain_words_pass(sentence):
    assert slips(sentence, WORDING) == []


@pytest.mark.parametrize(("tone", "sentence"), BAD)
def test_what_we_would_not_say_is_named(tone, sentence):
    assert tone in [slip.tone for slip in slips(sentence, WORDING)]


@pytest.mark.parametrize("quoted", ["“{}”", "„{}“", "« {} »", "「{}」", "Dear Ms Okafor,\n> {}"])
def test_the_customers_own_words_are_theirs(quoted):
    assert slips(f"You wrote: {quoted.format('This is a disaster, as soon as possible!')}", WORDING) == []
