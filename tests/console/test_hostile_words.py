"""Whatever a customer writes is text (T22, T23)."""

import re
from html import escape
from html.parser import HTMLParser

import pytest

from tests.console.conftest import ADA, DANA, Browser
from tests.stories.world import World

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "'><iframe src=//evil.example>",
    "</textarea><script>alert(1)</script>", "</pre><style>*{display:none}</style>", "{{ 7*7 }}{% raw %}", "javascript:alert(1)",
    "<a href='javascript:alert(1)'>x</a>", "<form action=//evil.example><button>", "<!--", "]]>", "\u202egnp.exe\u202c",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_customers_markup_is_shown_and_does_nothing(tmp_path, payload):
    world = World(tmp_path)
    world.receives(f"All our stores are down {payload} and we lose sales every minute.", ADA, f"Down {payload}")
    world.forward(minutes=3)
    me = Browser(world, demo=True)
    me.http.post("/be", data={"address": DANA})
    pages = ["/", "/cases", "/cases/1", "/approvals", "/health", f"/post/{DANA}", "/post", "/write"]
    pages += [f"/approvals/{x.id}{show}" for x in world.store.letters.drafted() for show in ("", "?show=text")]
    assert len(pages) > 8
    for path in pages:
        page = me.read(path)
        assert not danger(page), path
    assert escape(payload) in me.read("/cases/1").replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


def danger(page: str) -> list[str]:
    """Elements and attributes of a page that could do something we did not write."""
    found: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag in ("script", "style", "img", "object", "embed", "base", "math", "foreignobject", "a:href"):
                found.append(tag)
            for name, value in attrs:
                leads = name in ("href", "src", "action", "formaction", "srcdoc", "xlink:href")
                if name.startswith("on") or name == "style" or (leads and not re.match(r"/(?!/)|#", value or "")):
                    found.append(f"{tag} {name}={value}")

    Reader().feed(page)
    return found


def test_every_answer_carries_the_guards(world, dana):
    for path in ("/", "/sign-in", "/nothing", "/static/console.css", "/approvals/3/as-sent"):
        headers = dana.http.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-type"].split(";")[0] in ("text/html", "text/css")


def test_a_page_asks_nothing_of_other_hosts_and_stays_small(dana):
    for path in ("/", "/cases/1", "/approvals/3", "/health"):
        page = dana.read(path)
        assert not re.search(r'(src|href|action)="(https?:)?//', page)
        assert "<script" not in page
        assert "style=" not in page
        assert len(page.encode()) < 50_000
    assert len(dana.read("/static/console.css").encode()) < 20_000


def test_a_broken_page_shows_no_traceback(world, dana):
    world.store.db.execute_sql("ALTER TABLE trouble RENAME TO gone")
    answer = dana.http.get("/health")
    assert answer.status_code in (500, 503)
    assert "Traceback" not in answer.text
    assert "trouble" not in answer.text.lower()
