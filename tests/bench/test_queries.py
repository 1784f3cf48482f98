"""A page asks the database as often for many rows as for few: every address, as visitor, member and admin."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, event, select, text

from portal.accounts.models import User
from portal.app import create_app
from portal.clock import now
from portal.comments.models import CommentRevision
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.revisions import Revision
from portal.moderation.models import Suspension
from portal.notifications.models import Delivery, Notification, State
from portal.recognition.models import ThankYou
from tests.web.test_pages import routes
from tools.bench.data import fill
from tools.bench.readers import VISITOR, Reader, sign_in
from tools.bench.shape import ADMIN, BOARDS, DISCUSSED, FAMILY, READER, TAGS, Size

SIZES = (("few", Size(60, 60, 600), 2), ("many", Size(300, 120, 6_000), 40))
PAGES = {"ideas.index": ("?sort=top", "?sort=new", "?kind=issue", "?status=shipped", "?status=declined",
                         "?board=planning&f1=1", "?board=planning&f2_from=2.1"),
         "search.index": ("?q=schedule",), "ideas.similar": ("?title=schedule+week+export",),
         "admin.bulk": ("?ids=1&ids=2&ids=3",), "admin.promises": ("?show=open", "?show=slipped"),
         "admin.members": ("?state=new",), "triage.index": ("?ahead=x",)}  # fmt: skip
PEOPLE = (("visitor", None), ("member", READER), ("admin", ADMIN))
# What grows by far the most; to count 50,000 people takes a few milliseconds.
GROWS = "idea|comment|vote|event|notification|delivery|posting|follow|credit|point_entry|official_response"
# The pages that are about all there is: everybody who is credited, every idea.
WHOLE = ("/people", "/sitemap.xml")
NOT_HERE = {"web.assets", "ideas.upload", "admin.email_body", "dev.message", "dev.body", "dev.inbox"}


def world(folder: Path, size: Size, rows: int) -> Flask:
    """A portal with at least `rows` of everything that a page could list."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'portal.db'}"
    made = create_app(DATA_DIR=folder, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, KEEP_SECONDS=0, RATE_LIMITS=False)
    with made.app_context():
        upgrade()
        fill(size)
        begin_write()
        _more(rows)
        db.session.commit()
    return made


def _more(rows: int) -> None:
    """What the generator does not make, and for few rows less of what it makes for everyone."""
    told = select(Notification.id).where(Notification.user_id == READER).order_by(Notification.id.desc()).limit(rows)
    db.session.execute(
        delete(Notification).where(Notification.user_id == READER, Notification.id.not_in(told.scalar_subquery()))
    )
    people = db.session.scalars(select(User).where(User.id > READER).limit(rows)).all()
    answer = db.session.scalars(select(OfficialResponse)).first()
    for number, user in enumerate(people):
        changed = {"editor_id": user.id, "body": f"Version {number}"}
        db.session.add(Revision(idea_id=DISCUSSED, title=f"Title {number}", **changed))
        db.session.add(CommentRevision(comment_id=1, **changed))
        db.session.add(ResponseRevision(response_id=answer.id if answer else 1, **changed))
        db.session.add(Suspension(user_id=user.id, by_id=ADMIN, reason="spam"))
        db.session.add(ThankYou(user_id=user.id, author_id=ADMIN, body="Thank you"))
        db.session.add(
            Delivery(
                event_id=number + 1, recipient=f"user:{user.id}", state=State.DEAD, last_error="550", done_at=now()
            )
        )
        db.session.add(Attachment(key=f"{number:032}.png", width=9, height=9, size=9, idea_id=DISCUSSED))
        user.suspended_at = now() if number % 2 else None


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """What is asked of the database meanwhile, with lists of values folded; not what begins and ends transactions."""
    seen: Counter[str] = Counter()

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            seen[re.sub(r"\((\?, )+\?\)", "(?)", statement)] += 1

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


OF_A_BOARD = ("ideas.on_board", "ideas.board_file", "sharing.one_board")


def addresses(app: Flask) -> set[str]:
    with app.test_request_context():
        answered = db.session.scalars(select(OfficialResponse.idea_id)).first()
        user = db.session.get_one(User, READER)
        slug = db.session.get_one(Idea, DISCUSSED).slug
        known = {
            "for_kind": "idea",
            "slug": slug,
            "handle": user.handle,
            "name": "conduct",
            "lang": "fr",
            "side": "new",
            "kind": "csv",
            "said": "reason",
            "release_id": 1,
            "idea_id": DISCUSSED,
        }
        found = []
        for rule in routes(app):
            if rule.endpoint in NOT_HERE:
                continue
            id = answered if rule.endpoint == "ideas.response_history" else 1
            given = {name: known.get(name, id) for name in rule.arguments}
            given |= {"slug": TAGS[0]} if rule.endpoint == "ideas.tagged" else {}
            given |= {"slug": BOARDS[0][0]} if rule.endpoint in OF_A_BOARD else {}
            url = app.url_for(rule.endpoint, **given)
            found += [url, *(url + query for query in PAGES.get(rule.endpoint, ()))]
    return set(found)


