"""What is logged: one line a request and a job, found by one number, and nothing that anybody wrote or keeps secret."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import User
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.middleware.admission import AT_ONCE
from portal.monitoring import logs
from tests.accounts import letters
from tests.browser import Browser
from tests.conftest import act
from tests.jobs.conftest import Server, free_port, smtp  # noqa: F401 (a mail server that answers as a test wants)
from tests.launcher.test_serving import wait

Opens = Callable[..., Browser]
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(app: Flask, capsys: pytest.CaptureFixture[str]) -> Lines:
    """All that was logged since one last looked, by whatever logger, as machines read it."""
    logs.set_up("info", "json")
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]


@pytest.fixture
def failing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Exception], None]]:
    """Let a page fail as a bug of ours would make it."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fail(endpoint: str, problem: Exception) -> None:
        def view(**_: Any) -> Any:
            raise problem

        monkeypatch.setitem(app.view_functions, endpoint, view)

    yield fail


def test_a_request_is_one_line_with_the_rule_and_who_asked(
    browser: Opens, tom: User, offline: Idea, lines: Lines
) -> None:
    member = browser(tom)
    lines()
    page = member.get(f"/ideas/{offline.id}-{offline.slug}", query_string={"q": "a secret wish"})
    [line] = lines()
    assert line["event"] == "request" and line["method"] == "GET" and line["status"] == 200
    assert line["route"].startswith("/ideas/<int:id>") and line["user"] == tom.id and line["ms"] > 0
    assert line["request_id"] == page.headers["X-Request-Id"]


def test_the_time_of_a_request_has_its_wait_for_a_turn_in_it(app: Flask, lines: Lines) -> None:
    line = app.extensions["turns"].line
    lines()
    with ThreadPoolExecutor() as aside, ExitStack() as others:
        for _ in range(AT_ONCE):
            others.enter_context(line.turn("203.0.113.7"))
        asked = aside.submit(app.test_client().get, "/accessibility")
        wait(lambda: bool(line.waiting), 10)
        time.sleep(0.2)
        others.close()
        assert asked.result(20).status_code == 200
    assert next(said["ms"] for said in lines() if said["event"] == "request") >= 200


def test_an_address_that_is_no_page_is_not_logged(visitor: Browser, lines: Lines) -> None:
    visitor.get("/somebody@example.com/hunter2")
    [line] = lines()
    assert (line["route"], line["status"], line["user"]) == ("-", 404, None)
    assert "hunter2" not in str(line)


@pytest.mark.parametrize(
    ("hops", "sent", "taken"),
    [
        (1, "0f8fad5b-d9cb-469f-a165-70867728950e", True),
        (0, "0f8fad5b-d9cb-469f-a165-70867728950e", False),
        (1, "short", False),
        (1, "a" * 65, False),
        (1, 'x"} {"event": "forged', False),
    ],
)
def test_the_number_of_a_request_comes_from_a_known_proxy_only(
    app: Flask, monkeypatch: pytest.MonkeyPatch, visitor: Browser, hops: int, sent: str, taken: bool
) -> None:
    monkeypatch.setitem(app.config, "PROXY_HOPS", hops)
    answered = visitor.get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"]
    assert (answered == sent) == taken
    assert re.fullmatch(r"[0-9A-Za-z-]{8,64}", answered)


def test_a_fault_is_found_by_the_number_on_its_page(
    visitor: Browser, failing: Callable[[str, Exception], None], lines: Lines
) -> None:
    failing("roadmap.index", ValueError("what Tom wrote"))
    page = visitor.get("/roadmap")
    number = page.find("code").get_text()
    fault, request = lines()
    assert number == page.headers["X-Request-Id"] == fault["request_id"] == request["request_id"]
    assert fault["error"] == "ValueError" and any("test_logs.py" in frame for frame in fault["frames"])
    assert "what Tom wrote" not in str(fault)


def test_developers_may_ask_for_the_words_of_errors(
    visitor: Browser, failing: Callable[[str, Exception], None], lines: Lines
) -> None:
    logs.set_up("debug", "json")
    failing("roadmap.index", ValueError("the reason"))
    visitor.get("/roadmap")
    assert any("the reason" in line.get("error", "") for line in lines())
    logs.set_up("info", "json")


