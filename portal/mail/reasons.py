"""Why a message did not go: sentences of ours, kept in English beside it and shown in the language of who reads them.

What a library says of a failure may quote a setting, a password or an address, so none of its words are kept.
"""

import errno
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import unquote, urlsplit

from portal.i18n import _


def N_(sentence: str) -> str:
    """A sentence for the catalogue, kept as it is."""
    return sentence


ALTERED = N_("A mail program could read something else in this message than we wrote, so it was not sent.")
NO_ADDRESS = N_("The address cannot be written in a mail.")
UNWRITTEN = N_("This message could not be written.")
STOPPED = N_("The worker stopped in the middle of this.")
DISCARDED = N_("Discarded: %(why)s")
RESTORED = N_("Not sent: the portal was restored from the backup of %(when)s, and old news is not mailed.")
BROKEN_OFF = N_("The mail server broke off the connection.")
BAD_URL = N_("SMTP_URL cannot be used as it is written.")
UNKNOWN = N_("The name of the mail server is not known.")
SILENT = N_("The mail server does not answer in time.")
CLOSED = N_("The mail server refused the connection.")
INSECURE = N_("The connection to the mail server could not be made secure.")
NO_ENTRY = N_("The mail server did not accept the user name and password of SMTP_URL.")
NOT_OFFERED = N_("The mail server does not offer what SMTP_URL asks for.")
NO_SERVICE = N_("The mail server does not serve us.")
UNREACHED = N_("The mail server cannot be reached.")

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, NO_ENTRY),
    (smtplib.SMTPNotSupportedError, NOT_OFFERED),
    (smtplib.SMTPServerDisconnected, BROKEN_OFF),
    (smtplib.SMTPException, NO_SERVICE),
    (ssl.SSLError, INSECURE),
    (socket.gaierror, UNKNOWN),
    (TimeoutError, SILENT),
    (ConnectionRefusedError, CLOSED),
    (ConnectionError, BROKEN_OFF),
    (ValueError, BAD_URL),
)


def of_server(problem: Exception) -> str:
    """What is wrong with the mail server, with the number that it or the system gives it."""
    sentence = next((sentence for kind, sentence in _KINDS if isinstance(problem, kind)), UNREACHED)
    code: Any = getattr(problem, "smtp_code", None) or getattr(problem, "errno", None)
    detail = errno.errorcode.get(code, code) if _is_of_the_system(problem) else code
    return f"{sentence} ({detail})" if detail else sentence


def said(code: int, words: bytes | str, smtp_url: str) -> str:
    """What the server answered about one message, without addresses and without what SMTP_URL holds."""
    answer = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    for secret in sorted(_secrets(smtp_url), key=len, reverse=True):
        answer = answer.replace(secret, "…")
    kept = " ".join("…" if "@" in word else word for word in answer.split())
    return f"{code} {kept}"[:500]


def of_writing(problem: Exception) -> str:
    """That a message could not be written: what kind of error, and where in the code."""
    return f"{UNWRITTEN} ({kind_of(problem)})"


def kind_of(problem: Exception) -> str:
    """What kind of error, and where in the code it came up, without its words."""
    frames = extract_tb(problem.__traceback__)
    where = f", {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{where}"


def in_words(kept: str | None) -> str:
    """Reasons as they are kept, in the reader's language; what a server answered, and what staff wrote, as it is."""
    return "\n".join(_in_words(line) for line in (kept or "").splitlines())


def _in_words(line: str) -> str:
    for sentence, pattern in _patterns():
        found = pattern.fullmatch(line)
        if found:
            given = {name: value for name, value in found.groupdict().items() if name != "detail"}
            return _(sentence, **given) + (found["detail"] or "")
    return line


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    written = [(one, re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(one))) for one in _SENTENCES]
    return [(one, re.compile(rf"{pattern}(?P<detail> \([^()]*\))?")) for one, pattern in written]


def _is_of_the_system(problem: Exception) -> bool:
    """Whether its number is one of the system's errors."""
    return isinstance(problem, OSError) and not isinstance(
        problem, socket.gaierror | ssl.SSLError | smtplib.SMTPException
    )


def _secrets(url: str) -> Iterator[str]:
    """The name and the password of the mail server, however they are written."""
    login = urlsplit(url).netloc.rpartition("@")[0]
    for part in (login, *login.split(":", 1)):
        yield from {part, unquote(part)} - {""}


_SENTENCES = (
    ALTERED, NO_ADDRESS, UNWRITTEN, STOPPED, DISCARDED, RESTORED, BROKEN_OFF, BAD_URL, UNKNOWN, SILENT, CLOSED,
    INSECURE, NO_ENTRY, NOT_OFFERED, NO_SERVICE, UNREACHED,
)  # fmt: skip
