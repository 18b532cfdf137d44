"""Support mails as companies write them, the same ones for the same seed.

The world is one vendor's support address and some customer companies; every sender, and everybody
in copy, is a contact of one of them. Sizes and shapes follow what support mailboxes hold: one mail
in five answers an earlier one with its text quoted below, one in ten carries a report of 50 kB,
most have a plain and an HTML body. Only ASCII on the wire, so that readers which open mail as text
are not stopped by it.

    for mail in mails(500, seed=7): mail.raw, mail.sender, mail.answers
"""

# ruff: noqa: SIM905 - names read better as one line
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

SUPPORT = "support@kestrel.example"
AUTHSERV = "mx.kestrel.example"
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ATTACHED = 50_000
WIRE = SMTP.clone(max_line_length=78)

GIVEN = "Abena Anouk Bram Camila Davor Elin Farah Gustav Hana Ilse Joao Keiko Lucía Małgorzata Nils Olga Pavel Renée Sanjay Ülkü".split()
FAMILY = "Achebe Björklund Castellanos Demir Eriksson Fontaine Gruber Horvath Iyer Järvinen Keller Lindqvist Moreau Novák Ortega".split()
TRADES = (
    "Freight Dairy Pharma Textiles Rail Insurance Foods Optics Timber Hotels Ports Glass Seeds Motors Energy".split()
)
PLACES = "Aalborg Basel Cadiz Dortmund Espoo Fribourg Graz Haarlem Izmir Jena Kaunas Lyon Malmo Nantes Ostrava".split()

THINGS = ("the order import", "single sign-on", "the nightly export", "label printing", "the stock ledger", "the partner API",
          "the invoice run", "the mobile scanner app", "the planning board", "the customer portal")  # fmt: skip
TROUBLES = ("is down since {hour} and nobody can finish a booking", "answers very slowly, pages take more than a minute",
            "shows an error message now and then, mostly after lunch", "stopped working after last night's update",
            "prints the wrong totals for two of our sites", "times out for some users in {place}",
            "rejects every file we upload since {hour}", "has a button label that is misspelt, nothing urgent")  # fmt: skip
EFFECTS = ("All {count} sites are affected and trucks are waiting at the gates.",
           "About {count} colleagues work from printed lists for now.", "We can live with it until Friday, not longer.",
           "Our auditors are in the house on Thursday and expect these figures.",
           "So far {count} customers have called us about it.", "It costs us roughly {count} euros an hour in overtime.",
           "There is a workaround: we enter the numbers by hand each evening.")  # fmt: skip
TRIED = ("We restarted the workstation and cleared the browser cache, without any change.",
         "Our network team sees no drops between {place} and your endpoint.",
         "A colleague in {place} gets the same result with a different account.",
         "The log of the connector holds {count} lines like the one below.",
         "Last month you fixed something that looked very similar, perhaps it is back.",
         "We compared it with the test system, where the same steps go through.")  # fmt: skip
WISHES = ("Please tell us when we can expect the next news.", "Who is looking at this, and until when?",
          "Could somebody call us back before noon?", "Let us know what else you need from our side.",
          "We have to inform our management at four, a short statement would help.")  # fmt: skip
AGAIN = ("Any news on this? It is still the same here.", "Thank you. We tried it once more and {thing} {trouble}.",
         "One addition: {effect}", "Here are the details you will want to see. {tried}",
         "It has become worse, and {effect_low}")  # fmt: skip
GERMAN = ("Guten Tag,", "seit {hour} ist die Anmeldung ausgefallen und niemand kann arbeiten.",
          "Betroffen sind alle {count} Standorte, in {place} steht die Produktion still.",
          "Bitte melden Sie sich kurzfristig mit einem Zwischenstand.", "Mit freundlichen Grüßen")  # fmt: skip
FRENCH = ("Bonjour,", "depuis {hour} l'import des commandes ne fonctionne plus.",
          "Cela concerne {count} utilisateurs, surtout à {place}.", "Pouvez-vous nous dire quand ce sera réparé ?",
          "Cordialement")  # fmt: skip


@dataclass(frozen=True)
class Person:
    name: str
    address: str
    company: str


