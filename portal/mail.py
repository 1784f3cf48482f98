"""Mail: a message in its reader's language, its headers built with care, given to SMTP or laid in the outbox."""

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import css_inline
from flask import current_app, g, render_template

from portal.clock import now
from portal.extensions import login_manager
from portal.i18n import locale, reading_in
from portal.letter import chips, colours, wrapped
from portal.servers import mail_host
from portal.site import settings
from portal.text import clean_line

TIMEOUT = 10.0
_ADDRESS = re.compile(r"\S+@\S+")
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class OneLine(UnstructuredHeader, BaseHeader):
    """A header that is not folded where it is plain: Python would begin it with a space, or encode a long address."""

    def fold(self, *, policy: Any) -> str:
        if self.isascii() and len(self) < 900:
            return f"{self.name}: {self}{policy.linesep}"
        return super().fold(policy=policy)


_headers = HeaderRegistry()
for _name in ("subject", "message-id", "list-unsubscribe"):
    _headers.map_to_type(_name, OneLine)
POLICY = EmailPolicy(header_factory=_headers, linesep=SMTP.linesep)


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
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = clean_line(message.subject)
    mail["From"] = _address(current_app.config["MAIL_FROM"], current_app.config["MAIL_FROM_NAME"] or settings().name)
    mail["To"] = _address(address, name)
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = f"<{message_id}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = locale()
    if message.unsubscribe:
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    brand = settings().hue, settings().chroma
    look = {"colour": colours(*brand), "chips": chips(*brand)}
    context = {**vars(message), **message.context, **look}
    text = wrapped(render_template(f"{message.template}.txt", **context).strip())
    mail.set_content(re.sub(r"\n{3,}", "\n\n", text) + "\n")
    mail.add_alternative(_inliner.inline(render_template(f"{message.template}.html", **context)), subtype="html")
    return mail


def message_id(row: int, made: datetime) -> str:
    """The id of a delivery's mail: the same on every try, and different in another database."""
    return f"{made:%Y%m%dT%H%M%S%f}.{row:08d}@{host()}"


def host() -> str:
    """The portal's own host, as a mail names it after an @ and to a mail server."""
    return mail_host(urlsplit(current_app.config["PUBLIC_URL"]).hostname or "localhost")


def send(mail: EmailMessage) -> None:
    """Hand the mail over. Raises ServerDown, TryLater or Refused."""
    url = current_app.config["SMTP_URL"]
    if url:
        _send_by(url, mail)
    else:
        _lay_in_outbox(mail)


def _address(spec: str, name: str) -> Address:
    try:
        return Address(display_name=clean_line(name), addr_spec=spec)
    except (ValueError, IndexError, MessageError) as problem:
        # What Python says of it quotes it.
        raise Refused("the address cannot be written in a mail") from problem


def _send_by(url: str, mail: EmailMessage) -> None:
    """Up to the sender's address a failure is the server's; from the recipient's on it is this message's."""
    sender, recipient = (mail[name].addresses[0].addr_spec for name in ("From", "To"))
    try:
        server = _connect(url)
    except (OSError, smtplib.SMTPException) as problem:
        raise ServerDown(str(problem) or type(problem).__name__) from problem
    try:
        server.sendmail(sender, [recipient], mail.as_bytes())
    except smtplib.SMTPSenderRefused as problem:
        kind = ServerDown if problem.smtp_code == 421 else TryLater
        raise kind(_said(problem.smtp_code, problem.smtp_error)) from problem
    except smtplib.SMTPRecipientsRefused as problem:
        raise _answer(*problem.recipients[recipient]) from problem
    except smtplib.SMTPDataError as problem:
        raise _answer(problem.smtp_code, problem.smtp_error) from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise TryLater(str(problem) or type(problem).__name__) from problem
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
            _sign_in(server, unquote(parts.username), unquote(parts.password or ""))
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, name: str, password: str) -> None:
    """What a server says of a refused password may repeat it, and staff are shown why mail waits."""
    try:
        server.login(name, password)
    except smtplib.SMTPAuthenticationError as problem:
        said = f"{problem.smtp_code}: the server does not take the name and the password of SMTP_URL"
        raise smtplib.SMTPException(said) from None


def _answer(code: int, words: bytes | str) -> Refused | TryLater:
    return (Refused if code >= 500 else TryLater)(_said(code, words))


def _said(code: int, words: bytes | str) -> str:
    """What the server answered, without addresses: they are not kept next to deliveries."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {_ADDRESS.sub('…', said)}"[:500]


def _lay_in_outbox(mail: EmailMessage) -> None:
    """One file a message id, complete or not there at all."""
    outbox = current_app.config["DATA_DIR"] / "outbox"
    outbox.mkdir(parents=True, exist_ok=True)
    file = outbox / f"{str(mail['Message-ID']).strip('<> ').partition('@')[0]}.eml"
    fresh = file.with_suffix(f".{os.getpid()}.new")
    fresh.write_bytes(mail.as_bytes())
    with suppress(FileExistsError):
        os.link(fresh, file)
    fresh.unlink()
