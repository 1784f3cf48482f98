"""Long words, huge counts, other scripts and large pictures: nothing runs off a page, over its box, or is cut."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from portal.accounts.models import User
from portal.activity.models import Event
from portal.changelog.models import Credit, CreditRole, draft
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.mail import sending
from portal.notifications import composing
from portal.notifications.models import Notification
from portal.pictures import uploads
from tests.browser import Browser
from tests.conftest import act
from tests.evidence import traced

Opens = Callable[[User | None, int], Page]
TITLE = ("Überstundenausgleichsabrechnung" * 4)[:120]
HEBREW = "להציג את לוח המשמרות בטלפון בלי קליטה במטבח האחורי"
ARABIC = "مرحبا، نريد نسخ الجدول مع كل الاستثناءات وأيام الراحة"
EMOJI = "👩🏽‍🍳👨‍👩‍👧‍👦🏳️‍🌈" * 12
NAME, BOARD = "Wolfeschlegelsteinhausenbergerdorff" * 2 + "Hieronymus", "Schichtplanungsuebersicht" * 2 + "Gastgewerbe"
BODY = f"""{HEBREW}

```
schedule = {{person.name: [shift for shift in week.shifts if shift.person == person and {"x" * 300}]}}
```

| Site | Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday |
|---|---|---|---|---|---|---|---|
| Nantes, quai de la Fosse | 11:00–14:30 | closed | 11:00–14:30 | 11:00–14:30 | 11:00–23:00 | closed | closed |

https://example.com/{"a-very-long-address/" * 8}
{EMOJI} `{"y" * 200}`

> {"Quoted" * 40}