@dataclass
class Thread:
    """What a later answer needs to know of the mails before it."""

    subject: str
    by: Person
    quoted: list[str]
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Mail:
    raw: bytes
    sender: Person
    sent_at: datetime
    answers: str


def people(seed: int, companies: int = 40, each: int = 6) -> list[Person]:
    """The contacts of every company, `each` of them."""
    r = random.Random(f"people {seed}")
    found = []
    for number in range(companies):
        place, trade = PLACES[number % len(PLACES)], TRADES[(number * 7) % len(TRADES)]
        company = f"{place} {trade} {number}"
        for desk in range(each):
            name = f"{r.choice(GIVEN)} {r.choice(FAMILY)}"
            found.append(Person(name, f"desk{desk}@{place.lower()}-{trade.lower()}-{number}.example", company))
    return found


def mails(count: int, seed: int) -> Iterator[Mail]:
    """`count` mails in the order of their Date."""
    r = random.Random(f"mails {seed}")
    everybody = people(seed)
    threads: list[Thread] = []
    now = START
    for number in range(count):
        now += timedelta(seconds=r.randint(4, 120))
        answer = bool(threads) and number % 5 == 4
        thread = r.choice(threads[-400:]) if answer else _topic(r, r.choice(everybody))
        sender = thread.by
        if answer and r.random() < 0.2:
            sender = r.choice([p for p in everybody if p.company == sender.company])
        words = _answer(r) if answer else thread.quoted
        message = _headers(r, number, sender, thread, now, r.choice(everybody) if r.random() < 0.3 else None)
        _body(r, message, words, thread.quoted if answer else [], sender, now)
        if number % 10 == 3:
            message.add_attachment(r.randbytes(ATTACHED), "application", "pdf", filename=f"report-{number}.pdf")
        _fix_boundaries(message, r)
        yield Mail(message.as_bytes(), sender, now, thread.ids[-1] if answer else "")
        thread.ids.append(str(message["Message-ID"]))
        if not answer:
            threads.append(thread)


def _topic(r: random.Random, sender: Person) -> Thread:
    tongue = r.random()
    if tongue < 0.08:
        return Thread("Anmeldung gestört", sender, [_fill(r, s) for s in GERMAN])
    if tongue < 0.13:
        return Thread("Import à l'arrêt", sender, [_fill(r, s) for s in FRENCH])
    thing, trouble = r.choice(THINGS), r.choice(TROUBLES)
    subject = _fill(r, f"{thing.removeprefix('the ').capitalize()} {trouble.split(',')[0].split(' and ')[0]}")
    first = _fill(r, f"{thing.capitalize()} {trouble}. {r.choice(EFFECTS)}")
    return Thread(subject, sender, ["Hello,", first, *_story(r), r.choice(WISHES)])


def _story(r: random.Random) -> list[str]:
    told = [_fill(r, f"{r.choice(TRIED)} {r.choice(EFFECTS)}") for _ in range(r.randint(1, 4))]
    if r.random() < 0.4:
        told += [f"2026-11-23T{r.randint(0, 23):02}:{r.randint(0, 59):02} job={r.getrandbits(32):08x} rc={r.randint(1, 99)} "
                 f"step=transfer host=node{r.randint(1, 40)}" for _ in range(r.randint(4, 30))]  # fmt: skip
    return told


def _answer(r: random.Random) -> list[str]:
    effect = r.choice(EFFECTS)
    pattern = r.choice(AGAIN).format(thing=r.choice(THINGS), trouble=r.choice(TROUBLES), effect=effect, tried=r.choice(TRIED),
                                     effect_low=effect[0].lower() + effect[1:])  # fmt: skip
    return ["Hello again,", _fill(r, pattern), r.choice(WISHES)]


def _fill(r: random.Random, pattern: str) -> str:
    return pattern.format(
        hour=f"{r.randint(5, 11):02}:{r.randint(0, 59):02}", place=r.choice(PLACES), count=r.randint(3, 400)
    )


