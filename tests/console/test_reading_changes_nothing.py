"""Scanners open links and robots send forms: neither changes anything (T6, T8)."""

import pytest
from fastapi.routing import APIRoute

from tests.console.conftest import ADA, DANA, Browser


def everything(world) -> list[list[tuple]]:
    """Every row of every table."""
    db = world.store.db
    return [db.execute_sql(f'SELECT * FROM "{t}"').fetchall() for t in sorted(db.get_tables())]


def paths(browser: Browser, method: str) -> list[str]:
    """A real path for every route that answers this method."""
    filled = {"{id}": "1", "{secret}": "guess", "{address}": DANA, "{number}": "1", "{act}": "reject"}
    found = []
    for route in routes(browser.app.routes):
        path = route.path
        for name, value in filled.items():
            path = path.replace(name, value)
        if method in (route.methods or ()):
            found += [path, path.replace("/1", "/3")] if path.startswith("/approvals/1") else [path]
    return found


def routes(found) -> list[APIRoute]:
    """All routes, those of included routers too."""
    out = []
    for route in found:
        inner = getattr(route, "routes", None) or getattr(getattr(route, "original_router", None), "routes", None)
        out += [route] if isinstance(route, APIRoute) else routes(inner) if inner else []
    return out


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_reading_every_page_changes_nothing(world, method, signed_in):
    browser = Browser(world, demo=True)
    if signed_in:
        browser.sign_in(DANA)
    before = everything(world)
    pages = paths(browser, method)
    assert len(pages) > 12
    for path in pages * 3:
        assert browser.http.request(method, path).status_code < 500, path
    assert everything(world) == before


@pytest.mark.parametrize("signed_in", [True, False])
def test_forms_without_a_session_or_its_token_are_refused(world, signed_in):
    browser = Browser(world, demo=True)
    if signed_in:
        browser.sign_in(DANA)
    before = everything(world)
    forms = [p for p in paths(browser, "POST") if not p.startswith("/sign-in") and p != "/be"]
    assert len(forms) > 8
    for path in forms:
        for token in ("", "guess", "ü"):
            fields = {"csrf": token, "argument": "yes", "minutes": "5", "reason": "fun", "text": "x", "sender": ADA}
            assert browser.http.post(path, data=fields).status_code in (403, 404), path
    assert everything(world) == before


def test_a_link_is_used_up_by_its_button_only(world):
    browser = Browser(world)
    assert (
        "If that address belongs to one of our people"
        in browser.http.post("/sign-in", data={"address": " Dana@kestrel.example"}).text
    )
    ((to, url),) = browser.links
    path = "/sign-in/" + url.rpartition("/")[2]
    assert to == DANA
    for _ in range(10):
        assert browser.http.get(path).status_code == browser.http.head(path).status_code == 200
    assert "waits for you" in browser.http.post(path).text
    assert "used already" in Browser(world).http.post(path).text


def test_a_stranger_reads_the_same_answer_and_gets_no_link(world):
    browser = Browser(world)
    ours = browser.http.post("/sign-in", data={"address": DANA}).text
    theirs = browser.http.post("/sign-in", data={"address": "eve@evil.example"}).text
    assert ours == theirs
    assert [to for to, _ in browser.links] == [DANA]
    browser.http.post("/sign-in", data={"address": DANA})
    assert len(browser.links) == 1, "one link a minute is enough"


def test_the_session_ends_with_its_person_and_its_time(world, dana):
    world.forward(hours=12, minutes=1)
    answer = dana.http.get("/approvals/3")
    assert answer.url.path == "/sign-in"
    assert answer.url.params["next"] == "/approvals/3"


def test_signing_out_ends_the_session(dana):
    token = dana.http.cookies["commsvc_session"]
    dana.send("/", "/sign-out")
    dana.http.cookies.set("commsvc_session", token)
    assert dana.http.get("/").url.path == "/sign-in"


def test_the_cookie_is_out_of_reach(world):
    browser = Browser(world, demo=True)
    cookie = browser.http.post("/be", data={"address": DANA}, follow_redirects=False).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_another_site_and_a_huge_form_are_refused_before_they_are_read(dana):
    form = dana.form("/", "/stop")
    for where in ("cross-site", "same-site"):
        assert (
            dana.http.post("/stop", data={**form, "reason": "x"}, headers={"Sec-Fetch-Site": where}).status_code == 403
        )
    assert dana.http.post("/stop", data={**form, "reason": "x" * 300_000}).status_code == 413
    assert not any(s.reason for s in dana.world.store.records.switches().positions)


def test_the_next_page_after_signing_in_is_one_of_ours(world):
    browser = Browser(world, demo=True)
    for path in ("https://evil.example/", "//evil.example", "/\\evil.example", "/a\nb"):
        answer = browser.http.post("/be", data={"address": DANA, "next": path}, follow_redirects=False)
        assert answer.headers["location"] == "/"


DEMO = ["/post", f"/post/{DANA}", "/write"]


def test_the_demo_does_not_exist_without_its_controls(world, dana):
    for path in [*DEMO, f"/post/{DANA}/1/html"]:
        assert dana.http.get(path).status_code == 404
    token = dana.form("/", "/stop")
    for path in ["/be", "/forward", "/resume", "/write", f"/post/{DANA}/1/reply"]:
        assert dana.http.post(path, data={**token, "address": DANA, "minutes": "5"}).status_code == 404
    page = dana.read("/")
    assert "Forward" not in page
    assert "/write" not in page
    assert "Be Dana" not in Browser(world).read("/sign-in")
