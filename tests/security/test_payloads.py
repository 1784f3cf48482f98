"""What people write stays words, wherever it is shown: asserted in a real browser whose CSP is switched off.

So the escaping and the allow-list must hold alone; that the CSP holds as well is a test of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route
from sqlalchemy import select

from portal.accounts.models import User
from portal.admin import arranging
from portal.admin.naming import NameTaken
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.moderation.models import suspend
from portal.settings import Settings
from portal.texts.standing import EDITABLE
from portal.voting.models import Vote
from portal.web.pages import CSP
from portal.worker import work_off
from tests.evidence import traced
from tests.security import payloads
from tests.security.target import PRINCIPALS, Target
from tests.walk.walker import Served

pytestmark = pytest.mark.browser
HARMFUL = r"""() => [...document.querySelectorAll('*')].filter((tag) =>
  [...tag.attributes].some(({name, value}) => name.startsWith('on') || /pwned\.test|ran=1/.test(value) && (
    name.startsWith('hx-') || name == 'style' || name == 'src' || name == 'srcset' || name == 'action'
  )) || /^(javascript|data|vbscript):/i.test(tag.protocol ?? '')
).map((tag) => tag.outerHTML.slice(0, 200))"""


@pytest.fixture
def written(target: Target) -> Iterator[tuple[Target, str, list[str]]]:
    """The portal with all payloads wherever one can write: its address, and where they show."""
    public_url = target.app.config["PUBLIC_URL"]
    served = Served(target.world)
    try:
        with target.app.test_request_context(method="POST"):
            begin_write()
            places = _write(target.app)
            db.session.commit()
        work_off(target.app)
        mails = sorted((target.app.config["DATA_DIR"] / "outbox").glob("*.eml"))[-3:]
        yield target, served.address, [*places, *(f"/dev/mail/{mail.stem}" for mail in mails)]
    finally:
        served.stop()
        target.app.config["PUBLIC_URL"] = public_url


def _write(app: Flask) -> list[str]:
    """Let somebody write everything everywhere, by the verbs of the forms. Gives the addresses to look at."""
    admin = db.session.scalars(select(User).where(User.handle == PRINCIPALS["admin"])).one()
    eves = [User.join(f"eve{n}@example.com", name, "en") for n, name in enumerate(payloads.lines(80))]
    for eve, line in zip(eves, payloads.lines(80), strict=True):
        eve.title, eve.bio, eve.pseudonym = line, payloads.texts(500)[0], line
    ideas = [
        Idea.propose(eves[n % len(eves)], title, "", lang="en") for n, title in enumerate(payloads.lines(120))
    ]  # fmt: skip
    for idea, body in zip(ideas, payloads.texts(10_000), strict=False):
        idea.body = body
    first, second = ideas[:2]
    issue = Idea.propose(
        eves[0], first.title, first.body, "issue", expected=first.body, version=eves[0].title, severity="annoying",
    )  # fmt: skip
    for n, text in enumerate(payloads.texts(10_000)):
        Comment.post(first, text, by=eves[n % len(eves)])
        Comment.note(first, text, by=admin)
    for n, tags in enumerate(payloads.lines(40)):
        ideas[n % len(ideas)].tag([tags], by=admin)
        with suppress(NameTaken):  # some payloads differ only in what a name does not tell apart
            arranging.add_board({"en": tags, "fr": tags}, by=admin)
            arranging.add_status(Kind.IDEA, StatusKind.PLANNED, {"en": tags, "fr": tags}, by=admin)
    first.edit(second.title, first.body + "\n\nMore.", by=eves[0])
    first.respond(first.body, by=admin)
    second.hide(by=admin, reason=second.title)
    for eve in eves:
        Vote.cast(ideas[2], by=eve)
    ideas[2].change_status(Status.first("idea", "planned"), by=admin, reason=first.body)
    ideas[3].change_status(Status.first("idea", "declined"), by=admin, reason=first.body)
    suspend(eves[-1], by=admin, reason=second.title)
    release = draft(by=admin)
    title, story = payloads.lines(120)[0], payloads.texts(10_000)[0]
    release.write(title={"en": title, "fr": title}, story={"en": story, "fr": story})
    release.ideas = [ideas[2]]
    db.session.flush()
    publish(release, by=admin)
    settings = Settings.current()
    settings.name = payloads.lines(60)[0]
    for text in EDITABLE:
        settings.write(text, {"en": payloads.texts(10_000)[0]})
    db.session.flush()
    said = payloads.lines(120)
    return [
        "/", "/?sort=new", "/roadmap", "/changelog", "/people", "/conduct", "/privacy", "/feed.atom",
        *(idea.url for idea in (*ideas[:4], issue)), f"/ideas/{first.id}/history", f"/ideas/{first.id}/feed.atom",
        f"/ideas/{first.id}/edit", f"/ideas/{issue.id}/history", f"/ideas/{first.id}/response/history",
        f"/ideas/{first.id}/vote", release.url, f"/admin/releases/{release.id}/edit", "/admin/releases",
        *(f"/people/{eve.handle}" for eve in eves[:2]), f"/admin/members/{eves[-1].handle}", "/admin/members",
        "/admin", f"/admin?idea={first.id}", "/admin/ideas", "/admin/audit", "/admin/boards", "/admin/statuses",
        "/admin/settings", "/admin/texts/conduct", "/admin/emails/planned", f"/admin/partners/{eves[0].id}",
        *(f"/search?q={quote(line)}" for line in said[:2]), f"/ideas/new?title={quote(said[1])}",
        f"/ideas/similar?title={quote(said[0])}", f"/?tag={quote(said[2])}&board={quote(said[0])}",
        f"/sign-in?next={quote('/' + said[0])}", f"/nothing/{quote(said[0])}", f"/admin/members?q={quote(said[1])}",
    ]  # fmt: skip


class Watched:
    """A window that notes whatever a payload could make it do."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.noted: list[str] = []
        page.set_default_timeout(8_000)
        page.on("dialog", lambda dialog: self._note("a dialog", dialog.dismiss()))
        page.on("request", self._request)

    def open(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer and answer.status in (200, 404), path
        if "." not in path:
            self.noted += self.page.evaluate(HARMFUL)
        if self.page.evaluate("typeof ran") != "undefined":
            self._note("it ran")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:")) or "pwned.test" in request.url.partition("?")[0]:
            self._note(request.url)

    def _note(self, what: str, _: object = None) -> None:
        self.noted.append(f"{self.page.url[:80]}: {what}")


def test_what_people_write_stays_words(chromium: Chromium, written: tuple[Target, str, list[str]]) -> None:
    target, address, places = written
    assert len(payloads.every()) > 500
    cookie = target.client("admin").get_cookie("atelier")
    assert cookie
    context = traced(chromium.new_context(bypass_csp=True, service_workers="block", locale="en-GB"))
    window = Watched(context.new_page(), address)
    for place in places:
        if not place.startswith("/admin"):
            window.open(place)
    context.add_cookies([{"name": "atelier", "value": cookie.value, "url": address}])
    for place in places:
        # The rest looks the same to everybody.
        if place.startswith("/admin") or "-" in place.partition("/ideas/")[2]:
            window.open(place)
    context.close()
    assert window.noted == []


def test_a_payload_that_got_through_would_be_seen(chromium: Chromium) -> None:
    """The control of the test above: it notes each of these, with no CSP to stop them."""
    context = traced(chromium.new_context(bypass_csp=True))
    harmful = ["<img src=x onerror=ran=1>", "<a href=javascript:ran=1>x</a>", "<script>alert(1)</script>"]
    for html in [*harmful, f"<img src=http:{payloads.AWAY}>"]:
        window = Watched(context.new_page(), "http://127.0.0.1")
        window.page.route("http://127.0.0.1/*", answering(html))
        window.open("/page")
        assert window.noted, html
    context.close()


def answering(html: str, **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(body=html, headers={"Content-Type": "text/html", **headers})


def test_the_policy_stops_what_would_get_through(chromium: Chromium) -> None:
    context = traced(chromium.new_context())
    page = context.new_page()
    html = f"<body><img src=x onerror={payloads.RUN}><script>{payloads.RUN}</script><p style='color:red'><base href=/y>"
    page.route("**/*", answering(html, **{"Content-Security-Policy": CSP}))
    page.goto("http://127.0.0.1/page")
    page.evaluate("new Promise((done) => setTimeout(done, 50))")
    assert page.evaluate("typeof ran") == "undefined"
    assert page.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(0, 0, 0)"
    assert page.evaluate("document.baseURI").endswith("/page")
    context.close()
