"""Whose words are whose, as clients in thirteen languages mark it."""

import pytest

from commsvc.domain.mail.mail import Mail
from commsvc.domain.mail.parse import parse

PLAIN = {
    "gmail de": (
        "Ja, das passt.\n\nAm Mo., 5. Jan. 2026 um 10:00 Uhr schrieb Ana Berg <ana@x.example>:\n\n> Passt das?\n",
        "Ja, das passt.",
    ),
    "gmail fr": (
        "Oui.\n\nLe lun. 5 janv. 2026 à 10:00, Ana Berg <ana@x.example> a écrit :\n\n> Ça va ?\n",
        "Oui.",
    ),
    "gmail es": (
        "Sí.\n\nEl lun, 5 ene 2026 a las 10:00, Ana Berg (<ana@x.example>) escribió:\n\n> ¿Va bien?\n",
        "Sí.",
    ),
    "gmail it": (
        "Sì.\n\nIl giorno lun 5 gen 2026 alle ore 10:00 Ana Berg <ana@x.example> ha scritto:\n\n> Va bene?\n",
        "Sì.",
    ),
    "gmail pt": (
        "Sim.\n\nEm seg., 5 de jan. de 2026 às 10:00, Ana Berg <ana@x.example> escreveu:\n\n> Tudo bem?\n",
        "Sim.",
    ),
    "gmail nl": (
        "Ja.\n\nOp ma 5 jan 2026 om 10:00 schreef Ana Berg <ana@x.example>:\n\n> Goed?\n",
        "Ja.",
    ),
    "gmail sv": (
        "Ja.\n\nDen mån 5 jan. 2026 kl 10:00 skrev Ana Berg <ana@x.example>:\n\n> Bra?\n",
        "Ja.",
    ),
    "gmail da": (
        "Ja.\n\nman. 5. jan. 2026 kl. 10.00 skrev Ana Berg <ana@x.example>:\n\n> Godt?\n",
        "Ja.",
    ),
    "gmail nb": (
        "Ja.\n\nman. 5. jan. 2026 kl. 10:00 skrev Ana Berg <ana@x.example>:\n\n> Bra?\n",
        "Ja.",
    ),
    "gmail pl": (
        "Tak.\n\npon., 5 sty 2026 o 10:00 Ana Berg <ana@x.example> napisał(a):\n\n> Dobrze?\n",
        "Tak.",
    ),
    "gmail ja": (
        "はい。\n\n2026年1月5日(月) 10:00 Ana Berg <ana@x.example>:\n\n> 大丈夫ですか\n",
        "はい。",
    ),
    "gmail zh": (
        "好的。\n\nAna Berg <ana@x.example> 于2026年1月5日周一 10:00写道：\n\n> 可以吗\n",
        "好的。",
    ),
    "outlook de": (
        "Ja.\n\nVon: Ana Berg <ana@x.example>\nGesendet: Montag, 5. Januar 2026 10:00\nAn: Bo <bo@y.example>\nCc: Cy <cy@y.example>\nBetreff: AW: Frage\n\nPasst das?\n",
        "Ja.",
    ),
    "outlook fr": (
        "Oui.\n\nDe : Ana Berg <ana@x.example>\nEnvoyé : lundi 5 janvier 2026 10:00\nÀ : Bo <bo@y.example>\nObjet : RE: Question\n\nÇa va ?\n",
        "Oui.",
    ),
    "outlook es": (
        "Sí.\n\nDe: Ana Berg <ana@x.example>\nEnviado: lunes, 5 de enero de 2026 10:00\nPara: Bo <bo@y.example>\nAsunto: RE: Pregunta\n\n¿Va bien?\n",
        "Sí.",
    ),
    "outlook it": (
        "Sì.\n\nDa: Ana Berg <ana@x.example>\nInviato: lunedì 5 gennaio 2026 10:00\nA: Bo <bo@y.example>\nOggetto: R: Domanda\n\nVa bene?\n",
        "Sì.",
    ),
    "outlook pt": (
        "Sim.\n\nDe: Ana Berg <ana@x.example>\nEnviada em: segunda-feira, 5 de janeiro de 2026 10:00\nPara: Bo <bo@y.example>\nAssunto: RES: Pergunta\n\nTudo bem?\n",
        "Sim.",
    ),
    "outlook nl": (
        "Ja.\n\nVan: Ana Berg <ana@x.example>\nVerzonden: maandag 5 januari 2026 10:00\nAan: Bo <bo@y.example>\nOnderwerp: RE: Vraag\n\nGoed?\n",
        "Ja.",
    ),
    "outlook sv": (
        "Ja.\n\nFrån: Ana Berg <ana@x.example>\nSkickat: den 5 januari 2026 10:00\nTill: Bo <bo@y.example>\nÄmne: SV: Fråga\n\nBra?\n",
        "Ja.",
    ),
    "outlook nb": (
        "Ja.\n\nFra: Ana Berg <ana@x.example>\nSendt: mandag 5. januar 2026 10:00\nTil: Bo <bo@y.example>\nEmne: SV: Spørsmål\n\nBra?\n",
        "Ja.",
    ),
    "outlook pl": (
        "Tak.\n\nOd: Ana Berg <ana@x.example>\nWysłano: poniedziałek, 5 stycznia 2026 10:00\nDo: Bo <bo@y.example>\nTemat: ODP: Pytanie\n\nDobrze?\n",
        "Tak.",
    ),
    "outlook ja": (
        "はい。\n\n差出人: Ana Berg <ana@x.example>\n送信日時: 2026年1月5日 10:00\n宛先: Bo <bo@y.example>\n件名: RE: 質問\n\n大丈夫?\n",
        "はい。",
    ),
    "outlook zh": (
        "好的。\n\n发件人: Ana Berg <ana@x.example>\n发送时间: 2026年1月5日 10:00\n收件人: Bo <bo@y.example>\n主题: 回复: 问题\n\n可以吗?\n",
        "好的。",
    ),
    "ol mobile": (
        "OK\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Ana <ana@x.example>\nSent: Monday, January 5, 2026 10:00:00 AM\nTo: Bo <bo@y.example>\nSubject: Q\n\nhi\n",
        "OK",
    ),
    "iphone de": (
        "Danke, läuft.\n\nVon meinem iPhone gesendet\n\n> Am 05.01.2026 um 10:00 schrieb Ana Berg <ana@x.example>:\n> \n> Läuft es?\n",
        "Danke, läuft.",
    ),
    "iphone fr": (
        "Merci.\n\nEnvoyé de mon iPhone\n\n> Le 5 janv. 2026 à 10:00, Ana <ana@x.example> a écrit :\n> \n> Ok ?\n",
        "Merci.",
    ),
    "iphone ja": (
        "了解です。\n\niPhoneから送信\n\n> 2026/01/05 10:00、Ana <ana@x.example>のメール:\n> \n> ok\n",
        "了解です。",
    ),
    "tb": (
        "Yes.\n\nAm 05.01.26 um 10:00 schrieb Ana Berg:\n> Is it?\n",
        "Yes.",
    ),
    "tb fr": (
        "Oui.\n\nLe 05/01/2026 à 10:00, Ana Berg a écrit :\n> Ok ?\n",
        "Oui.",
    ),
    "lotus": (
        "Please see attached.\n\nBo Berg\n\n\n\nAna Berg/Sales/Acme@ACME\n01/05/2026 10:00 AM\n\nTo\nBo Berg/IT/Acme@ACME\ncc\n\nSubject\nRe: Printer\n\nHow is it?\n",
        "Please see attached.\n\nBo Berg",
    ),
    "lotus2": (
        "Fine.\n\nFrom:   Ana Berg/Acme\nTo:     Bo Berg/Acme@ACME\nCc:     Cy/Acme@ACME\nDate:   01/05/2026 10:00 AM\nSubject:        Re: Printer\n\n\n\nHow?\n",
        "Fine.",
    ),
    "bottom": (
        "On Mon, Jan 5, 2026 at 10:00 AM Ana <ana@x.example> wrote:\n> Is it broken?\n\nYes, since Monday.\n",
        "Yes, since Monday.",
    ),
    "interleaved": (
        "On 5 Jan 2026, Ana <ana@x.example> wrote:\n> Which site?\n\nOslo.\n\n> Since when?\n\nMonday.\n",
        "> Which site?\n\nOslo.\n\n> Since when?\n\nMonday.",
    ),
    "fwd": (
        "Please help this customer.\n\n---------- Forwarded message ---------\nFrom: Ana <ana@x.example>\nDate: Mon, 5 Jan 2026\nSubject: Down\nTo: <bo@y.example>\n\nAll is down.\n",
        "Please help this customer.\n\n---------- Forwarded message ---------\nFrom: Ana <ana@x.example>\nDate: Mon, 5 Jan 2026\nSubject: Down\nTo: <bo@y.example>\n\nAll is down.\n",
    ),
    "human on": (
        "On Monday we lost 3 hours. John wrote:\n\nwe will fix it.\n",
        "On Monday we lost 3 hours. John wrote:\n\nwe will fix it.",
    ),
    "human form": (
        "Trip:\nFrom: Oslo\nTo: Bergen\nDate: 5 May\n\nPlease book.\n",
        "Trip:\nFrom: Oslo\nTo: Bergen\nDate: 5 May\n\nPlease book.",
    ),
    "human list": (
        "Errors:\n-----\nFrom: 10:00 to 11:00 all requests failed\nSubject: none\n\nBye",
        "Errors:\n-----\nFrom: 10:00 to 11:00 all requests failed\nSubject: none\n\nBye",
    ),
    "log paste": (
        "We see this:\n\n2026-01-05 10:00:01 user ana@x.example:\nlogin failed\n\nWhat now?",
        "We see this:\n\n2026-01-05 10:00:01 user ana@x.example:\nlogin failed\n\nWhat now?",
    ),
    "verified": (
        "It works.\n\nOn 2026-01-05 10:00, Ana via Support wrote:\n> ok?\n\n-- \nBo\n",
        "It works.",
    ),
    "exchange divider": (
        "Yes.\n\n-----Ursprüngliche Nachricht-----\nVon: Ana\nGesendet: Montag\nAn: Bo\nBetreff: X\n\nhi\n",
        "Yes.",
    ),
    "zendesk": (
        "Yes.\n\n##- Please type your reply above this line -##\n\nYour request\n",
        "Yes.",
    ),
    "apple begin fwd": (
        "See below.\n\nBegin forwarded message:\n\nFrom: Ana <ana@x.example>\nSubject: Down\nDate: 5 January 2026 at 10:00:00 CET\nTo: bo@y.example\n\nDown.\n",
        "See below.\n\nBegin forwarded message:\n\nFrom: Ana <ana@x.example>\nSubject: Down\nDate: 5 January 2026 at 10:00:00 CET\nTo: bo@y.example\n\nDown.\n",
    ),
    "proton": (
        "Yes.\n\nSent with Proton Mail secure email.\n\nOn Monday, January 5th, 2026 at 10:00 AM, Ana <ana@x.example> wrote:\n\n> ok?\n",
        "Yes.",
    ),
    "yahoo": (
        "Yes.\n\n    On Monday, January 5, 2026 at 10:00:00 AM GMT+1, Ana <ana@x.example> wrote:  \n \n ok?\n",
        "Yes.",
    ),
    "qq": (
        '好\n\n------------------ 原始邮件 ------------------\n发件人: "ana" <ana@x.example>;\n发送时间: 2026年1月5日\n收件人: "bo"<bo@y.example>;\n主题: 问题\n\nok\n',
        "好",
    ),
    "163": (
        '好\n\n\n\n\n\nAt 2026-01-05 10:00:00, "Ana" <ana@x.example> wrote:\n>ok\n',
        "好",
    ),
}

