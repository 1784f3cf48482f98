"""Many people, or one impatient finger, at the same moment: threads on a real database."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.serving import make_server

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.voting.models import Vote
from tests.conftest import DATABASE, act
from tools.chaos.load import post
from tools.chaos.people import a_browser, signed_in
from tools.chaos.stand import wait_until

pytestmark = pytest.mark.both

AT_ONCE = 16


def all_at_once(app: Flask, asked: list[Callable[[], Any]]) -> list[Any]:
    """Do all of it, as many at the same time as a small server does."""
    db.session.rollback()
    ready = threading.Barrier(AT_ONCE)

    def one(ask: Callable[[], Any]) -> Any:
        with app.app_context():
            return ask()

    with ThreadPoolExecutor(AT_ONCE, initializer=ready.wait) as pool:
        return list(pool.map(one, asked))


def ask(app: Flask, who: dict[str, Any], path: str, **form: str) -> int:
    """Send a form from this browser; the status of the answer."""
    data = {"csrf_token": who["token"], **form}
    return app.test_client(use_cookies=False).post(path, data=data, headers={"Cookie": who["cookie"]}).status_code


def votes_of(idea: Idea) -> tuple[int, int]:
    """What the idea says, and what its rows give."""
    db.session.rollback()
    rows = db.session.scalar(select(func.count()).select_from(Vote).where(Vote.idea_id == idea.id)) or 0
    return idea.votes_count, rows


def test_two_hundred_identical_votes_at_once_are_one(app: Flask, dark_mode: Idea, tom: User) -> None:
    with act():
        toms = signed_in(tom)
    votes = [partial(ask, app, toms, f"/ideas/{dark_mode.id}/vote", voted="1")] * 200
    assert Counter(all_at_once(app, votes)) == {303: 200}
    assert votes_of(dark_mode) == (2, 2)


def test_two_hundred_people_at_once_are_two_hundred_votes(app: Flask, dark_mode: Idea) -> None:
    with act():
        people = [signed_in(User.join(f"{number}@example.com", f"Voter {number}", "en")) for number in range(200)]
    votes = [partial(ask, app, who, f"/ideas/{dark_mode.id}/vote", voted="1") for who in people]
    assert Counter(all_at_once(app, votes)) == {303: 200}
    assert votes_of(dark_mode) == (201, 201)


def test_fifty_uses_of_one_sign_in_link_make_one_session(app: Flask, tom: User) -> None:
    with act():
        token = EmailToken(email=tom.email)
        db.session.add(token)
        db.session.flush()
        link, id = f"/sign-in/{token.link_value}", tom.id
    uses = [partial(ask, app, a_browser(), link) for _ in range(50)]
    assert Counter(all_at_once(app, uses)) == {303: 1, 410: 49}
    assert db.session.scalar(select(func.count()).where(SignedIn.user_id == id)) == 1


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The portal on a real socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_vote_whose_answer_was_never_read_may_be_sent_again(
    app: Flask, port: int, dark_mode: Idea, tom: User
) -> None:
    with act():
        toms = signed_in(tom)
    path, form = f"/ideas/{dark_mode.id}/vote", {"voted": "1", "csrf_token": toms["token"]}
    body = urlencode(form)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {toms['cookie']}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as hung_up:
        hung_up.sendall((head + body).encode())
    assert wait_until(lambda: votes_of(dark_mode) == (2, 2), 10)
    assert post(port, path, form, toms["cookie"])[0] == 303
    assert votes_of(dark_mode) == (2, 2)


def test_who_waits_for_a_slow_writer_has_their_turn(app: Flask, dark_mode: Idea) -> None:
    """On SQLite one of many writers, each of which sleeps between its looks at the lock, could look in vain."""
    id = dark_mode.id

    def write_slowly() -> None:
        begin_write()
        db.session.execute(update(Idea).where(Idea.id == id).values(title=Idea.title + "!"))
        time.sleep(0.4 if DATABASE == "sqlite" else 0)
        db.session.commit()

    all_at_once(app, [write_slowly] * AT_ONCE)
    assert db.session.get_one(Idea, id, populate_existing=True).title.endswith("!" * AT_ONCE)
