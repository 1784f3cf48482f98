"""A real SMTP server that keeps what it took, and answers as the fault of the moment wants."""

import asyncio
import email
import email.policy
import threading
import time
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

SLOW = 1.0


class Mood(StrEnum):
    """How the server answers."""

    WELL = "well"
    SLOW = "slow"
    BUSY = "421"
    LATER = "451"
    NEVER = "550"
    DROPPING = "dropping after DATA"
    HOLDING = "holding the next message"


@dataclass(frozen=True)
class Taken:
    """One message that the server has, whether or not it could say so."""

    id: str
    to: str
    at: float


class Postbox:
    """`taken` is all that arrived, in order; `dropped` the ids that were kept without the client hearing of it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mood = Mood.WELL
        self.taken: list[Taken] = []
        self.dropped: Counter[str] = Counter()
        self.held, self.let_go = threading.Event(), threading.Event()
        self.controller: Controller | None = None

    def open(self) -> None:
        """Listen."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=30)
        self.controller.start()

    def close(self) -> None:
        """Refuse connections until it is opened again."""
        if self.controller is not None:
            self.controller.stop(no_assert=True)
            self.controller = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> set[str]:
        return {message.id for message in self.taken}

    def first_new_since(self, moment: float) -> float | None:
        """When the first message came that had not come before this moment."""
        before = {message.id for message in self.taken if message.at < moment}
        return next((m.at for m in list(self.taken) if m.at >= moment and m.id not in before), None)

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        envelope.mail_from = address
        return "421 4.3.2 Not now" if self.mood == Mood.BUSY else "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.mood == Mood.NEVER:
            return "550 5.1.1 No such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self.mood
        if mood == Mood.HOLDING:
            return await self._hold(server)
        if mood == Mood.LATER:
            return "451 4.3.0 Try again later"
        if mood == Mood.SLOW:
            await asyncio.sleep(SLOW)
        message = self._keep(envelope)
        if mood == Mood.DROPPING:
            self.dropped[message.id] += 1
            _hang_up(server)
        return "250 OK"

    def _keep(self, envelope: Envelope) -> Taken:
        content = envelope.content or b""
        parsed = email.message_from_bytes(content if isinstance(content, bytes) else content.encode())
        message = Taken(str(parsed["Message-ID"]).strip("<>"), envelope.rcpt_tos[0] or "", time.time())
        self.taken.append(message)
        return message

    async def _hold(self, server: SMTP) -> str:
        """Say nothing about this one until it is let go; then hang up on it, without keeping it."""
        self.mood = Mood.WELL
        self.held.set()
        while not self.let_go.is_set():
            await asyncio.sleep(0.05)
        _hang_up(server)
        return "451 4.3.0 Too late"


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()