HTML = {
    "owa": (
        '<html><body><div style="font-size:12pt">Works now, thanks.</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>From:</b> Ana Berg &lt;ana@x.example&gt;<br><b>Sent:</b> Monday, January 5, 2026 10:00 AM<br><b>To:</b> Bo &lt;bo@y.example&gt;<br><b>Subject:</b> Q</font><div>&nbsp;</div></div><div>old text</div></body></html>',
        "Works now, thanks.",
    ),
    "owa unknown language": (
        '<div>Toimii.</div><div id="divRplyFwdMsg"><b>Xyz:</b> Ana<br><b>Qwe:</b> Monday</div><div>old</div>',
        "Toimii.",
    ),
    "apple": (
        '<html><body style="word-wrap: break-word;">Yes.<div><br><div><blockquote type="cite"><div>On 5 Jan 2026, at 10:00, Ana &lt;ana@x.example&gt; wrote:</div><br><div>old</div></blockquote></div></div></body></html>',
        "Yes.",
    ),
    "apple2": (
        '<html><body><div dir="ltr">Yes.</div><div dir="ltr"><br>Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">On 5 Jan 2026, at 10:00, Ana &lt;ana@x.example&gt; wrote:<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">old</div></blockquote></body></html>',
        "Yes.",
    ),
    "yahoo": (
        '<div>Yes.</div><div id="yahoo_quoted_123" class="yahoo_quoted"><div>On Monday, January 5, 2026 at 10:00:00 AM GMT+1, Ana &lt;ana@x.example&gt; wrote: </div><div><br></div><div>old</div></div>',
        "Yes.",
    ),
    "proton": (
        '<div>Yes.</div><div class="protonmail_signature_block">Sent with Proton</div><div class="protonmail_quote">On Monday, January 5th, 2026 at 10:00 AM, Ana &lt;ana@x.example&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">old</blockquote></div>',
        "Yes.",
    ),
    "gmail interleaved": (
        '<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Jan 5, 2026 at 10:00 AM Ana &lt;<a>ana@x.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote" style="border-left:1px solid #ccc">Which site?</blockquote><div>Oslo.</div><blockquote class="gmail_quote" style="border-left:1px solid #ccc">Since when?</blockquote><div>Monday.</div></div></div>',
        "Which site?\nOslo.\nSince when?\nMonday.",
    ),
    "gmail fwd": (
        '<div dir="ltr">Please help.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong>Ana</strong> <span>&lt;ana@x.example&gt;</span><br>Date: Mon, Jan 5, 2026<br>Subject: Down<br>To: &lt;bo@y.example&gt;<br></div><br>All is down.</div></div>',
        "Please help.\n---------- Forwarded message ---------\nFrom: Ana <ana@x.example>\nDate: Mon, Jan 5, 2026\nSubject: Down\nTo: <bo@y.example>\nAll is down.",
    ),
    "gmail sig": (
        '<div dir="ltr">Yes.<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br><div dir="ltr" class="gmail_signature">Ana Berg<br>CEO</div></div>',
        "Yes.",
    ),
    "outlook border": (
        '<div class="WordSection1"><p class="MsoNormal">Ja, passt.<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>Von:</b> Ana Berg &lt;ana@x.example&gt; <br><b>Gesendet:</b> Montag, 5. Januar 2026 10:00<br><b>An:</b> Bo<br><b>Betreff:</b> AW: Frage<o:p></o:p></p></div></div><p class="MsoNormal">alt</p></div>',
        "Ja, passt.",
    ),
    "thunderbird bottom": (
        '<html><body><div class="moz-cite-prefix">On 05.01.26 10:00, Ana wrote:<br></div><blockquote type="cite" cite="mid:1@x">old</blockquote><p>Yes, since Monday.</p></body></html>',
        "Yes, since Monday.",
    ),
    "gmail indent": (
        '<div dir="ltr">Log:<blockquote style="margin:0 0 0 40px;border:none;padding:0px">line one</blockquote></div>',
        "Log:\nline one",
    ),
    "list": (
        "<p>Steps:</p><ol><li>open</li><li>close</li></ol><table><tr><td>A</td><td>1</td></tr><tr><td>B</td><td>2</td></tr></table>",
        "Steps:\n- open\n- close\nA 1\nB 2",
    ),
    "zoho": (
        '<div>Yes.</div><div class="zmail_extra_hr" style="border-top: 1px solid rgb(204,204,204);"><br></div><div class="zmail_extra"><div>---- On Mon, 05 Jan 2026 10:00:00 +0100 <b>Ana &lt;ana@x.example&gt;</b> wrote ---</div><blockquote>old</blockquote></div>',
        "Yes.",
    ),
    "new outlook mobile": (
        '<div dir="ltr">Yes.</div><div id="ms-outlook-mobile-signature"><div>Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>From:</b> Ana<br><b>Sent:</b> Monday<br><b>To:</b> Bo<br><b>Subject:</b> Q</div><br>old',
        "Yes.",
    ),
    "samsung": (
        '<div>Yes.</div><div><br></div><div id="composer_signature"><div style="font-size:85%">Sent from my Galaxy</div></div><div><br></div><div style="font-size:100%"><!-- originalMessage --><div>-------- Original message --------</div><div>From: Ana &lt;ana@x.example&gt; </div><div>Date: 05/01/2026  10:00  (GMT+01:00) </div><div>To: bo@y.example </div><div>Subject: Q </div><div><br></div></div>old',
        "Yes.",
    ),
    "mail.com": (
        '<div>Yes.<div><br></div><div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div style="margin:0 0 10px 0;"><b>Gesendet:</b> Montag, 05. Januar 2026 um 10:00 Uhr<br><b>Von:</b> "Ana" &lt;ana@x.example&gt;<br><b>An:</b> bo@y.example<br><b>Betreff:</b> Q</div><div>old</div></div></div>',
        "Yes.",
    ),
}


