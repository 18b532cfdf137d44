"""How each client announces what it quotes, and what looks like it but is the writer's own.

From what Gmail, Apple Mail, Thunderbird, Outlook, Yahoo, Proton, Zoho, GMX, Notes, Samsung and 163 write.
"""

import pytest

from commsvc.domain.mail.html import lines
from commsvc.domain.mail.quote import plain_lines, split

NEW = "Hello, the export has been failing since 9."
OLD = "Dear customer, we have received your message."

ATTRIBUTIONS = [
    "On Mon, Jan 5, 2026 at 10:12 AM Support <support@firma.example> wrote:",
    "On Mon, 5 Jan 2026 at 10:12, Support <support@firma.example> wrote:",
    "Am Mo., 5. Jan. 2026 um 10:12 Uhr schrieb Support <support@firma.example>:",
    "Le lun. 5 janv. 2026 à 10:12, Support <support@firma.example> a écrit :",
    "El lun, 5 ene 2026 a las 10:12, Support (<support@firma.example>) escribió:",
    "Il giorno lun 5 gen 2026 alle ore 10:12 Support <support@firma.example> ha scritto:",
    "Em seg., 5 de jan. de 2026 às 10:12, Support <support@firma.example> escreveu:",
    "Support <support@firma.example> escreveu (segunda, 5/01/2026 à(s) 10:12):",
    "Op ma 5 jan 2026 om 10:12 schreef Support <support@firma.example>:",
    "Den mån 5 jan. 2026 kl 10:12 skrev Support <support@firma.example>:",
    "Den man. 5. jan. 2026 kl. 10.12 skrev Support <support@firma.example>:",
    "man. 5. jan. 2026 kl. 10:12 skrev Support <support@firma.example>:",
    "pon., 5 sty 2026 o 10:12 Support <support@firma.example> napisał(a):",
    "2026年1月5日(月) 10:12 Support <support@firma.example>:",
    "Support <support@firma.example> 于2026年1月5日周一 10:12写道：",
    "Support <support@firma.example> 於 2026年1月5日 週一 上午10:12寫道：",
    "пн, 5 янв. 2026 г. в 10:12, Support <support@firma.example>:",
    "ma 5. tammik. 2026 klo 10.12 Support (support@firma.example) kirjoitti:",
    "po 5. 1. 2026 v 10:12 odesílatel Support <support@firma.example> napsal:",
    "Support <support@firma.example>, 5 Oca 2026 Pzt, 10:12 tarihinde şunu yazdı:",
    "Support <support@firma.example> ezt írta (időpont: 2026. jan. 5., H, 10:12):",
    "2026년 1월 5일 (월) 오전 10:12, Support <support@firma.example>님이 작성:",
    "пн, 5 січ. 2026 р. о 10:12 Support <support@firma.example> пише:",
    "În lun., 5 ian. 2026 la 10:12, Support <support@firma.example> a scris:",
    "Στις Δευ 5 Ιαν 2026 στις 10:12 π.μ., ο/η Support <support@firma.example> έγραψε:",
    "On Jan 5, 2026, at 10:12 AM, Support <support@firma.example> wrote:",
    "Am 05.01.2026 um 10:12 schrieb Support <support@firma.example>:",
    "Le 5 janv. 2026 à 10:12, Support <support@firma.example> a écrit :",
    "El 5 ene 2026, a las 10:12, Support <support@firma.example> escribió:",
    "Il giorno 5 gen 2026, alle ore 10:12, Support <support@firma.example> ha scritto:",
    "No dia 5 de jan. de 2026, às 10:12, Support <support@firma.example> escreveu:",
    "Op 5 jan 2026 om 10:12 heeft Support <support@firma.example> het volgende geschreven:",
    "5 jan. 2026 kl. 10:12 skrev Support <support@firma.example>:",
    "Den 5. jan. 2026 kl. 10.12 skrev Support <support@firma.example>:",
    "5. jan. 2026 kl. 10:12 skrev Support <support@firma.example>:",
    "Wiadomość napisana przez Support <support@firma.example> w dniu 5 sty 2026, o godz. 10:12:",
    "2026/01/05 10:12、Support <support@firma.example>のメール:",
    "在 2026年1月5日，10:12，Support <support@firma.example> 写道：",
    "2026年1月5日 上午10:12，Support <support@firma.example> 写道：",
    "On 05.01.26 10:12, Support wrote:",
    "On 1/5/2026 10:12 AM, Support wrote:",
    "Am 05.01.26 um 10:12 schrieb Support:",
    "Le 05/01/2026 à 10:12, Support a écrit :",
    "El 5/1/26 a las 10:12, Support escribió:",
    "Il 05/01/2026 10:12, Support ha scritto:",
    "Em 05/01/2026 10:12, Support escreveu:",
    "Op 05-01-2026 om 10:12 schreef Support:",
    "Den 2026-01-05 kl. 10:12, skrev Support:",
    "Den 05-01-2026 kl. 10:12 skrev Support:",
    "Den 05.01.2026 10:12, skrev Support:",
    "W dniu 5.01.2026 o 10:12, Support pisze:",
    "W dniu 05.01.2026 o 10:12, Jan Kowalski pisze:",
    "On 2026/01/05 10:12, Support wrote:",
    "在 2026/1/5 10:12, Support 写道:",
    "05.01.2026 10:12, Support пишет:",
    "Support kirjoitti 5.1.2026 klo 10.12:",
    "Dne 05. 01. 26 v 10:12 Support napsal(a):",
    "On Monday, January 5, 2026 at 10:12:33 AM GMT+1, Support <support@firma.example> wrote:",
    "Am Montag, 5. Januar 2026 um 10:12:33 MEZ hat Support <support@firma.example> Folgendes geschrieben:",
    "Le lundi 5 janvier 2026 à 10:12:33 UTC+1, Support <support@firma.example> a écrit :",
    "El lunes, 5 de enero de 2026, 10:12:33 CET, Support <support@firma.example> escribió:",
    "Il lunedì 5 gennaio 2026 alle ore 10:12:33 CET, Support <support@firma.example> ha scritto:",
    "Em segunda-feira, 5 de janeiro de 2026 às 10:12:33 BRT, Support <support@firma.example> escreveu:",
    "Den 5. januar 2026 10.12.33 skrev Support <support@firma.example>:",
    "On Monday, January 5th, 2026 at 10:12 AM, Support <support@firma.example> wrote:",
    "Am Montag, 5. Januar 2026 um 10:12, Support <support@firma.example> schrieb:",
    "---- On Mon, 05 Jan 2026 10:12:33 +0100 Support <support@firma.example> wrote ---",
    " ---- Am Mo, 05 Jan 2026 10:12:33 +0100 Support <support@firma.example> schrieb ----",
    'Gesendet: Montag, 05. Januar 2026 um 10:12 Uhr\nVon: "Support" <support@firma.example>\nAn: ana@acme.example\nBetreff: Re: Export',
    "Support/Firma/DE\n05.01.2026 10:12\n\nAn\nAna Berg/Acme@Acme\nKopie\n\nThema\nExport",
    "From:\tSupport/Firma\nTo:\tana@acme.example\nDate:\t05/01/2026 10:12\nSubject:\tRe: Export",
    "Von:        Support <support@firma.example>\nAn:        ana@acme.example\nDatum:        05.01.2026 10:12\nBetreff:        Export",
    "On Mon, Jan 05, 2026 at 10:12:33AM +0100, Support wrote:",
    "Support <support@firma.example> writes:",
    "-------- Original message --------\nFrom: Support <support@firma.example>\nDate: 05/01/2026 10:12 (GMT+01:00)\nTo: ana@acme.example\nSubject: Re: Export",
    "-------- Ursprüngliche Nachricht --------\nVon: Support <support@firma.example>\nDatum: 05.01.26 10:12 (GMT+01:00)\nAn: ana@acme.example\nBetreff: Re: Export",
    "-------- Message d'origine --------\nDe : Support <support@firma.example>\nDate : 05/01/2026 10:12 (GMT+01:00)\nÀ : ana@acme.example\nObjet : Re: Export",
    'At 2026-01-05 10:12:33, "Support" <support@firma.example> wrote:',
    '在 2026-01-05 10:12:33，"Support" <support@firma.example> 写道：',
    "On Mon, 05 Jan 2026 10:12:33 +0900\nSupport <support@firma.example> wrote:",
    "2026年1月5日 10:12 Supportさんは書きました:",
]

