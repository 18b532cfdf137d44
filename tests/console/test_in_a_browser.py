"""A real browser signs in and approves a letter, at a desk and on a phone, by day and by night.

With COMMSVC_PICTURES=1 the pictures of docs/pictures are taken anew.
"""

import importlib
import os
import socket
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe

from tests.console.conftest import ADA, DANA, DOWN, Browser
from tests.stories.world import World

CHROMIUM = Path("/usr/bin/chromium")
PICTURES = Path(__file__).parents[2] / "docs/pictures"
KEPT = {
    "today-1280-light",
    "letter-1280-light",
    "approved-1280-dark",
    "case-1280-light",
    "case-390-dark",
    "letter-390-light",
}
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip
GERMAN = (
    "Unser Datenexport liefert seit heute früh in Aalen falsche Zahlen, wir prüfen von Hand. Bitte eskalieren Sie das."
)
HOSTILE = "<img src=//evil.example/x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>"

playwright = importlib.import_module("playwright.sync_api")


@pytest.fixture
def served(tmp_path):
    """A world with three cases, served on a port of this machine."""
    world = World(tmp_path)
    world.receives(f"{GERMAN} {HOSTILE}", "m.brandt@hartmann-pt.example", "Datenexport falsch")
    world.forward(minutes=50)
    world.receives(f"{DOWN}\n\nI am on +1 555 0142 all morning.", ADA, "Order sync stopped")
    world.forward(minutes=4)
    server = uvicorn.Server(
        uvicorn.Config(Browser(world, demo=True).app, host="127.0.0.1", port=_free(), log_level="error")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield world, f"http://127.0.0.1:{server.config.port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def chromium():
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_sign_in_and_approve(served, chromium, width, theme):
    world, url = served
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    trouble: list[str] = []
    page.on("dialog", lambda d: (trouble.append(d.message), d.dismiss()))
    page.on("request", lambda r: None if r.url.startswith((url, "data:")) else trouble.append(r.url))
    page.on("console", lambda m: trouble.append(m.text))
    page.on("pageerror", lambda e: trouble.append(str(e)))

    page.goto(url)
    _picture(page, "sign-in", width, theme)
    page.get_by_role("button", name="Be Dana Whitfield").click()
    assert "waits for you" in page.get_by_role("heading", level=1).inner_text()
    _picture(page, "today", width, theme)
    page.get_by_role("link", name="Read and decide").first.click()
    letter = page.frame_locator("iframe")
    assert "Adaeze Okafor" in letter.get_by_text("Dear Adaeze").inner_text()
    _fits(page, width)
    _picture(page, "letter", width, theme)
    page.get_by_role("button", name="Send to Adaeze Okafor at Nimbus Retail Group in 2 minutes").click()
    assert "will be sent to ada@nimbusretail.example" in page.get_by_role("status").first.inner_text()
    _picture(page, "approved", width, theme)
    assert page.get_by_role("button", name="Stop it").is_visible()
    page.get_by_role("button", name="5 min").click()
    assert "was sent" in page.get_by_role("heading", level=1).inner_text()
    assert "first_answer → ada@nimbusretail.example" in world.sent()

    case = next(c.id for c in world.store.cases.listed() if c.contact == ADA)
    for name, path in {"cases": "/cases", "case": f"/cases/{case}", "health": "/health", "post": "/post",
                       "mailbox": f"/post/{DANA}", "write": "/write", "board": "/cases/board", "accounts": "/accounts",
                       "account": "/accounts/ACC-1008", "playbook": "/playbook", "feed": "/feed", "figures": "/figures",
                       "figure": "/figures/first_human", "risks": "/figures/accounts"}.items():  # fmt: skip
        page.goto(url + path)
        assert page.get_by_role("heading", level=1).count() == 1
        _fits(page, width)
        _picture(page, name, width, theme)
    for path in ("/cases/1", *(f"/approvals/{x.id}" for x in world.store.letters.drafted())):
        page.goto(url + path, wait_until="networkidle")
        _fits(page, width)
    assert trouble == []
    context.close()


def test_the_keyboard_is_enough(served, chromium):
    _, url = served
    page = chromium.new_page()
    page.goto(f"{url}/sign-in")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Read and decide":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    page.wait_for_url("**/approvals/*")
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_can_be_read_and_hit(served, chromium, theme):
    """Contrast of 4.5:1 for every text, 24 px for everything that can be pressed, a name for every field; axe agrees."""
    _, url = served
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="Be Dana Whitfield").click()
    for path in ("/sign-in", "/", "/approvals", "/cases", "/cases/2", "/cases/board", "/accounts", "/accounts/ACC-1008", "/playbook",
                 "/feed", "/health", "/post", f"/post/{DANA}", "/write", "/figures", "/figures/first_human", "/figures/accounts"):  # fmt: skip
        page.goto(url + path)
        assert _faults(page) == [], path
        assert page.evaluate(CONTRAST) == [], path
        assert page.evaluate(SMALL) == [], path
        assert page.evaluate(NAMELESS) == [], path
    context.close()


CONTRAST = """() => {
  const rgba = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const under = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; };
  const bad = [];
  for (const e of document.querySelectorAll('body *')) {
    const text = [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()).join('');
    if (!text || !e.checkVisibility()) continue;
    const a = light(rgba(getComputedStyle(e).color)), b = light(under(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) bad.push(`${ratio.toFixed(2)} ${e.className} ${text.slice(0, 30)}`);
  }
  return bad; }"""
SMALL = """() => [...document.querySelectorAll('button, summary, input:not([type=hidden]), select, textarea, nav a, .button')]
  .filter(e => e.checkVisibility()).filter(e => { const r = e.getBoundingClientRect(); return r.height < 24 || r.width < 24; })
  .map(e => e.outerHTML.slice(0, 80))"""
NAMELESS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
  .filter(e => !e.labels || !e.labels.length).map(e => e.outerHTML.slice(0, 80))"""


def _faults(page) -> list[str]:
    """What axe-core calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["impact"] in ("serious", "critical")]


def _fits(page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def _picture(page, name: str, width: int, theme: str) -> None:
    if os.environ.get("COMMSVC_PICTURES") == "1" and f"{name}-{width}-{theme}" in KEPT:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / f"{name}-{width}-{theme}.png", full_page=True)


def _free() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])
