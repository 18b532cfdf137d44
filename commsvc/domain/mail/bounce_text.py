"""Failed recipients in the free text of a delivery report.

Servers write an address and a reason near each other, in hundreds of wordings. So each line is
judged: an address counts when it stands alone (or in brackets) at the start of a line, or in a
sentence that names a failure, and comes before the copy of the returned mail.

Standards: none; what qmail, Postfix, Sendmail, Exim, Exchange, Domino, Groupwise and others write
"""

import re

_I = re.IGNORECASE
_MAILBOX = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,100}@[A-Za-z0-9\[][\w.\]-]{1,180}")
_RETURNED = re.compile(
    r"\s{0,4}(?:-{2,80}\s{0,3}(?:(?:this is a |below (?:this line )?is |here is |enclosed is )?(?:a |the )?(?:copy of|original|returned|unsent|undelivered|message|body|the header|beginning of|below|forwarded|transcript of|start of)[^\n]{0,120})"
    r"|(?:-{2,40}\s?)?below this line is a copy of the message|(?:return-path|received|message-id|x-mailer|mime-version|content-type)\s?:"
    r"|original message (?:follows|headers|text)|the original message (?:follows|is (?:attached|below))|the (?:header|text) of (?:the|your) (?:original )?message|your (?:original )?message (?:follows|reads|is (?:enclosed|attached))"
    r"|unsent message (?:below|follows)|message (?:headers?|contents?) follows?|returned message follows|-+ original message)",
    _I,
)
_LABEL = re.compile(
    r"[\s*>-]{0,12}(?:(?:failed|final|original|intended|the following|your)?\s?(?:recipients?|addressee?s?|to|rcpt to|user|mailbox|email|e-mail|address(?:es)?|for|destinatario|destinataire|empfänger|ontvanger|宛先)"
    r"(?:\(s\))?(?: address(?:es)?)?(?: was| is)?|failed (?:recipient|address|to deliver to)s?|could not (?:be )?deliver(?:ed)? (?:to|mail to)|final-recipient|<{0,2}rcpt)\s{0,4}[:=：]?\s{0,6}"
    r"(?:rfc822;|smtp:|to:)?\s{0,4}[<\"'(\[]{0,3}",
    _I,
)
_FAIL = re.compile(
    r"fail|undeliver|not (?:be )?(?:deliver|found|exist|reach|accept|listed|known|valid|a valid|unique|available|sent|allowed|permitted|active|local|recogni)|n[o']t deliver|unknown|reject|refus|denied|invalid|no such|no (?:mailbox|account|user|longer|recipient)|doesn'?t (?:exist|have|like)|does not|disabled|inactive|suspend|expired|discontinued"
    r"|quota|full|over (?:its|the) |exceed|unavailable|unable|cannot|can't|couldn'?t|could not|error|problem|unrout|bounce|returned|not yet|delay|retr|time[d]? ?out|55\d|45\d|5\.\d\.\d|4\.\d\.\d|blocked|spam|prohibit|illegal|bad address|undefined|sorry|nicht|unbekannt|zugestellt|n'a pas|inconnu|introuvable|no existe|desconocid|no se|non (?:è|esiste|valido)|sconosciut|não|inexistente|desconhecid|niet|onbekend|ikke|inte|nie (?:istnieje|można)|ありません|できません|不明|不存在|失败",
    _I,
)
_AFTER = re.compile(
    r"(?:following|these|this) (?:\w+ ){0,4}(?:recipient|address|user|destination|mailbox|person|people|account|email)|(?:recipient|address|user)(?:\(s\)|s|es)?(?: \w+){0,6}\s?:\s*\Z|were (?:undeliver|fatal|transient)|permanent (?:fatal )?errors|could not (?:be )?deliver"
    r"|folgende|suivant|siguiente|seguent|seguinte|volgende|następując|以下|下記|下列",
    _I,
)
_NOT_HERE = re.compile(
    r"(?:please )?(?:contact|forward|send (?:mail|e-?mail|this|the)|write to|report|questions|for (?:further )?(?:help|assistance)|e-?mail us|message-?id|reporting-mta|envelope-from|return-path|reply to|mail from|from:|sender|sent by|your mail administrator|abuse@|mailto:support|postmaster@\S+ for|(?:^|\s)id\b|unsubscribe|references:|helo|sent from)",
    _I,
)


def failed(text: str, mine: frozenset[str], returned_to: list[str]) -> list[str]:
    """The recipients `text` reports as failed, in order, lower case.

    `mine` never count (who reports, who is told) unless nothing else is found; `returned_to`,
    whom the returned mail was for, is asked when the text names nobody. Never raises.
    """
    sure: list[str] = []
    likely: list[str] = []
    expecting = 0
    lines = text.split("\n")[:600]
    for index, line in enumerate(lines):
        if _RETURNED.match(line[:300]) and (sure or likely or index > 3):
            if sure or likely or "transcript" not in line.lower():
                break
            continue
        boxes = _MAILBOX.findall(line[:1000]) if "@" in line else []
        if _AFTER.search(line[:400]) and not boxes:
            expecting = 8
            continue
        expecting -= bool(line.strip())
        near = " ".join(lines[index : index + 3])[:900]
        for box in boxes:
            address = _tidy(box)
            if not address or _is_id(address, line):
                continue
            weight = _weight(address, line, near, expecting=expecting > 0)
            if weight:
                (sure if weight > 1 else likely).append(address)
    found = [a for a in dict.fromkeys(sure) if a not in mine]
    if not found:
        found = [a for a in dict.fromkeys(likely) if a not in mine][:1]
    if not found:
        found = [a for a in dict.fromkeys(returned_to) if a not in mine][:1]
    return found or [a for a in dict.fromkeys(sure) if a in mine][:1]


def _weight(address: str, line: str, near: str, *, expecting: bool) -> int:
    """How surely a line reports `address` as failed: 2, 1, or 0 when it names whom to ask for help."""
    before = line[: line.lower().find(address)]
    leading = not before.strip(" \t<>\"'([*-:|") or _LABEL.fullmatch(before) is not None
    if leading and (expecting or _FAIL.search(near)):
        return 2
    if _NOT_HERE.search(line[:400]) is not None and not leading:
        return 0
    return 2 if expecting or _FAIL.search(line[:600]) else 1


def _tidy(box: str) -> str:
    address = box.strip("'\"<>.,;:()[]`*=!?/|{}").lower()
    for prefix in ("rfc822;", "mailto:", "smtp:", "to:", "to=", "=3c"):
        address = address.removeprefix(prefix)
    local, _, domain = address.rpartition("@")
    return address if (local and "." in domain) or (domain.isalnum() and local) else ""


def _is_id(address: str, line: str) -> bool:
    """Is it a message id rather than a mailbox?"""
    low = line.lower()
    local = address.partition("@")[0]
    return "message-id" in low or "message id" in low or (sum(c.isdigit() for c in local) > 12 and len(local) > 18)
