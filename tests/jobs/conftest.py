"""A mail server that answers as a test wants, and deliveries to look at."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.notifications.models import Delivery


class Server:
    """Keeps what it takes; `recipient`, `data` and `sender` are what it answers at each step."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.sender = self.recipient = self.data = "250 OK"
        self.on_data: Callable[[], None] = lambda: None

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.on_data()
        if self.data.startswith("250"):
            self.taken.append(envelope.content or b"")  # type: ignore[arg-type]
        return self.data


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp(app: Flask, free_port: int) -> Iterator[Server]:
    """A real SMTP server, which the portal uses."""
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield from _used(app, f"smtp://127.0.0.1:{free_port}", server)
    controller.stop()


@pytest.fixture
def smtp_away(app: Flask, free_port: int) -> Iterator[str]:
    """The address of an SMTP server that refuses every connection."""
    url = f"smtp://127.0.0.1:{free_port}"
    yield from _used(app, url, url)


@pytest.fixture
def smtp_silent(app: Flask) -> Iterator[str]:
    """The address of a server that takes the connection and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        url = f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        yield from _used(app, url, url)


def _used(app: Flask, url: str, given: Any) -> Iterator[Any]:
    app.config.update(SMTP_URL=url, SWEEP_SECONDS=0, SMTP_TIMEOUT=0.5)
    yield given
    app.config.update(SMTP_URL=None, SWEEP_SECONDS=15)
    app.config.pop("SMTP_TIMEOUT")
    app.extensions.pop("smtp_rests_until", None)


@pytest.fixture
def delivery_to(app: Flask) -> Callable[[User], Delivery]:
    """The one delivery to this person, as it stands now."""

    def find(user: User) -> Delivery:
        id = user.id
        db.session.rollback()
        return db.session.scalars(select(Delivery).where(Delivery.recipient == f"user:{id}")).one()

    return find
