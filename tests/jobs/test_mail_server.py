"""The server that mail is handed to: who it says the mail is from, and what is kept when it refuses our password."""

from collections.abc import Callable
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from flask import Flask

from portal.accounts.models import User
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.mail import reasons
from portal.notifications.models import Delivery, State
from tests.conftest import act
from tests.jobs.conftest import Server, _used

pytestmark = pytest.mark.jobs
PASSWORD = "mark/of#secret"


@pytest.fixture
def planned(app: Flask, rest_warning: Idea, lea: User, run_jobs: Callable[[], None]) -> Callable[[], None]:
    """An idea was planned, and whoever supports it is told."""

    def plan() -> None:
        with act():
            rest_warning.change_status(Status.first("idea", "planned"), by=lea)
        run_jobs()

    return plan


class Forgetful(Server):
    """Knows nobody, and repeats what it was told, as a server that logs too much may."""

    async def auth_PLAIN(self, server: SMTP, args: list[str]) -> Any:
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 not known: portal {PASSWORD} {args[-1]}")


@pytest.fixture
def forgetful(app: Flask, free_port: int) -> Any:
    server = Forgetful()
    controller = Controller(
        server, hostname="127.0.0.1", port=free_port, auth_require_tls=False, auth_exclude_mechanism=["LOGIN"]
    )
    controller.start()
    yield from _used(app, f"smtp://portal:mark%2Fof%23secret@127.0.0.1:{free_port}", server)
    controller.stop()


def test_the_name_in_mail_from_is_shown_as_the_sender(
    app: Flask, smtp: Server, planned: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.config import read

    found = read({"DATA_DIR": str(app.config["DATA_DIR"]), "MAIL_FROM": "Idées, Inc. <ideas@example.com>"})
    for name in ("MAIL_FROM", "MAIL_FROM_NAME"):
        monkeypatch.setitem(app.config, name, found[name])
    planned()
    told = message_from_bytes(smtp.taken[0], policy=policy.default)
    [sender] = told["From"].addresses  # type: ignore[attr-defined]
    assert (sender.display_name, sender.addr_spec) == ("Idées, Inc.", "ideas@example.com")


def test_what_a_server_says_of_our_password_is_neither_kept_nor_logged(
    forgetful: Server,
    planned: Callable[[], None],
    ines: User,
    delivery_to: Callable[[User], Delivery],
    capsys: pytest.CaptureFixture[str],
) -> None:
    planned()
    waiting = delivery_to(ines)
    assert waiting.state == State.PENDING and not forgetful.taken
    assert waiting.last_error == f"{reasons.NO_ENTRY} (535)"
    assert "secret" not in capsys.readouterr().err