ANNOUNCED = [
    "Foo Bar <foo@x.example> schrieb am Mo., 3. Mai 2025, 10:00:\n\n> old",
    "2025-05-03 10:00 GMT+02:00 Foo Bar <foo@x.example>:\n\n> old",
    "> On 3 May 2025, at 10:00, Foo <foo@x.example> wrote:\n>\n> old",
    "________________________________\nFrom: Foo\nSent: Tuesday\nTo: me\nSubject: Q\n\nold",
    "Le mar. 3 mai 2025 à 10:00, Foo Bar\n<foo@x.example> a écrit :\n\n> old",
    "--------- Mensagem original ---------\nDe: Foo <foo@x.example>\nData: 3/5/25 10:00\nPara: me\nAssunto: Q\n\nold",
    "Saturday, 3 May 2025, 10:00 +0300 from Foo <foo@x.example>:\n>old",
    '03.05.2025, 10:00, "Foo" <foo@x.example>:\n> old',
    "Foo wrote on 5/3/25 10:00 AM:\n> old",
    "Quoting Foo <foo@x.example>:\n\n> old",
    "3 May 2025 tarihinde 10:00 saatinde, Foo <foo@x.example> şunları yazdı:\n\n> old",
    "On Tue, 3 May 2025 10:00:00 +0200\nFoo <foo@x.example> wrote:\n\n> old",
    "Foo Bar wrote:\n> old",
    "*From: *Foo Bar\n*Date: *Tue\n*To: *me\n*Subject: *Q\n\nold",
    "<https://go.example/x> Sent from Yahoo Mail for iPhone\n\nOn Tuesday, May 3, 2025, 10:00 AM, Foo <foo@x.example> wrote:\n\nold",
    "---\nThis email has been checked for viruses by Avast antivirus software.\nhttps://www.avast.example",
]


