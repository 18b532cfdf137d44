"""Delivery reports: which recipients a mail did not reach, and is that final.

Two ways in: the machine-readable report (RFC 3464), and the free text of servers that send none.
The second is read only when the *envelope* says that a mail server wrote: a person who quotes a
delivery notice to us must never be taken for one.

Standards: RFC 3464 (2.2, 2.3 report fields), RFC 3462, RFC 3463 (status codes), RFC 5321 (4.5.5)
"""

import re

from commsvc.domain.mail.bounce_text import failed
from commsvc.domain.mail.headers import Fields
from commsvc.domain.mail.mail import Bounce
from commsvc.domain.mail.mime import Part

_I = re.IGNORECASE
_DAEMON = re.compile(
    r"(?:mailer[-_.]?d[ae]e?mon|mail[-_.]?daemon|postmaster|maildaemon|mmdf|uucp|mail(?:er)?|mdaemon|daemon|root|smtp"
    r"|bounces?|mail[-_.]?delivery|mailadmin|administrator|mta|mailsystem|mail-system|system|exim|no-?reply|amavis\w*"
    r"|internet[-_.]?mail|mailsweeper|mxlogic|esp|admin|microsoftexchange[0-9a-f]+|sysadm|dsn|ndr|mailgateway|ses|server|mmail)"
    r"(?:[-_.+=0-9].*)?\Z",
    _I,
)
_STRICT = re.compile(r"(?:mailer[-_.]?d[ae]?e?mon|post[-_.]?master|mail[-_.]?daemon|mdaemon)(?:[-_.+=0-9].*)?\Z", _I)
_NAME = re.compile(
    r"mail(?:er)?[ -_]?(?:delivery|daemon|system|administrator|subsystem)|delivery (?:sub)?system|postmaster|system administrator"
    r"|system attendant|mail deliver|inflex|mail router|exchange recipient|internet mail delivery|smtp gateway|mailscanner",
    _I,
)
_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|undelivered|undeliverable|(?:delivery|mail|message|email|e-mail)\W{1,3}(?:status notification|failure|failed|error|problem|problems|report"
    r"|delayed|delivery|delivery failed|system error|could not|not delivered|rejected|returned)|returned (?:mail|message|to sender|email|e-mail)"
    r"|failure (?:notice|notification|delivery|to deliver)|fail(?:ed|ure)\W{1,3}(?:to deliver|mail|delivery|message)|non[- ]?deliver(?:y|able|ed)"
    r"|not (?:be )?deliver(?:ed|able)|unable to deliver|could not (?:be )?deliver|user unknown|unknown user|mail could not|nondeliverable"
    r"|unzustellbar|nicht zustellbar|nicht zugestellt|zustellung|unzustellbare|onbestelbaar|niet bezorgd|niet afgeleverd|échec de|échec d'envoi|non remis|non distribu|non délivr|avis de non"
    r"|no se (?:ha )?(?:puede|pudo|podido)? ?entreg|no entregado|devuelto|mancata consegna|impossibile recapitare|non recapitat|não (?:foi )?(?:entregue|pôde)|falha na entrega"
    r"|olevererbar|ej levererat|kan inte levereras|kunne ikke leveres|ikke leveret|ikke levert|nie (?:można|dostarczono|został)|niedostarcz"
    r"|配信不能|配信(?:でき|に失敗)|送信(?:でき|エラー)|退信|系统退信|无法投递|無法傳遞|投递失败|не доставлен|недоставлен|warning: could not send|warning: message|delayed mail"
    r"|delivery has (?:failed|been delayed)|address not found|message (?:blocked|not delivered|rejected)|can(?:no|')t deliver|your (?:message|mail|e-?mail) (?:to|could|was not|has not|has been (?:rejected|delayed|blocked)|did not|cannot|to \S+ (?:could|was|has))"
    r"|mail error|error sending|permanent (?:error|fail)|bounced?\b|\bndn:|rejected:|mail rejected|address (?:unknown|error)|invalid (?:address|recipient)",
    _I,
)
_OPENS = re.compile(
    r"(?:hi\. )?this is (?:the|a|an) (?:\S+ ){0,4}(?:qmail|mail (?:system|delivery|server)|program|mailer|automatic|mail)"
    r"|this (?:message|report|is a) (?:was |has been |is )?(?:created |generated |sent )?automatic|\W{0,10}this is an automatic"
    r"|(?:your|the) (?:original )?(?:message|mail|e-?mail)\b.{0,120}(?:could not|cannot|was not|has not|did not|undeliver|rejected|failed|returned)"
    r"|(?:delivery|sending) (?:to|of|has) .{0,120}(?:fail|delay|could not)|(?:sorry|we'?re sorry|i'?m (?:sorry|afraid))[,. ].{0,80}(?:deliver|message)"
    r"|(?:the )?following (?:message|recipient|address|user).{0,120}(?:fail|not|unknown|undeliver|error)|unable to deliver|could not deliver|failed to deliver"
    r"|(?:the )?original message was received|message (?:delivery|from)|an? (?:error|message) .{0,60}(?:occurred|deliver)|undeliver",
    re.IGNORECASE | re.DOTALL,
)
_CHALLENGE = re.compile(r"\b(?:re|aw|sv|antw|odp|fwd?|wg|tr)\s?:", _I)
_FIELD = re.compile(r"\n([A-Za-z-]{3,40})[ \t]{0,4}:[ \t]{0,8}([^\n]{0,998}(?:\n[ \t][^\n]{0,998}){0,6})")
_MAILBOX = re.compile(r"[^\s<>()\[\],;:\"]{1,120}@[A-Za-z0-9\[][\w.:\]-]{0,180}")
_CODE = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b|(?:^|\s|[(<#-])([45])\d\d[\s,;:#-]")
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_DONE = frozenset(("delivered", "relayed", "expanded"))
_WAITING = re.compile(
    r"warning message only|no action is required|(?:do|need) not (?:need to )?re-?send|attempts will continue|will be retried|still being retried"
    r"|(?:will|shall) (?:keep|continue) (?:on )?(?:trying|retrying|to try)|action:\s{0,4}delayed|delayed mail|has been delayed|\bwarning:|not yet been delivered"
    r"|wird weiter versucht|sera tenté|se seguirá intentando",
    _I,
)
_ABOUT_MAIL = re.compile(
    r"your (?:message|mail|e-?mail)|(?:message|mail|e-?mail) (?:that )?you sent|original message|following (?:recipient|address)|recipient|mailbox|user unknown|unknown user"
    r"|ihre (?:nachricht|e-?mail)|votre message|su mensaje|messaggio|mensagem|bericht|meddelande|meddelelse|wiadomoś|宛先|邮件|сообщение",
    _I,
)
_GAVE_UP = re.compile(
    r"giv(?:en|ing) up|gave up|too long|expired|permanent|cannot be delivered|action:\s{0,4}failed", _I
)
_LATER = re.compile(
    r"will (?:be retried|keep trying|continue to (?:be attempted|try)|retry)|still (?:being retried|trying|be attempted|attempting)|not need to resend|has been delayed|delayed|"
    r"this is a warning message|warning message only|delivery attempts will|transient|no action is required on your part|temporarily",
    _I,
)


def read(root: Part, fields: Fields, text: str) -> Bounce | None:
    """The delivery report in a mail, None when it is none. Never raises.

    `text` is the mail's visible text. Source: RFC 3464; free text as servers write it.
    """
    report_type = root.params.get("report-type", "").lower()
    if "disposition" in report_type or "feedback" in report_type:
        return None
    reports = [leaf for leaf in root.leaves() if leaf.kind in _STATUS_TYPES]
    formal = root.kind == "multipart/report"
    if not formal and not _from_server(root, fields, text, reported=bool(reports)):
        return None
    texts = [leaf.decoded([]).decode("utf-8", "replace").replace("\0", "") for leaf in reports]
    if not texts and "final-recipient" in text[:20000].lower():
        texts = [text[:20000]]
    outcomes = _status(texts)
    failures = {address: final for address, final in outcomes.items() if final is not None}
    if failures:
        return Bounce(tuple(failures), any(failures.values()))
    if outcomes:
        return None
    return _free_text(root, fields, text, sure=formal and bool(reports))


def _from_server(root: Part, fields: Fields, text: str, *, reported: bool) -> bool:
    """Did a mail server write this, by its envelope, subject and first words?

    `reported`: it holds a delivery-status part, which a person's forward may hold too.
    """
    if root.get("x-failed-recipients"):
        return True
    sender, subject = fields.sender(), fields.words("subject")
    local = sender.address.rpartition("@")[0] or sender.name
    empty_path = _empty(root.get("return-path"))
    daemon = _STRICT.match(local) is not None
    if _CHALLENGE.match(subject):
        return daemon and (empty_path or bool(root.get("auto-submitted")))
    named = _DAEMON.match(local) is not None or _NAME.match(sender.name) is not None
    says = _SUBJECT.search(subject) is not None
    nobody = not fields.addresses("from")
    automatic = fields.text("auto-submitted").lower().startswith("auto")
    opens = _OPENS.match(text[:400].lstrip()) is not None
    if daemon or (says and (named or automatic or nobody or empty_path or reported)):
        return True
    return (named or empty_path or nobody) and opens


def _empty(path: bytes | None) -> bool:
    return path is not None and path.strip() in (b"<>", b"< >", b"<MAILER-DAEMON>", b"MAILER-DAEMON", b"")


def _groups(report: str) -> list[dict[str, str]]:
    """The blocks of fields of a delivery-status part, first field of a name wins."""
    groups: list[dict[str, str]] = []
    for block in re.split(r"\n[ \t]*\n", "\n" + report.replace("\r\n", "\n")):
        fields: dict[str, str] = {}
        for name, value in _FIELD.findall("\n" + block.lstrip("\n")):
            fields.setdefault(name.lower(), " ".join(value.split()))
        if fields:
            groups.append(fields)
    return groups


def _status(reports: list[str]) -> dict[str, bool | None]:
    """What delivery-status parts say of each recipient: given up, still trying, or None: it arrived.

    Source: RFC 3464 (2.3).
    """
    found: dict[str, bool | None] = {}
    for report in reports:
        for fields in _groups(report):
            address = _recipient(fields)
            action = re.match(r"[a-z]*", fields.get("action", "").lower().strip(" ("))
            word = action[0] if action else ""
            if address and (word or "status" in fields or "diagnostic-code" in fields):
                found.setdefault(address, None if word in _DONE else _final(word, fields))
    return found


def _recipient(fields: dict[str, str]) -> str:
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = fields.get(name, "")
        if name == "original-recipient" and fields.get("final-recipient"):
            continue
        found = _MAILBOX.search(value.partition(";")[2] or value)
        if found:
            return clean(found[0])
    found = _MAILBOX.search(fields.get("original-recipient", ""))
    return clean(found[0].partition(";")[2] or found[0]) if found else ""


def _final(action: str, fields: dict[str, str]) -> bool:
    """Given up? The action says so; the status code where the action is missing."""
    status = fields.get("status", "").strip()
    if action.startswith("delay"):
        return False
    if action.startswith("fail"):
        return True
    return status.startswith("5") or _diagnosed(fields)


def _diagnosed(fields: dict[str, str]) -> bool:
    return re.search(r"(?:^|[\s;])5\d\d[\s-]", fields.get("diagnostic-code", "")[:200]) is not None


def clean(address: str) -> str:
    """A recipient as it is reported: lower case, without what stands around it."""
    address = address.strip("'\"<>.,;:()[]`*").lower()
    for prefix in ("rfc822;", "mailto:", "smtp:", "to:"):
        address = address.removeprefix(prefix)
    return address


def _free_text(root: Part, fields: Fields, text: str, *, sure: bool) -> Bounce | None:
    """Read a report written for people only; `sure`: it is one, whatever its words are."""
    named = [a.address for a in fields.addresses("x-failed-recipients")]
    body, subject = text[:60000], fields.words("subject")
    recipients = named or failed(body, _mine(fields), _returned_to(root))
    strict = _STRICT.match(fields.sender().address.rpartition("@")[0]) is not None
    says = _SUBJECT.search(subject) is not None or _SUBJECT.search(body[:3000]) is not None
    about = _CODE.search(body[:4000]) is not None or _ABOUT_MAIL.search(body[:4000]) is not None
    strong = strict or _empty(root.get("return-path")) or not fields.addresses("from")
    if not (sure or named or (says and (about or strong) and (recipients or strict))):
        return None
    return Bounce(tuple(dict.fromkeys(recipients)), _is_final(subject, body[:4000]))


def _mine(fields: Fields) -> frozenset[str]:
    """Addresses that are never the failed recipient: the reporter's and the mail's own."""
    found = [fields.sender(), *fields.addresses("to"), *fields.addresses("sender")]
    return frozenset(a.address for a in found if a.address)


def _returned_to(root: Part) -> list[str]:
    """The To addresses of the returned mail, where it is attached or quoted."""
    raw = root.body[:200000].decode("utf-8", "replace").replace("\r\n", "\n").replace("\0", "")
    found: list[str] = []
    for match in re.finditer(r"\n>?[ \t]{0,8}To:[ \t]{0,8}([^\n]{1,400}(?:\n[ \t][^\n]{1,400}){0,3})", raw):
        found += [clean(a) for a in _MAILBOX.findall(match[1])]
    return found[:20]


def _is_final(subject: str, body: str) -> bool:
    """Given up, unless the text says that the server goes on trying."""
    if _WAITING.search(subject) or _WAITING.search(body[:2500]):
        return False
    codes = [a or b for a, b in _CODE.findall(body)]
    if "5" in codes or _GAVE_UP.search(body):
        return True
    return not (_LATER.search(subject) or _LATER.search(body[:2500]))