BLOCKS = [
    "Von: Support <support@firma.example>\nGesendet: Montag, 5. Januar 2026 10:12\nAn: Ana Berg <ana@acme.example>\nCc: Bo <bo@acme.example>\nBetreff: AW: Export",
    "De : Support <support@firma.example>\nEnvoyé : lundi 5 janvier 2026 10:12\nÀ : Ana Berg <ana@acme.example>\nObjet : RE: Export",
    "De: Support <support@firma.example>\nEnviado el: lunes, 5 de enero de 2026 10:12\nPara: Ana Berg <ana@acme.example>\nAsunto: RE: Export",
    "Da: Support <support@firma.example>\nInviato: lunedì 5 gennaio 2026 10:12\nA: Ana Berg <ana@acme.example>\nOggetto: R: Export",
    "De: Support <support@firma.example>\nEnviada em: segunda-feira, 5 de janeiro de 2026 10:12\nPara: Ana Berg <ana@acme.example>\nAssunto: RES: Export",
    "De: Support <support@firma.example>\nEnviado: 5 de janeiro de 2026 10:12\nPara: Ana Berg <ana@acme.example>\nAssunto: RE: Export",
    "Van: Support <support@firma.example>\nVerzonden: maandag 5 januari 2026 10:12\nAan: Ana Berg <ana@acme.example>\nOnderwerp: RE: Export",
    "Från: Support <support@firma.example>\nSkickat: den 5 januari 2026 10:12\nTill: Ana Berg <ana@acme.example>\nÄmne: SV: Export",
    "Fra: Support <support@firma.example>\nSendt: 5. januar 2026 10:12\nTil: Ana Berg <ana@acme.example>\nEmne: SV: Export",
    "Fra: Support <support@firma.example>\nSendt: mandag 5. januar 2026 10:12\nTil: Ana Berg <ana@acme.example>\nKopi: Bo <bo@a.example>\nEmne: SV: Export",
    "Od: Support <support@firma.example>\nWysłano: poniedziałek, 5 stycznia 2026 10:12\nDo: Ana Berg <ana@acme.example>\nTemat: ODP: Export",
    "差出人: Support <support@firma.example>\n送信日時: 2026年1月5日月曜日 10:12\n宛先: Ana Berg <ana@acme.example>\n件名: RE: Export",
    "发件人: Support <support@firma.example>\n发送时间: 2026年1月5日 10:12\n收件人: Ana Berg <ana@acme.example>\n主题: 回复: Export",
    "寄件者: Support <support@firma.example>\n寄件日期: 2026年1月5日 上午 10:12\n收件者: Ana Berg <ana@acme.example>\n主旨: 回覆: Export",
    '发件人: "Support" <support@firma.example>;\n发送时间: 2026年1月5日(星期一) 上午10:12\n收件人: "Ana"<ana@acme.example>;\n主题: Export',
    "От: Support <support@firma.example>\nОтправлено: 5 января 2026 г. 10:12\nКому: Ana <ana@acme.example>\nТема: RE: Export",
    "Lähettäjä: Support <support@firma.example>\nLähetetty: maanantai 5. tammikuuta 2026 10.12\nVastaanottaja: Ana <ana@acme.example>\nAihe: VS: Export",
    "Od: Support <support@firma.example>\nOdesláno: pondělí 5. ledna 2026 10:12\nKomu: Ana <ana@acme.example>\nPředmět: RE: Export",
    "Kimden: Support <support@firma.example>\nGönderilme: 5 Ocak 2026 Pazartesi 10:12\nKime: Ana <ana@acme.example>\nKonu: YNT: Export",
    "Feladó: Support <support@firma.example>\nElküldve: 2026. január 5., hétfő 10:12\nCímzett: Ana <ana@acme.example>\nTárgy: RE: Export",
    "De la: Support <support@firma.example>\nTrimis: luni, 5 ianuarie 2026 10:12\nCătre: Ana <ana@acme.example>\nSubiect: RE: Export",
    "보낸 사람: Support <support@firma.example>\n보낸 날짜: 2026년 1월 5일 월요일 오전 10:12\n받는 사람: Ana <ana@acme.example>\n제목: RE: Export",
    "Από: Support <support@firma.example>\nΣτάλθηκε: Δευτέρα, 5 Ιανουαρίου 2026 10:12\nΠρος: Ana <ana@acme.example>\nΘέμα: RE: Export",
    "De: Support <support@firma.example>\nEnviat el: dilluns, 5 de gener de 2026 10:12\nPer a: Ana <ana@acme.example>\nAssumpte: RE: Export",
    "*From:* Support <support@firma.example>\n*Sent:* Monday, January 5, 2026 10:12 AM\n*To:* Ana Berg <ana@acme.example>\n*Subject:* RE: Export",
    "From: Support Team\nSent: Monday, January 5, 2026 10:12 AM\nTo: Ana Berg\nSubject: RE: Export",
    "From: Support [mailto:support@firma.example]\nSent: 05 January 2026 10:12\nTo: Ana Berg\nCc: Bo; Cy\nSubject: RE: Export\nImportance: High",
    "Von: Support <support@firma.example>\nDatum: Montag, 5. Januar 2026 um 10:12\nAn: Ana Berg <ana@acme.example>\nBetreff: AW: Export",
    "De: Support <support@firma.example>\nDate: lundi 5 janvier 2026 à 10:12\nÀ: Ana <ana@acme.example>\nObjet: Re: Export",
    "De: Support <support@firma.example>\nFecha: lunes, 5 de enero de 2026, 10:12\nPara: Ana <ana@acme.example>\nAsunto: Re: Export",
    "Da: Support <support@firma.example>\nData: lunedì, 5 gennaio 2026 alle ore 10:12\nA: Ana <ana@acme.example>\nOggetto: Re: Export",
    "Van: Support <support@firma.example>\nDatum: maandag 5 januari 2026 om 10:12\nAan: Ana <ana@acme.example>\nOnderwerp: Re: Export",
    "Från: Support <support@firma.example>\nDatum: måndag 5 januari 2026 10:12\nTill: Ana <ana@acme.example>\nÄmne: Re: Export",
    "Fra: Support <support@firma.example>\nDato: mandag den 5. januar 2026 kl. 10.12\nTil: Ana <ana@acme.example>\nEmne: Re: Export",
    "Od: Support <support@firma.example>\nData: poniedziałek, 5 stycznia 2026 10:12\nDo: Ana <ana@acme.example>\nTemat: Re: Export",
    "De: Support <support@firma.example>\nData: segunda-feira, 5 de janeiro de 2026 às 10:12\nPara: Ana <ana@acme.example>\nAssunto: Re: Export",
]

