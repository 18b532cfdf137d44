"""The index page of an exported case: one static page to read and to print, without script or anything from elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from commsvc.domain.learning.dossier import Dossier, Piece

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;vertical-align:top;"
    "padding:.3rem .6rem;border-bottom:1px solid #ccc;overflow-wrap:anywhere}pre{white-space:pre-wrap;"
    "overflow-wrap:anywhere;border-left:3px solid #ccc;padding-left:.8rem;font:inherit}h2{margin-top:2.5rem}"
    "thead{display:table-header-group}@media print{body{margin:0;max-width:none}article,tr{break-inside:avoid}}"
)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(d: Dossier) -> bytes:
    """The page as UTF-8. All words are escaped; times are UTC."""
    body = "".join((_head(d), _decisions(d), _pieces("Mails", d.mails), _pieces("Letters sent", d.sent), _letters(d),
                    _promises(d), _calls(d), _facts(d), _checking(d)))  # fmt: skip
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(d.case.ref)}</title>'
        f'<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style></head>'
        f"<body>{body}</body></html>\n"
    ).encode()


def _head(d: Dossier) -> str:
    c = d.case
    level = c.severity.value + ("" if c.confirmed else ", provisional")
    rows = (
        ("Account", d.account), ("Contact", c.contact), ("Severity", level), ("Stage", c.stage.value),
        ("Owner", c.owner or "nobody"), ("Backup", c.backup or "nobody"), ("Opened", _time(c.opened_at)),
        ("Holds", ", ".join(h.value for h in c.holds) or "none"), ("Restricted", "yes" if c.restricted else "no"),
        ("Impact, in their words", c.impact or "not told"), ("Playbook", c.playbook),
        ("Exported", f"{_time(d.exported_at)} by {d.exported_by}"),
    )  # fmt: skip
    return f"<h1>{escape(c.ref)}: {escape(c.subject)}</h1>" + _table((), rows)


def _decisions(d: Dossier) -> str:
    rows = [
        (str(s.id), _time(s.entry.at), s.entry.what, s.entry.said if s.salt else "erased", s.entry.who or "erased",
         s.entry.rule, s.entry.evidence, s.entry.playbook)
        for s in d.chain.entries
    ]  # fmt: skip
    head = ("no.", "when (UTC)", "what", "said", "who", "rule", "evidence", "playbook")
    return _section("What happened and why", _table(head, rows))


def _pieces(title: str, pieces: Sequence[Piece]) -> str:
    return _section(title, "".join(_piece(p) for p in pieces))


def _piece(p: Piece) -> str:
    source = f'<a href="{escape(p.file)}">{escape(p.file)}</a>' if p.raw else "erased"
    return (
        f"<article><h3>{escape(p.title or 'no subject')}</h3><p>{escape(p.who)}, {_time(p.at)}, {source}</p>"
        f"<pre>{escape(p.said)}</pre></article>"
    )


def _letters(d: Dossier) -> str:
    rows = [
        (str(x.id), x.wish.letter, x.wish.to, x.state.value, x.rule, x.approved_by, _time(x.sent_at), x.why)
        for x in d.letters
    ]
    head = ("no.", "letter", "to", "state", "allowed by", "approved by", "sent (UTC)", "why")
    return _section("Every letter, sent or not", _table(head, rows))


def _promises(d: Dossier) -> str:
    rows = [(p.kind.value, str(p.span), _time(p.started_at), _time(p.due_at), p.state.value) for p in d.promises]
    return _section("Promises", _table(("promise", "within", "from (UTC)", "due (UTC)", "state"), rows))


def _calls(d: Dossier) -> str:
    rows = [
        (c.type, _time(c.start), _time(c.end), c.state.value, ", ".join(f"{a.name} ({a.status})" for a in c.attendees))
        for c in d.calls
    ]
    return _section("Calls", _table(("call", "from (UTC)", "to (UTC)", "state", "people"), rows))


def _facts(d: Dossier) -> str:
    rows = [(f.statement, f.disclosure.value, f.source, _time(f.at)) for f in d.facts]
    return _section("Facts", _table(("fact", "who may know", "from", "when (UTC)"), rows))


def _checking(d: Dossier) -> str:
    said = (
        "manifest.json holds the SHA-256 of every file. decisions.json holds each entry with its salt, its digest and "
        "its link to the entry before it. `commsvc verify` checks both. The mails are the bytes that came in; the "
        "letters are written anew from the record: same words, recipient, ids and date, while the lines that part "
        "text from HTML differ."
    )
    return _section("How to check this folder", f"<p>{escape(said)}</p><p>Head of the seal: {escape(d.chain.head)}</p>")


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body or '<p>None.</p>'}</section>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    if not lines:
        return ""
    top = "<thead><tr>" + "".join(f"<th>{escape(h)}</th>" for h in head) + "</tr></thead>" if head else ""
    return f"<table>{top}<tbody>{''.join(lines)}</tbody></table>"


def _time(instant: datetime | None) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if instant else ""