@pytest.mark.parametrize("tail", ANNOUNCED)
def test_ways_to_announce_what_is_not_new(tail: str) -> None:
    assert read(f"New text\n\n{tail}\n").reply_text == "New text"


STORIES = [
    "On Monday 5 January 2026 your colleague wrote:\n\nwe will refund you",
    "On 5 Jan 2026 at 10:00 our admin said the following happened:\n\nthe disk was full",
    "Hi,\n\nHe wrote:\n\nit is done\n\nbut it is not",
    "Sent: Monday\nArrived: never",
    "Please ask bo@acme.example:\n- when\n- where",
    "To: be or not to be\nSubject: to change\n",
]


@pytest.mark.parametrize("text", STORIES)
def test_what_people_tell_stays(text: str) -> None:
    assert read(text + "\n").reply_text == text.strip()


def read(body: str, kind: str = "plain", extra: str = "") -> Mail:
    head = f"From: a@b.example\nSubject: Re: x\nContent-Type: text/{kind}; charset=utf-8{extra}\n\n"
    return parse((head + body).encode())


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text(name: str) -> None:
    body, reply = PLAIN[name]
    assert bare(read(body).reply_text) == bare(reply)


@pytest.mark.parametrize("name", HTML)
def test_html(name: str) -> None:
    body, reply = HTML[name]
    assert bare(read(body, "html").reply_text) == bare(reply)