OWN = [
    "Hi,\n\nThe error says:\n\nFrom: Berlin\nTo: Hamburg\nDate: 5.1.2026\n\nand then the booking fails. Please help.",
    "Hi,\nAs Bob wrote on Monday:\nthe export is broken.\nPlease fix it by 10:00.",
    "On Monday at 10:12 our admin wrote a mail to support@x.example, no answer came.\nPlease help us.",
    "Am 5. Januar um 10:12 Uhr schrieb unser Kollege eine Mail an support@firma.example.\nBis heute keine Antwort.",
    "Kunde Müller schrieb um 10:12:\nDie Anlage steht.\nBitte um Rückruf.",
    "Steps:\n1. Open app\n2. From: field is empty\n3. Subject: is empty too\n\nRegards",
    "-- \nHello, the system is down\nPlease call me back urgently at once, thank you very much.",
    "We see this:\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\nand then nothing works.",
    "Config:\n----- server settings -----\nFrom: a@b.example\nPort: 25\n\nWhat is wrong here?",
    "Sent from my point of view this is unacceptable.\nFix it.",
    "Hello,\nwe have the following issue:\n\n--------\nERROR 500 at /login\n--------\n\nPlease help.",
    "Bonjour,\nVoici le message envoyé par le serveur à 10:12 :\nErreur 500\nMerci de nous aider.",
    "Le serveur a écrit :\nErreur 500 à 10:12\nMerci de nous aider.",
    "Hola,\nEl sistema escribió: error 500.\nUrgente.",
    "2026-01-05 10:12 <alert@host.example>: disk full\n2026-01-05 10:13 <alert@host.example>: disk full\nPlease look.",
    "Date: today\nTo: all your support people\nWe are down!",
    "> Hello,\n> is it up?\nNo, it is down.\n> Since when?\nSince 9.",
    "Mit freundlichen Grüßen habe ich Ihre Antwort gelesen.\nSie löst das Problem nicht.",
    "Contact on site:\nBob Miller\nTel: +1 555 123 4567\nbob@acme.example\n\nHe can open the door for your engineer.",
    "Disclaimer: I am no expert.\nBut the database is down.",
    "This message is important: production is down.\nPlease act.",
    "This email is intended to report that checkout fails for all our users.\nCall me.",
    "Confidential: our CEO is watching this. The system is down since 9.",
    "Notice: the server room is on fire.\nCall 112.",
    "Unsubscribe does not work in our lists.\nWe get complaints.",
    "Gesendet von unserem System wurde heute nichts.\nBitte prüfen.",
]