def asked(app: Flask, reader: Reader, url: str) -> list[tuple[str, Any]]:
    """What the page asks the database, with what it asks for."""
    found: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append((statement, parameters))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        app.test_client(use_cookies=False).get(url, headers={"Cookie": reader.cookie} if reader.cookie else {})
        event.remove(db.engine, "before_cursor_execute", note)
    return found


def without_statistics(app: Flask) -> None:
    """Plan as in a portal that grew: nobody runs ANALYZE there, as the generator does."""
    with app.app_context():
        begin_write()
        db.session.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
        db.session.execute(text("DROP TABLE IF EXISTS sqlite_stat4"))
        db.session.commit()
        db.engine.dispose()


def explain(app: Flask, statement: str, parameters: Any) -> list[Any]:
    with app.app_context():
        return list(db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))


def goes_through(statement: str, plan: str) -> bool:
    """Whether all rows of a table that grows may be read, or all that an index leads to are sorted.

    The newest rows of a table, whatever they hold, are no such thing.
    """
    newest = "LIMIT" in statement and "WHERE" not in statement and "USE TEMP B-TREE" not in plan
    bare = not newest and re.search(rf"^(SCAN|MATERIALIZE) ({GROWS})(_\d+)?$", plan, re.MULTILINE)
    by_index = re.search(rf"^SCAN ({GROWS})(_\d+)? USING INDEX", plan, re.MULTILINE)
    of_a_status = re.search(r"^SEARCH idea USING (COVERING )?INDEX ix_idea_(status|listed)", plan, re.MULTILINE)
    return bool(bare or ((by_index or of_a_status) and "USE TEMP B-TREE FOR ORDER BY" in plan))


def counted(app: Flask, reader: Reader, url: str) -> tuple[int, Counter[str]]:
    client = app.test_client(use_cookies=False)
    with app.app_context(), statements() as seen:
        status = client.get(url, headers={"Cookie": reader.cookie} if reader.cookie else {}).status_code
    return status, seen


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> list[Flask]:
    """The portal with few rows and with many."""
    folder = tmp_path_factory.mktemp("worlds")
    return [world(folder / name, size, rows) for name, size, rows in SIZES]


# No page: it asks once for each kind of thing that it lists, and once more for each 500 of them.
A_FILE = {"/settings/data", *(f"/boards/{BOARDS[0][0]}/board.{kind}" for kind in ("csv", "jsonl"))}


def test_every_page_asks_as_often_for_many_rows_as_for_few(worlds: list[Flask]) -> None:
    """Each statement comes as often on a page that lists many; one that few rows did without comes twice at most."""
    wrong, looked = [], 0
    for who, id in PEOPLE:
        readers = [sign_in(app, id) if id else VISITOR for app in worlds]
        for url in sorted(set.intersection(*map(addresses, worlds)) - A_FILE):
            (before, few), (after, many) = map(counted, worlds, readers, [url] * 2)
            looked += before == after == 200
            extra = [statement for statement, times in many.items() if times > max(2, few[statement])]
            if before == after and extra:
                wrong.append(f"{who} {url}: {many[extra[0]]} times {extra[0][:300]}")
    assert looked > 120
    assert not wrong, "\n".join(wrong)


def test_a_page_of_a_family_asks_as_often_for_many_that_live_in_it_as_for_few(worlds: list[Flask]) -> None:
    """Of ten and of twenty: each of the pages that show an idea with what lives in it."""
    wrong = []
    for who, id in PEOPLE[1:]:
        readers = [sign_in(app, id) if id else VISITOR for app in worlds]
        for pages in zip(*map(of_family, worlds), strict=True):
            (before, few), (after, many) = map(counted, worlds, readers, pages)
            assert before == after
            wrong += [
                f"{who} {pages}: {statement[:300]}" for statement, n in many.items() if n > max(2, few[statement])
            ]
    assert not wrong, "\n".join(wrong)


def of_family(app: Flask) -> list[str]:
    """The survivor, what lives in it, what is done with it, and the preview of merging it with another."""
    with app.test_request_context():
        idea = db.session.get_one(Idea, FAMILY)
        lives_here = db.session.scalars(
            select(Idea).where(Idea.survivor_id == FAMILY).order_by(Idea.id.desc())
        ).unique()
        shown = [idea.url, next(iter(lives_here)).url, f"{idea.url}?c=new", f"/ideas/{FAMILY}/feed.atom"]
        db.session.rollback()
    return [
        *shown,
        f"/admin?queue=all&idea={FAMILY}",
        f"/admin/ideas/{FAMILY}/votes",
        f"/admin/ideas/{FAMILY}/merge?with=1",
    ]


def test_no_page_goes_through_a_whole_table(worlds: list[Flask]) -> None:
    """SQLite plans without looking at how many rows there are: what it does here it does with 100,000 ideas."""
    app, wrong = worlds[0], set()
    without_statistics(app)
    for _who, id in PEOPLE:
        reader = sign_in(app, id) if id else VISITOR
        for url in sorted(addresses(app)):
            for statement, parameters in asked(app, reader, url):
                plan = "\n".join(row[-1] for row in explain(app, statement, parameters))
                if goes_through(statement, plan) and url not in WHOLE:
                    wrong.add(f"{url.partition('?')[0]}: {statement[:200]}\n{plan}")
    assert not wrong, "\n\n".join(sorted(wrong))