def test_an_error_of_the_database_does_not_quote_the_row(app: Flask, tom: User) -> None:
    begin_write()
    with pytest.raises(IntegrityError) as problem:
        db.session.execute(text("INSERT INTO tag (id, slug, name) VALUES (1, :slug, NULL)"), {"slug": "secret-wish"})
    db.session.rollback()
    assert "secret-wish" not in str(problem.value).replace(str(problem.value.orig), "")


def test_the_address_in_what_a_mail_server_says_is_left_out(lines: Lines) -> None:
    said = "550 <tom@example.com>: no such user"
    logging.getLogger("portal.mail.sending").warning("mail waits: %s", said, extra={"why": said})
    [line] = lines()
    assert "no such user" in line["event"] and "no such user" in line["why"] and "@" not in str(line)


def test_lines_for_people_hold_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("info", "text")
    logging.getLogger("portal.requests").info("request", extra={"route": "/roadmap", "status": 200})
    said = capsys.readouterr().err
    assert "route=/roadmap" in said and "status=200" in said and not said.startswith("{")
    logs.set_up("info", "json")


@pytest.mark.jobs
def test_nothing_that_somebody_wrote_or_keeps_secret_is_logged(
    app: Flask, browser: Opens, tom: User, lea: User, swap: Idea, smtp: Server, run_jobs: Callable[[], None],  # noqa: F811
    failing: Callable[[str, Exception], None], lines: Lines,
) -> None:  # fmt: skip
    address, words, wish = "quinn@example.net", "My kitchen floods on Mondays", "floods-secretly"
    asking = browser()
    letters.ask(asking, address, next_url=f"/?q={wish}")
    smtp.recipient = f"451 <{address}> is greylisted, {address}"
    run_jobs()
    smtp.recipient = "250 OK"
    asking.post("/sign-in/code", {"code": letters.wrong_code(address)})
    link, code = letters.link(address), letters.code(address)
    asking.get(link, query_string={"q": wish})
    asking.get(link, follow=True)
    asking.submit(asking.get("/sign-in/code"), code=code, display_name="Quinn Quicksilver")
    member = browser(tom)
    member.post(f"/ideas/{swap.id}/comments", {"body": words})
    with act():
        swap.change_status(Status.first("idea", "planned"), by=lea, reason=words)
    run_jobs()
    smtp.recipient = f"550 no {tom.email} here"
    with act():
        swap.change_status(Status.first("idea", "started"), by=lea, reason=words)
    run_jobs()
    stops = [unsubscribe(message) for message in taken(smtp)]
    for stop in [stop for stop in stops if stop]:
        browser().get(stop)
        browser().post(stop, {"List-Unsubscribe": "One-Click"}, token=False)
    failing("accounts.confirm", ValueError(words))
    browser().get(link, query_string={"q": wish})

    said = lines()
    assert {"request", "delivery", "event told"} <= {line["event"] for line in said}
    assert {line["state"] for line in said if line["event"] == "delivery"} >= {"pending", "sent", "dead"}
    assert all(line["delivery_id"] and line["event_id"] for line in said if line["event"] == "delivery")
    assert any(line.get("error") == "ValueError" for line in said) and any(stops)
    everything = "\n".join(json.dumps(line, ensure_ascii=False) for line in said)
    cookies = [cookie.value for cookie in member.client._cookies.values()]  # type: ignore[union-attr]
    tokens = [member.csrf_token(), *(stop.rpartition("/")[2] for stop in stops if stop), *cookies]
    secrets = [address, str(tom.email), words, wish, code, link.rpartition("/")[2], "Quicksilver", swap.title, *tokens]
    assert [secret for secret in secrets if not secret or secret in everything] == []


def taken(server: Server) -> list[EmailMessage]:
    return [message_from_bytes(content, policy=policy.default) for content in server.taken]  # type: ignore[misc]


def unsubscribe(message: EmailMessage) -> str:
    found = re.search(r"<https?://[^/]+(/unsubscribe/\S+)>", str(message["List-Unsubscribe"]))
    return found[1] if found else ""