SIGNATURES = [
    "-- \nAna Berg\nAcme GmbH",
    "--\nAna",
    "Mit freundlichen Grüßen\n\nAna Berg\nAcme GmbH\nTel. +49 89 1",
    "Cordialement,\nAna Berg",
    "Saludos cordiales,\n\nAna",
    "Cordiali saluti\nAna Rossi",
    "Met vriendelijke groet,\n\nAna",
    "Med vänliga hälsningar\nAna",
    "Med venlig hilsen\n\nAna",
    "Vennlig hilsen\nAna",
    "Z poważaniem\nAna",
    "Atenciosamente,\nAna",
    "Best regards,\nAna Berg\nHead of IT\nT +49 89 1234567\nana@acme.example",
    "Kind regards\n\nAna Berg | CTO | Acme Ltd | +44 20 7946 0000",
    "Sent from my iPhone",
    "Sent from my Samsung Galaxy smartphone.",
    "Sent from Outlook for iOS",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android <https://aka.ms/x>",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für iOS",
    "Envoyé de mon iPhone",
    "Envoyé à partir de Outlook pour Android",
    "Obtenez Outlook pour iOS",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Inviato dal mio iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Wysłane z iPhone’a",
    "iPhoneから送信",
    "发自我的 iPhone",
    "從我的 iPhone 傳送",
    "发自我的华为手机",
    "Sent from Proton Mail for iOS",
    "Sent with Proton Mail secure email.",
    "Sent from Mail for Windows",
    "Sent from Yahoo Mail on Android",
    "Sent from my BlackBerry 10 smartphone on the Vodafone network.",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Sent from my Galaxy",
    "Sent from Gmail Mobile",
    "Sent via the Samsung Galaxy S21, an AT&T 5G smartphone",
    "Von Samsung Mobile gesendet.",
    "Hämta Outlook för iOS",
    "Download Outlook for iOS",
    "Pobierz program Outlook dla systemu iOS",
    "Scarica Outlook per iOS",
    "Holen Sie sich Outlook für iOS",
    "Outlook for iOSを入手",
    "获取 Outlook for iOS",
    "下载 Outlook for iOS",
    "Download Outlook voor iOS",
    "Hent Outlook til iOS",
    "Last ned Outlook for iOS",
    "Отправлено с iPhone",
    "此致\n敬礼\n王伟",
    "Viele Grüße\nAna",
    "Gesendet mit der GMX Mail App",
    "Gesendet mit der Telekom Mail App",
    "Sent from my Huawei phone",
    "Enviado desde mi Samsung Galaxy.",
    "Enviado a partir do Outlook para Android",
    "Sendt fra Outlook for iOS",
    "Skickat från Outlook för Android",
    "Wysłano z aplikacji Outlook dla systemu iOS",
    "Ana Berg\nAcme GmbH\nTel: +49 89 1234567\nwww.acme.example\nana@acme.example",
    "***********\nThis email and any files transmitted with it are confidential and intended solely for the use of the individual or entity to whom they are addressed.",
    "CONFIDENTIALITY NOTICE: This e-mail is for the sole use of the intended recipient.",
    "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
    "Dieses Mail ist vertraulich und nur für den Empfänger bestimmt.",
    "Ce message et toutes les pièces jointes sont confidentiels et établis à l'intention exclusive de ses destinataires.",
    "La información contenida en este mensaje es confidencial y está destinada a su destinatario.",
    "Le informazioni contenute in questa comunicazione sono riservate e destinate esclusivamente al destinatario.",
    "De informatie verzonden met dit e-mailbericht is uitsluitend bestemd voor de geadresseerde.",
    "The contents of this e-mail are confidential and may be privileged.",
    "If you are not the intended recipient, please delete this email.",
    "IMPORTANT: The contents of this email and any attachments are confidential.",
    "Please consider the environment before printing this email.",
    "This email has been scanned for viruses by ACME.",
    "Diese E-Mail wurde von Avast Antivirus-Software auf Viren geprüft.\nwww.avast.com",
    "Virus-free. www.avast.com",
    "Esta mensagem pode conter informação confidencial.",
    "本邮件及其附件含有保密信息，仅限于收件人使用。",
]


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_an_attribution_takes_the_quote_away(head: str) -> None:
    for old in (OLD, f"> {OLD}"):
        assert split(plain_lines(f"{NEW}\n\n{head}\n\n{old}\n")).reply == NEW
    at = head.rfind(" ", 0, 62)
    if len(head) > 60 and "\n" not in head:
        wrapped = f"{head[:at]}\n{head[at + 1 :]}"
        assert split(plain_lines(f"{NEW}\n\n{wrapped}\n\n> {OLD}\n")).reply == NEW


@pytest.mark.parametrize("above", ["", "________________________________\n", "-----Mail-----\n"])
@pytest.mark.parametrize("block", BLOCKS)
def test_a_header_block_takes_the_quote_away(above: str, block: str) -> None:
    assert split(plain_lines(f"{NEW}\n\n{above}{block}\n\n{OLD}\n")).reply == NEW


@pytest.mark.parametrize("text", OWN)
def test_what_only_looks_like_a_quote_or_a_signature_is_the_writers_own(text: str) -> None:
    found = split(plain_lines(text))
    assert (found.reply, found.quoted, found.signature) == (text, "", "")


@pytest.mark.parametrize("signed", SIGNATURES)
def test_a_signature_is_taken_off(signed: str) -> None:
    found = split(plain_lines(f"{NEW}\n\n{signed}\n"))
    assert (found.reply, found.signature) == (NEW, signed)


def test_what_is_shown_in_a_block_quote_is_the_writers_own() -> None:
    shown = "<p>The page says:</p><blockquote>Internal error 500</blockquote><p>Please help.</p>"
    assert "Internal error 500" in split(lines(shown)).reply
    quoted = f"<p>{NEW}</p><blockquote>{OLD}</blockquote>"
    assert split(lines(quoted)).reply == NEW