@pytest.mark.parametrize(
    ("body", "reply", "signature"),
    [
        ("Yes.\n\n-- \nAna\nCEO", "Yes.", "-- \nAna\nCEO"),
        ("Yes.\n\nThanks,\nAna", "Yes.\n\nThanks,\nAna", ""),
        ("Yes.\n\nBest regards\nAna", "Yes.\n\nBest regards\nAna", ""),
        ("Yes.\n\nBest regards\nAna Berg\n+49 89 1234567", "Yes.", "Best regards\nAna Berg\n+49 89 1234567"),
        ("Ja.\n\nMit freundlichen Grüßen\nAna Berg", "Ja.", "Mit freundlichen Grüßen\nAna Berg"),
        ("Ja.\n\nMvh,\nAna", "Ja.", "Mvh,\nAna"),
        ("Call me:\n\nAna Berg\nana@acme.example\n+49 89 1234567", "Call me:", "Ana Berg\nana@acme.example\n+49 89 1234567"),
        ("Yes.\n\nSent from my iPhone", "Yes.", "Sent from my iPhone"),
        ("Sent from my desk, so I may be slow.\n", "Sent from my desk, so I may be slow.", ""),
        ("-- \nAna", "-- \nAna", ""),
        ("Options:\n-- one\n-- two", "Options:\n-- one\n-- two", ""),
        ("Best regards from Oslo, the printer is down.\nCan you help?", "Best regards from Oslo, the printer is down.\nCan you help?", ""),
        ("Hi\n\nThis message is intended only for the addressee and may be confidential.", "Hi",
         "This message is intended only for the addressee and may be confidential."),
    ],
)  # fmt: skip
def test_signatures(body: str, reply: str, signature: str) -> None:
    mail = read(body)
    assert (mail.reply_text, mail.signature) == (reply, signature)


