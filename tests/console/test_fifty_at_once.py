"""Fifty people, tabs and mail programs approve one draft at the same moment, over real connections: one letter goes."""

import re
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import pytest
import uvicorn

from tests.console.conftest import ADA, DANA, Browser
from tests.console.test_in_a_browser import _free

FIRST, PAGES, MAILS = 3, 40, 10


@pytest.fixture
def served(world):
    """The console of the world, whose daemon ticks in a thread of its own all the while."""
    browser, over = Browser(world, wake=lambda: None), threading.Event()
    server = uvicorn.Server(uvicorn.Config(browser.app, host="127.0.0.1", port=_free(), log_level="error"))

    def ticking() -> None:
        while not over.is_set():
            world.tick()
            time.sleep(0.01)

    threads = [threading.Thread(target=run, daemon=True) for run in (server.run, ticking)]
    for thread in threads:
        thread.start()
    while not server.started:
        time.sleep(0.02)
    yield browser, f"http://127.0.0.1:{server.config.port}"
    over.set()
    server.should_exit = True
    for thread in threads:
        thread.join(timeout=10)


def ready(browser: Browser, base: str) -> tuple[httpx.Client, dict[str, str]]:
    """A signed-in browser with the draft before it."""
    http = httpx.Client(base_url=base, follow_redirects=True, timeout=60)
    browser.http = http
    browser.sign_in(DANA)
    html = http.get(f"/approvals/{FIRST}").text
    form = re.search(rf'<form[^>]*action="/approvals/{FIRST}/approve".*?</form>', html, re.DOTALL)
    assert form
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form.group())
    return http, {name: unescape(value) for name, value in hidden}


def test_fifty_approvals_at_once_are_one_letter(served, world, tmp_path):
    browser, base = served
    tabs = [ready(browser, base) for _ in range(PAGES)]
    asked = world.last("approval_request", DANA)
    together = threading.Barrier(PAGES + 1)

    def press(tab: tuple[httpx.Client, dict[str, str]]) -> int:
        together.wait()
        return tab[0].post(f"/approvals/{FIRST}/approve", data=tab[1]).status_code

    def write() -> None:
        together.wait()
        for n in range(MAILS):
            raw = (f"From: {DANA}\r\nTo: {asked['Reply-To']}\r\nSubject: Re: {asked['Subject']}\r\n"
                   f"Message-ID: <{n}@kestrel.example>\r\n\r\nAPPROVE\r\n")  # fmt: skip
            world.mailbox.put(raw.encode(), world.now, (str(asked["Reply-To"]),), DANA)

    with ThreadPoolExecutor(PAGES + 1) as pool:
        writing = pool.submit(write)
        codes = list(pool.map(press, tabs))
        writing.result()
    assert set(codes) == {200}
    for _ in range(200):
        if not waiting(tmp_path):
            break
        time.sleep(0.05)
    world.forward(minutes=5)
    assert world.sent(ADA).count(f"first_answer → {ADA}") == 1
    with sqlite3.connect(tmp_path / "commsvc.db") as db:
        orders = db.execute("SELECT outcome FROM command WHERE verb = 'APPROVE'").fetchall()
        sent = db.execute(
            "SELECT COUNT(*) FROM letter WHERE letter = 'first_answer' AND sent_at IS NOT NULL"
        ).fetchone()
    assert sent == (1,)
    assert len(orders) == PAGES + MAILS
    assert sum("it will be sent" in said for (said,) in orders) == 1


def waiting(folder) -> int:
    with sqlite3.connect(folder / "commsvc.db") as db:
        (orders,) = db.execute("SELECT COUNT(*) FROM command WHERE state = 'new'").fetchone()
        (mails,) = db.execute("SELECT COUNT(*) FROM raw_mail WHERE state = 'new'").fetchone()
        (seen,) = db.execute("SELECT COUNT(*) FROM command WHERE verb = 'APPROVE'").fetchone()
    return int(orders + mails + (PAGES + MAILS - seen))
