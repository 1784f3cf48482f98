"""Who is served when, among many at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from portal.middleware import admission
from tests.launcher.test_serving import wait

OFFICE, HOME, ELSEWHERE = "203.0.113.7", "198.51.100.4", "2001:db8:1:2::9"


class Sender:
    """Somebody whose form stops coming after its first bytes, until `go_on`."""

    def __init__(self, rest: bytes = b"e") -> None:
        self.rest, self.goes_on = BytesIO(rest), threading.Event()

    def read(self, size: int) -> bytes:
        self.goes_on.wait(20)
        return self.rest.read(size)


class Door:
    """The turns before an application that notes who is inside, and keeps them there until `let_out`."""

    def __init__(self) -> None:
        self.inside, self.entered, self.most = list[str](), list[str](), 0
        self.way_out = threading.Semaphore(0)
        self.turns = admission.Turns(Flask(__name__), self._serve)

    def _serve(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.inside.append(environ["PATH_INFO"])
        self.entered.append(environ["PATH_INFO"])
        self.most = max(self.most, len(self.inside))
        self.way_out.acquire(timeout=20)
        self.inside.remove(environ["PATH_INFO"])
        problem = environ.get(admission.REFUSED)
        start_response(f"{problem.code if problem else 200} said", [])
        return [environ["wsgi.input"].read()]

    def ask(self, path: str, who: str = OFFICE, sends: Sender | None = None) -> str:
        sent: dict[str, Any] = {"method": "POST", "data": b"me"} if sends else {}
        environ = EnvironBuilder(path=path, environ_base={"REMOTE_ADDR": who}, **sent).get_environ()
        if sends:
            environ["wsgi.input"] = sends
        body, status, _ = run_wsgi_app(self.turns, environ)
        return f"{status[:3]} {b''.join(body).decode()}".strip()

    def let_out(self, number: int = 1) -> None:
        for _ in range(number):
            self.way_out.release()


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setattr(admission, "PATIENCE", 0.1)
    return Door()


@pytest.fixture
def many() -> Iterator[Callable[..., Future[str]]]:
    with ThreadPoolExecutor(60) as crowd:
        yield crowd.submit


@contextmanager
def sending(door: Door, many: Callable[..., Future[str]], number: int, who: str) -> Iterator[None]:
    """So many have begun to send, and do not go on."""
    slow = [Sender(b"me") for _ in range(number)]
    before = door.turns.sending.total()
    asked = [many(door.ask, "/slow", who, sender) for sender in slow]
    wait(lambda: door.turns.sending.total() == before + number, 10)
    yield
    for sender in slow:
        sender.goes_on.set()
    door.let_out(number)
    assert {one.result(20) for one in asked} == {"200 me"}


def test_a_few_are_worked_on_at_a_time_and_who_came_first_is_next(door: Door, many: Callable[..., Future[str]]) -> None:
    for number in range(admission.AT_ONCE + 8):
        many(door.ask, f"/{number}")
        wait(lambda number=number: len(door.entered) + waiting(door) == number + 1, 10)
    for number in range(8):
        door.let_out()
        wait(lambda number=number: len(door.entered) == admission.AT_ONCE + number + 1, 10)
    door.let_out(admission.AT_ONCE)
    assert door.most == admission.AT_ONCE
    assert door.entered == [f"/{number}" for number in range(admission.AT_ONCE + 8)]


def test_who_asks_for_many_things_holds_up_nobody_else(door: Door, many: Callable[..., Future[str]]) -> None:
    busy = [("/busy", OFFICE)] * (admission.AT_ONCE + 6)
    asking = [*busy, ("/home", HOME), ("/abroad", ELSEWHERE), ("/late", HOME)]
    for number, (path, who) in enumerate(asking, 1):
        many(door.ask, path, who)
        wait(lambda number=number: len(door.entered) + waiting(door) == number, 10)
    for number in range(len(asking)):
        door.let_out()
        wait(lambda number=number: len(door.entered) >= min(len(asking), admission.AT_ONCE + number + 1), 10)
    others = [at for at, path in enumerate(door.entered) if path != "/busy"]
    assert others == [admission.AT_ONCE + 1, admission.AT_ONCE + 2, admission.AT_ONCE + 4]


def waiting(door: Door) -> int:
    return sum(map(len, door.turns.line.waiting.values()))


def test_who_still_sends_takes_no_turn(door: Door, many: Callable[..., Future[str]]) -> None:
    with sending(door, many, admission.MOST_FROM_ONE, OFFICE):
        door.let_out()
        assert many(door.ask, "/quick").result(10) == "200"


def test_one_network_cannot_take_every_place(door: Door, many: Callable[..., Future[str]]) -> None:
    with sending(door, many, admission.MOST_FROM_ONE, ELSEWHERE):
        door.let_out(2)
        assert many(door.ask, "/one-more", "2001:db8:1:2::77", Sender(b"me")).result(10) == "429"
        quick = Sender(b"me")
        quick.goes_on.set()
        assert many(door.ask, "/another", HOME, quick).result(10) == "200 me"


def test_however_many_send_there_is_room_for_those_who_read(door: Door, many: Callable[..., Future[str]]) -> None:
    with ExitStack() as slow:
        for number in range(admission.MOST_SENDING):
            slow.enter_context(sending(door, many, 1, f"198.51.100.{number}"))
        door.let_out(2)
        assert many(door.ask, "/one-more", OFFICE, Sender(b"me")).result(10) == "429"
        assert many(door.ask, "/read", OFFICE).result(10) == "200"
    assert not door.turns.sending


def test_a_place_that_frees_in_time_is_taken(door: Door, many: Callable[..., Future[str]], monkeypatch: Any) -> None:
    monkeypatch.setattr(admission, "PATIENCE", 20)
    quick = Sender(b"me")
    quick.goes_on.set()
    with sending(door, many, admission.MOST_FROM_ONE, OFFICE):
        late = many(door.ask, "/late", OFFICE, quick)
        door.let_out()
    assert late.result(20) == "200 me"


def test_what_cannot_be_laid_down_breaks_no_more_than_its_request(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    with monkeypatch.context() as broken:
        broken.setattr(admission.Turns, "_receive", full)
        answer = client.post("/preview", data={"text": "**bold**"})
    assert answer.status_code == 500 and "Something broke on our side" in answer.get_data(as_text=True)
    assert client.get("/").status_code == 200