def _headers(
    r: random.Random, number: int, sender: Person, thread: Thread, now: datetime, copied: Person | None
) -> EmailMessage:
    domain = sender.address.partition("@")[2]
    m = EmailMessage(policy=WIRE)
    m["Return-Path"] = f"<{sender.address}>"
    m["Authentication-Results"] = (
        f"{AUTHSERV}; spf=pass smtp.mailfrom={domain}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}"
    )
    m["Received"] = (f"from mail.{domain} (mail.{domain} [203.0.113.{r.randint(1, 254)}]) by {AUTHSERV} (Postfix) with ESMTPS "
                     f"id {r.getrandbits(44):011X} for <{SUPPORT}>; {format_datetime(now)}")  # fmt: skip
    for hop in range(r.randint(1, 4)):
        m["Received"] = (f"from relay{hop}.{domain} (10.{hop}.0.{r.randint(1, 254)}) by mail.{domain} with SMTP id {r.getrandbits(48):x}; "
                         f"{format_datetime(now - timedelta(seconds=hop + 1))}")  # fmt: skip
    m["DKIM-Signature"] = (f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=m1; h=from:to:subject:date:message-id; "
                           f"bh={r.getrandbits(250):062x}; b={' '.join(f'{r.getrandbits(240):060x}' for _ in range(4))}")  # fmt: skip
    m["From"] = Address(sender.name, addr_spec=sender.address)
    m["To"] = Address("Kestrel Support", addr_spec=SUPPORT)
    if copied:
        m["Cc"] = Address(copied.name, addr_spec=copied.address)
    m["Subject"] = f"Re: {thread.subject}" if thread.ids else thread.subject
    m["Date"] = now
    m["Message-ID"] = f"<{number}.{r.getrandbits(64):016x}@{domain}>"
    if thread.ids:
        m["In-Reply-To"] = thread.ids[-1]
        m["References"] = " ".join(thread.ids[-8:])
    if r.random() < 0.1:
        m["Importance"] = "high"
    m["X-Mailer"] = "Microsoft Outlook 16.0"
    m["Content-Language"] = "en-GB"
    return m


def _body(
    r: random.Random, m: EmailMessage, words: list[str], quoted: list[str], sender: Person, now: datetime
) -> None:
    signature = [sender.name, sender.company, f"T +45 70 {r.randint(10, 99)} {r.randint(10, 99)} {r.randint(10, 99)}"]
    text = "\n\n".join(words) + "\n\n-- \n" + "\n".join(signature) + "\n"
    if quoted:
        text += f"\nOn {now - timedelta(hours=2):%a, %d %b %Y at %H:%M}, {sender.name} <{sender.address}> wrote:\n"
        text += "\n".join(f"> {line}" for line in quoted) + "\n"
    m.set_content(text, charset="iso-8859-1" if r.random() < 0.2 and _latin(text) else "utf-8", cte="quoted-printable")
    if r.random() < 0.7:
        m.add_alternative(
            _html(words, quoted, signature),
            subtype="html",
            cte=r.choice(["quoted-printable", "quoted-printable", "base64"]),
        )


def _html(words: list[str], quoted: list[str], signature: list[str]) -> str:
    style = ("p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:'Aptos',sans-serif;} a:link{color:#0563C1;} "
             "div.WordSection1{page:WordSection1;} blockquote{border-left:2px solid #b5c4df;padding:0 0 0 6pt;}")  # fmt: skip
    body = "".join(
        f'<p class="MsoNormal"><span lang="EN-GB" style="mso-fareast-language:EN-US">{w}</span></p>\n' for w in words
    )
    foot = "<br>".join(signature)
    past = (
        "<blockquote>" + "".join(f"<p class='MsoNormal'>{q}</p>\n" for q in quoted) + "</blockquote>" if quoted else ""
    )
    return (f'<html><head><meta charset="utf-8"><style>{style}</style></head><body lang="EN-GB"><div class="WordSection1">\n{body}'
            f'<p class="MsoNormal" style="color:#7f7f7f">{foot}</p>{past}</div></body></html>\n')  # fmt: skip


def _latin(text: str) -> bool:
    try:
        text.encode("iso-8859-1")
    except UnicodeEncodeError:
        return False
    return True


def _fix_boundaries(m: EmailMessage, r: random.Random) -> None:
    """The library would draw boundaries from its own dice, and two runs would differ."""
    for part in m.walk():
        if part.is_multipart():
            part.set_boundary(f"_{r.getrandbits(96):024x}_")
