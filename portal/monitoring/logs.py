"""What the portal logs: one line a request and a job, its facts beside it, and nothing that anybody wrote."""

import logging
import re
import secrets
import sys
import time
import traceback
from collections.abc import MutableMapping
from functools import partial
from types import TracebackType
from typing import Any, TextIO

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy import inspect
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.typing import Processor

from portal.config import ROOT

REQUESTS = logging.getLogger("portal.requests")
# When a request had come whole, on the clock of `time.perf_counter`: its time counts from there.
CAME_AT = "atelier.came_at"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_ADDRESS = re.compile(r"[^\s<>\"'@]+@[^\s<>\"'@]+")


def init_app(app: Flask) -> None:
    """Set the lines up."""
    set_up(app.config["LOG_LEVEL"], app.config["LOG_FORMAT"])
    # `errors.broken` says it: with the address of the page, Flask would log the links and tokens in it.
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]


def set_up(level: str, form: str) -> None:
    """Send what every logger says to standard error: as JSON, or (`text`, or unsaid on a terminal) for people."""
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _StandardError)]:
        root.removeHandler(old)
    handler = _StandardError()
    as_text = form == "text" or (not form and sys.stderr.isatty())
    handler.setFormatter(_formatter(as_text, with_words=level == "debug"))
    root.addHandler(handler)
    logging.getLogger("portal").setLevel(level.upper())


def say_request(method: str, route: str, status: int, seconds: float, **facts: Any) -> None:
    """The line of one request."""
    known = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
    REQUESTS.info("request", extra={**known, "user": None, **facts})


def new_request_id(from_proxy: str, hops: int) -> str:
    """A number for a request: what the proxy in front of us gave it, or one of ours."""
    return from_proxy if hops and _REQUEST_ID.fullmatch(from_proxy) else secrets.token_hex(8)


def request_id() -> str:
    """The number of this request, in the answer, in its log lines and on the pages of errors."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    number: str = g.request_id
    return number


def route() -> str:
    """Which page this is: the rule, never the address, in which there may be a token."""
    return request.url_rule.rule if request.url_rule else "-"


def method() -> str:
    return request.method if request.method in METHODS else "-"


def seconds() -> float:
    """How long this request has taken since it had come, its wait for a turn included."""
    return time.perf_counter() - g.began_at


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def begin() -> None:
    """Give the request its number, and note when it had come."""
    g.began_at = request.environ.get(CAME_AT) or time.perf_counter()
    g.request_id = new_request_id(request.headers.get("X-Request-Id", ""), current_app.config["PROXY_HOPS"])
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def end(response: Response) -> Response:
    """Write the line of a request that was answered."""
    response.headers["X-Request-Id"] = request_id()
    say_request(method(), route(), response.status_code, seconds(), user=_user_id())
    return response


def _user_id() -> int | None:
    """Who is signed in, as far as this request has asked; never a question to the database."""
    state = inspect(g.get("_login_user"), raiseerr=False)
    return state.identity[0] if state is not None and state.identity else None


def _formatter(as_text: bool, with_words: bool) -> logging.Formatter:
    known: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    errors = partial(_say_errors, with_words)
    written: Processor = structlog.dev.ConsoleRenderer(colors=False) if as_text else structlog.processors.JSONRenderer()
    return ProcessorFormatter(
        foreign_pre_chain=known,
        processors=[ProcessorFormatter.remove_processors_meta, errors, _without_addresses, written],
    )


def _say_errors(with_words: bool, _: Any, __: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What kind of error, and where it came up. Its words may quote what somebody wrote: `debug` shows them."""
    error = _error_of(facts)
    if error is not None:
        facts["error"] = " < ".join(repr(one) if with_words else type(one).__qualname__ for one in _chain(error))
        facts["frames"] = _frames(error.__traceback__)
    return facts


def _error_of(facts: MutableMapping[str, Any]) -> BaseException | None:
    info = facts.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    found: BaseException | None = info[1] if isinstance(info, tuple) else info
    return found


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f"{frame.filename.removeprefix(f'{ROOT}/').rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


def _without_addresses(_: Any, __: str, facts: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """What a mail server says may name the recipient."""
    for name, value in facts.items():
        if isinstance(value, str) and "@" in value:
            facts[name] = _ADDRESS.sub("…", value)
    return facts