def test_flowed_lines_are_joined_before_the_quote_is_looked_for() -> None:
    body = "Yes, it \nworks.\n\nOn Mon, 5 Jan 2026 at 10:00 Ana \n<ana@x.example> wrote:\n> does \n> it?\n-- \nBo\n"
    mail = read(body, extra="; format=flowed")
    assert mail.reply_text == "Yes, it works."
    assert "> does it?" in mail.quoted_text


def test_a_mail_that_is_all_quote_has_no_new_text() -> None:
    assert read("On Mon, 5 Jan 2026 at 10:00 Ana <ana@x.example> wrote:\n> hi\n").reply_text == ""


def test_python_prompts_are_no_quote() -> None:
    assert read("I ran\n\n>>> import this\n>>> this.d\n\nand it hangs").reply_text.count(">>>") == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The printer is down and we can not work, please help us", "en"),
        ("Der Drucker ist kaputt und wir können nicht arbeiten, bitte helfen Sie uns", "de"),
        ("Bonjour, nous ne pouvons pas travailler avec la nouvelle version", "fr"),
        ("Hola, no podemos trabajar con la nueva versión, gracias", "es"),
        ("Hej, vi kan inte arbeta och det är inte bra för oss", "sv"),
        ("お世話になっております", "ja"),
        ("打印机坏了，请帮忙看看", "zh"),
        ("ok", None),
        ("", None),
    ],
)
def test_languages(text: str, code: str | None) -> None:
    assert read(text).language == code


def both(plain: str, rich: str) -> Mail:
    parts = f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{rich}\n--b--\n"
    return parse(f"From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n{parts}".encode())


def test_an_unknown_language_is_taken_apart_as_its_html_is_marked() -> None:
    rich = "<div>Imefanya kazi.</div><div class=gmail_quote>Jumatatu Ana aliandika hivi:<blockquote type=cite>Je, imefanya kazi leo?</blockquote></div>"
    mail = both("Imefanya kazi.\n\nJumatatu Ana aliandika hivi:\nJe, imefanya kazi leo?", rich)
    assert mail.reply_text == "Imefanya kazi."
    assert mail.quoted_text.startswith("Jumatatu Ana")


def test_new_text_below_such_a_quote_is_never_lost() -> None:
    rich = "<div>Imefanya kazi.</div><blockquote type=cite>Jumatatu Ana aliandika hivi</blockquote><div>Tafadhali nipigie simu kesho asubuhi</div>"
    plain = "Imefanya kazi.\n\nJumatatu Ana aliandika hivi\n\nTafadhali nipigie simu kesho asubuhi"
    assert both(plain, rich).reply_text == plain
