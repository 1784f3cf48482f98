"""Who asks the portal for pages, what they carry, and the addresses that are worth asking for."""

from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import Flask, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import event, func, select
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import CLOSED, Kind, Status
from portal.text import slug
from portal.web.paging import MOST, SIZE, slice_of
from tools.bench.shape import ADMIN, BOARDS, DISCUSSED, FAMILY, READER

FAR, MOST_OTHERS = 400, 20_000
WORDS = 40
CROWD = 200
LETTERS = (12, 24, 40)
NARROWED = ("open", "planned", "shipped")
NOT_ASKED = ("BEGIN", "PRAGMA", "SET TRANSACTION", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Reader:
    """Somebody’s browser: what it sends along. A visitor sends no cookie."""

    cookie: str = ""
    token: str = ""

    def get(self, path: str, part: bool = False, once: bool = False) -> str:
        """A request for a page, or for a part of it as htmx asks."""
        return self._head("GET", path, part, once) + "\r\n"

    def post(self, path: str, once: bool = False, **fields: str) -> str:
        """A form, sent by htmx."""
        body = urlencode({**fields, "csrf_token": self.token})
        head = self._head("POST", path, True, once) + "Content-Type: application/x-www-form-urlencoded\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n{body}"

    def _head(self, method: str, path: str, part: bool, once: bool) -> str:
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Accept-Encoding: gzip, br", "Accept-Language: en"]
        lines += ["Sec-Fetch-Site: same-origin"]  # as a browser says of a link on our pages
        lines += [f"Cookie: {self.cookie}"] if self.cookie else []
        lines += ["HX-Request: true", "HX-Request-Type: partial"] if part else []
        lines += ["Connection: close"] if once else []
        return "\r\n".join(lines) + "\r\n"


VISITOR = Reader()


@dataclass
class Portal:
    """The data that is there, and who reads it: `member` has notifications, `crowd` votes. `others`: ideas that nobody
    has asked for. `waiting`: the idea that has waited longest. `family`: the idea in which most live; `merged`: the
    numbers of what lives elsewhere, one of each family; `lives_elsewhere`: the first of it; `apart`: the number of one
    that stands for itself.
    """

    app: Flask
    ideas: int
    member: Reader
    staff: Reader
    crowd: list[Reader]
    open_ideas: list[int]
    waiting: int
    discussed: str
    family: str
    merged: list[int]
    lives_elsewhere: str
    apart: int
    others: list[str]
    far: str
    narrowed: list[str]
    searches: list[str]
    titles: list[str]

    def queries(self, request: str) -> int:
        """How many statements the answer to this request takes, asked here and for the first time."""
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            try:
                answer = self.app.test_client(use_cookies=False).open(built(request))
            finally:
                event.remove(db.engine, "before_cursor_execute", note)
        if answer.status_code >= 400:
            raise SystemExit(f"{answer.request.path} answers {answer.status_code}")
        return len([statement for statement in seen if not statement.startswith(NOT_ASKED)])


def built(request: str) -> EnvironBuilder:
    """The same request, for an application of this process."""
    head, _, body = request.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    headers = Headers(dict(line.split(": ", 1) for line in lines))
    return EnvironBuilder(path, method=method, headers=headers, data=body)


def portal_of(app: Flask, crowd: int = CROWD) -> Portal:
    """Sign the readers in, and find what they will ask for."""
    member, *readers = [sign_in(app, id) for id in range(READER, READER + 1 + crowd)]
    with app.test_request_context():
        titles, merged = _titles(), _merged()
        return Portal(
            app=app,
            ideas=db.session.query(Idea).count(),
            member=member,
            staff=sign_in(app, ADMIN),
            crowd=readers,
            open_ideas=_open_ideas(),
            waiting=_waiting(),
            discussed=db.session.get_one(Idea, DISCUSSED).url,
            family=db.session.get_one(Idea, FAMILY).url,
            merged=merged,
            lives_elsewhere=db.session.get_one(Idea, (merged or [DISCUSSED])[0]).url,
            apart=_apart(),
            others=_others(),
            far=f"/?after={_far()}",
            narrowed=[f"/?sort=top&board={board}&status={kind}" for board, *_ in BOARDS for kind in NARROWED],
            searches=[f"/search?q={quote_plus(' '.join(title.split()[1:4]))}" for title in titles],
            titles=[f"/ideas/similar?title={quote_plus(title[:letters])}" for title in titles for letters in LETTERS],
        )


def sign_in(app: Flask, id: int) -> Reader:
    with app.test_request_context(method="POST"):
        begin_write()
        opened = SignedIn.begin(db.session.get_one(User, id), "bench")
        db.session.commit()
        token = generate_csrf()
        kept = {"_user_id": opened, "_fresh": True, "csrf_token": session["csrf_token"]}
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return Reader(f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(kept)}", token)


def _titles() -> list[str]:
    ids = db.session.scalars(select(Idea.id).where(listed()).order_by(Idea.id)).all()
    chosen = Random(2).sample(ids, min(WORDS, len(ids)))
    return list(db.session.scalars(select(Idea.title).where(Idea.id.in_(chosen)).order_by(Idea.id)))


def _open_ideas() -> list[int]:
    """Ideas that take votes, the least wanted first: there a vote is most likely to be new."""
    open_ones = select(Status.id).where(Status.kind.not_in(CLOSED))
    wanted = select(Idea.id).where(listed(), Idea.status_id.in_(open_ones), Idea.kind == Kind.IDEA)
    return list(db.session.scalars(wanted.order_by(Idea.votes_count, Idea.id).limit(500)))


def _merged() -> list[int]:
    """The newest of each family that lives in another one, that of the largest first."""
    newest, count = func.max(Idea.id), func.count()
    found = select(newest).where(Idea.survivor_id.is_not(None)).group_by(Idea.survivor_id)
    return list(db.session.scalars(found.order_by(count.desc(), newest).limit(500)))


def _apart() -> int:
    """An open idea without a family, with as many votes as most."""
    ideas = select(Idea.id).join(Status).where(listed(), Idea.kind == Kind.IDEA, Status.kind.not_in(CLOSED))
    alone = Idea.merged_count == 0, Idea.id > FAMILY
    return db.session.scalars(ideas.where(*alone).order_by(Idea.id)).first() or DISCUSSED


def _waiting() -> int:
    waits = Idea.waiting_since.is_not(None), Idea.hidden_at.is_(None)
    return db.session.scalar(select(Idea.id).where(*waits).order_by(Idea.waiting_since, Idea.id)) or DISCUSSED


def _others() -> list[str]:
    """Ideas in no order that anything else is asked in."""
    wanted = select(Idea.id, Idea.title).where(listed(), Idea.id != DISCUSSED).order_by(Idea.id).limit(MOST_OTHERS)
    paths = [url_for("ideas.show", id=id, slug=slug(title)) for id, title in db.session.execute(wanted)]
    return Random(3).sample(paths, len(paths))


def _far() -> str:
    """The token of the 400th page of the board, or of as deep a page as there is."""
    pages = min(FAR - 1, int(db.session.query(Idea).where(listed()).count() / SIZE * 0.8))
    rows, after = pages * SIZE, ""
    while rows > 0:
        after = slice_of(select(Idea).where(listed()), Idea.heat, Idea.id, after=after, size=min(rows, MOST)).after
        rows -= MOST
        db.session.expire_all()
    return after
