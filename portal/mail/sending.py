"""Mail: a message in its reader's language, its headers built with care, given to SMTP or laid in the outbox."""

import logging
import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import css_inline
from flask import current_app, g

from portal.clock import now
from portal.extensions import login_manager
from portal.i18n import locale, reading_in
from portal.mail import headers, reasons
from portal.mail.defusing import mail_templates
from portal.mail.letter import chips, colours, wrapped
from portal.servers import mail_host
from portal.settings import settings

log = logging.getLogger(__name__)

TIMEOUT = 10.0
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class ServerDown(Exception):
    """SMTP as a whole does not answer, or refuses us: nothing was tried for this message."""


class TryLater(Exception):
    """The server would not take this message now."""


class Refused(Exception):
    """The server, or the address itself, says that this message will never arrive."""


@dataclass(frozen=True)
class Message:
    """What is to be said. `template` is a path without suffix: `<it>.txt` and `<it>.html` extend `layout/email`.

    The templates get `context`, and `subject`, `preheader` (what a list of mails shows after the subject), `reason`
    (why the reader gets this), `unsubscribe` (the address of one click to stop; a sign-in message has none), and the
    brand's colours.
    """

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    preheader: str = ""
    reason: str = ""
    unsubscribe: str = ""


@contextmanager
def read_by(reader: Any = None, lang: str = "en") -> Iterator[None]:
    """Write for this person: their language, their time zone, what they may see. For nobody known, in `lang`."""
    before = g.get("_login_user")
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        g._login_user = reader or login_manager.anonymous_user()
        try:
            with reading_in(reader.lang if reader else lang):
                yield
        finally:
            g._login_user = before
            if before is None:
                g.pop("_login_user")


def build(message: Message, address: str, message_id: str, name: str = "") -> EmailMessage:
    """The whole mail, text and HTML. Call it inside `read_by`. Raises Refused for an address that cannot be written."""
    brand = settings().hue, settings().chroma
    look = {"colour": colours(*brand), "chips": chips(*brand)}
    context = {**vars(message), **message.context, **look}
    text = wrapped(_drawn(f"{message.template}.txt", context).strip())
    html = _inliner.inline(_drawn(f"{message.template}.html", context))
    mail = EmailMessage(policy=headers.POLICY)
    mail.set_content(headers.whole(re.sub(r"\n{3,}", "\n\n", text)) + "\n")
    mail.add_alternative(headers.whole(html), subtype="html")
    try:
        for header in _headers(message, address, message_id, name):
            mail[header.name] = header
    except ValueError as problem:
        raise Refused(reasons.NO_ADDRESS) from problem
    return mail


def _drawn(name: str, context: dict[str, Any]) -> str:
    known: dict[str, Any] = dict(context)
    current_app.update_template_context(known)
    return mail_templates(current_app).get_template(name).render(known)


def _headers(message: Message, address: str, message_id: str, name: str) -> Iterator[headers.Header]:
    """All that the mail begins with, in this order. Raises ValueError for an address that cannot be written."""
    yield headers.text("Subject", message.subject)
    config = current_app.config
    yield headers.mailbox("From", config["MAIL_FROM_NAME"] or settings().name, config["MAIL_FROM"])
    yield headers.mailbox("To", name, address)
    yield headers.exact("Date", format_datetime(now()))
    yield headers.exact("Message-ID", f"<{message_id}>")
    yield headers.exact("Auto-Submitted", "auto-generated")
    yield headers.exact("Content-Language", locale())
    if message.unsubscribe:
        yield headers.exact("List-Unsubscribe", f"<{message.unsubscribe}>")
        yield headers.exact("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")


def message_id(row: int, made: datetime) -> str:
    """The id of a delivery's mail: the same on every try, and different in another database."""
    return f"{made:%Y%m%dT%H%M%S%f}.{row:08d}@{host()}"


def host() -> str:
    """The portal's own host, as a mail names it after an @ and to a mail server."""
    return mail_host(urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost")


def send(mail: EmailMessage) -> None:
    """Hand the mail over, once it was read again. Raises ServerDown, TryLater or Refused."""
    try:
        written = headers.checked(mail)
    except headers.Altered as problem:
        log.error("a mail would be read as another than was written, and was set aside", exc_info=problem)
        raise Refused(reasons.ALTERED) from problem
    url = current_app.config["SMTP_URL"]
    if url:
        _send_by(url, mail["From"].address, mail["To"].address, written)
    else:
        _lay_in_outbox(str(mail["Message-ID"]), written)


def _send_by(url: str, sender: str, recipient: str, written: bytes) -> None:
    """Up to the sender's address a failure is the server's; from the recipient's on it is this message's."""
    try:
        server = _connect(url)
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        raise ServerDown(reasons.of_server(problem)) from problem
    try:
        server.sendmail(sender, [recipient], written)
    except smtplib.SMTPSenderRefused as problem:
        kind = ServerDown if problem.smtp_code == 421 else TryLater
        raise kind(reasons.said(problem.smtp_code, problem.smtp_error, url)) from problem
    except smtplib.SMTPRecipientsRefused as problem:
        raise _answer(*problem.recipients[recipient], url) from problem
    except smtplib.SMTPDataError as problem:
        raise _answer(problem.smtp_code, problem.smtp_error, url) from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise TryLater(reasons.of_server(problem)) from problem
    finally:
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _connect(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    there, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    ours = host() if current_app.config["PRODUCTION"] else "localhost"
    seconds = current_app.config.get("SMTP_TIMEOUT", TIMEOUT)
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(there, port, ours, timeout=seconds, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(there, port, ours, timeout=seconds)
    try:
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _answer(code: int, words: bytes | str, url: str) -> Refused | TryLater:
    return (Refused if code >= 500 else TryLater)(reasons.said(code, words, url))


def _lay_in_outbox(message_id: str, written: bytes) -> None:
    """One file a message id, complete or not there at all."""
    outbox = current_app.config["DATA_DIR"] / "outbox"
    outbox.mkdir(parents=True, exist_ok=True)
    file = outbox / f"{message_id.strip('<> ').partition('@')[0]}.eml"
    fresh = file.with_suffix(f".{os.getpid()}.new")
    fresh.write_bytes(written)
    with suppress(FileExistsError):
        os.link(fresh, file)
    fresh.unlink()