### {TITLE}
"""
FAULTS = """() => {
  const found = [], root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide`);
  const known = new Map();
  const style = (element) => known.get(element) ?? known.set(element, getComputedStyle(element)).get(element);
  const unseen = (element) => element.closest(".vh, [hidden], .skip, datalist, option, noscript")
    || style(element).visibility === "hidden" || style(element).fontSize === "0px";
  const holder = (element, cut) => {
    for (let up = element; up && up !== document.body; up = up.parentElement) if (cut(style(up), up)) return up;
  };
  const BOXES = ".ticket, .idea, .stub, .card, .rcard, .inbox__i, .queue__i, .notes__i, .release__card, .slip,"
    + ".update, .c, .box, .btn, .chip, .st, .badge, .credit, .dups li, .partner, .list > li, .audit > li, td,"
    + "th, .field, .stat, .sheet";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const text = node.textContent.trim(), element = node.parentElement;
    if (!text || !element.checkVisibility() || unseen(element)) continue;
    if (holder(element, (s) => s.clipPath !== "none")) continue;
    if (holder(element, (s) => ["auto", "scroll"].includes(s.overflowX))) continue;
    const cut = holder(element, (s) => ["hidden", "clip"].includes(s.overflowX) && s.textOverflow === "ellipsis");
    const clamped = holder(element, (s) => s.webkitLineClamp !== "none");
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = element.closest(BOXES)?.getBoundingClientRect();
    for (const line of range.getClientRects()) {
      const say = (what) => found.push(`${what}: “${text.slice(0, 40)}” in ${element.tagName}.${element.className}`);
      if (line.width < 1 || cut || clamped) continue;
      if (line.left < -1 || line.right > root.clientWidth + 1) say("off the page");
      else if (box && (line.left < box.left - 1 || line.right > box.right + 1)) say("outside of its box");
    }
    const hides = holder(element, (s) => ["hidden", "clip"].includes(s.overflowX));
    if (hides && !cut && !clamped && hides.scrollWidth > hides.clientWidth + 1) found.push(`cut: “${text}”`);
  }
  for (const cell of document.querySelectorAll(".prose :is(th, td)")) {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const lines = new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
    if (lines > cell.textContent.split(/[\\s–,]+/).length) found.push(`broken in a cell: ${cell.textContent}`);
  }
  const stubs = new Set([...document.querySelectorAll(".ticket > .stub")].map((stub) => Math.round(stub.offsetWidth)));
  if (stubs.size > 1) found.push(`stubs of ${[...stubs]} px`);
  return [...new Set(found)];
}"""


@pytest.fixture
def extremes(app: Flask, tom: User, lea: User) -> dict[str, str]:
    """A portal in which everything is as long as it may be; the addresses that depend on it."""
    with act():
        board = Board(slug="long", names={"en": BOARD, "fr": BOARD}, position=0)
        short, long = User.join("x@example.com", "X", "en"), User.join("long@example.com", NAME, "en")
        long.title, long.bio = "T" * 80, "W" * 500
        db.session.add(board)
        ideas = []
        kinds = ("started", "planned", "under_review", "open", "shipped", "declined", "testing")
        titles = (TITLE, HEBREW, EMOJI[:120], ARABIC, TITLE[1:], HEBREW[1:], "W" * 120)
        for kind, title, votes in zip(kinds, titles, (400, 40_000, 1_234_567, 1, 1_234_567, 400, 99_999), strict=True):
            idea = Idea.propose(long, title, BODY, board=board)
            idea.status, idea.votes_count, idea.heat = Status.first("idea", kind), votes, 1e9
            idea.status_reason = "R" * 300 if kind == "declined" else ""
            ideas.append(idea)
        first = ideas[0]
        first.tag([f"schedule-of-the-week-{number}-" + "x" * 14 for number in range(12)], by=lea)
        first.respond("\n".join(f"Line {number} {ARABIC} {'Z' * 90}" for number in range(30)), by=lea)
        picture = io.BytesIO()
        Image.new("RGB", (4000, 2500), "teal").save(picture, "JPEG")
        picture.seek(0)
        saved = uploads.save_image(FileStorage(picture, filename="w.jpg"))
        sizes = {"width": saved.width, "height": saved.height, "size": saved.size}
        db.session.add(Attachment(key=saved.key, owner_id=long.id, idea_id=first.id, **sizes))
        said = Comment.post(first, BODY, by=short)
        said.mark_as_shaping(True, by=lea)
        Comment.post(first, "W" * 400, by=long, parent=said)
        Comment.note(first, "N" * 400, by=lea)
        words = (BODY, ARABIC, EMOJI, "W" * 300)
        db.session.add_all(
            Comment(idea_id=first.id, author_id=long.id, body=words[n % 4], created_at=now() + timedelta(seconds=n))
            for n in range(300)
        )  # fmt: skip
        first.comments_count = 303
        release = draft(lea)
        release.ideas = [ideas[4]]
        release.write(title={"en": TITLE}, story={"en": BODY})
        release.published_at = now()
        db.session.flush()
        db.session.add_all(
            Credit(release_id=release.id, idea_id=ideas[4].id, user_id=user.id, role=CreditRole.PROPOSER)
            for user in (long, short, tom)
        )
        events = select(Event).where(Event.subject_type == "idea", Event.subject_id.in_(idea.id for idea in ideas))
        db.session.add_all(Notification(user_id=tom.id, event_id=event.id) for event in db.session.scalars(events))
    return {
        "idea": f"/ideas/{first.id}", "hebrew": f"/ideas/{ideas[1].id}", "declined": f"/ideas/{ideas[5].id}",
        "person": f"/people/{long.handle}", "short": f"/people/{short.handle}", "release": f"/changelog/{release.id}",
        "member": f"/admin/members/{long.handle}", "edit": f"/admin/releases/{release.id}/edit",
    }  # fmt: skip


EVERYONE = (
    "/", "/?sort=top", "/?board=long", "/roadmap", "/changelog", "/people", "/search?q=Überstundenausgleichs",
    "{release}", "{person}", "{short}", "{hebrew}", "{declined}", "{idea}", "{idea}/vote", "{idea}/history",
)  # fmt: skip
MEMBERS = ("/", "/notifications", "{idea}", "/roadmap")
STAFF = (
    "/admin/", "/admin/ideas", "/admin/members", "{member}", "/admin/boards", "/admin/audit", "/admin/releases",
    "{edit}", "{idea}",
)  # fmt: skip


@pytest.fixture
def opened(app: Flask, chromium: Chromium, address: str) -> Iterator[Opens]:
    """Opens a page of this width as this person."""
    contexts: list[BrowserContext] = []

    def open_page(user: User | None, width: int) -> Page:
        viewport: Any = {"width": width, "height": 800}
        contexts.append(traced(chromium.new_context(base_url=address, viewport=viewport, locale="en-GB")))
        if user:
            cookie = Browser(app, user).client.get_cookie("atelier")
            assert cookie is not None
            contexts[-1].add_cookies([{"name": "atelier", "value": cookie.value, "url": address}])
        page = contexts[-1].new_page()
        page.emulate_media(reduced_motion="reduce")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize(("who", "paths"), [(None, EVERYONE), ("tom", MEMBERS), ("lea", STAFF)])
def test_long_content_breaks_no_page(
    opened: Opens, extremes: dict[str, str], request: Any, who: str | None, paths: tuple[str, ...], width: int
) -> None:
    page, found = opened(request.getfixturevalue(who) if who else None, width), []
    for path in paths:
        answer = page.goto(path.format(**extremes))
        assert answer is not None and answer.ok, path
        found += [f"{path}: {fault}" for fault in page.evaluate(FAULTS)]
    assert not found, "\n".join(found)


def test_long_content_breaks_no_mail(opened: Opens, extremes: dict[str, str], tom: User) -> None:
    page, found = opened(None, 320), []
    for event in db.session.scalars(select(Event).where(Event.action.in_(("response_posted", "comment_posted")))):
        with sending.read_by(tom):
            message = composing.compose(event, tom)
            assert message is not None
            part = sending.build(message, str(tom.email), "x").get_body(("html",))
            assert part is not None
            page.set_content(part.get_content())
        found += [f"{event.action}: {fault}" for fault in page.evaluate(FAULTS)]
    assert not found, "\n".join(found)
