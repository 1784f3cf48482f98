"""The headers of a mail: what people wrote stays text in them, and a finished mail is read again before it leaves."""

import re
from base64 import b64encode
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.policy import SMTP, EmailPolicy, compat32
from typing import Any, Self

from portal.mail.defusing import defused
from portal.text import clean_line

WIDTH = 76
LONGEST_WORD = 700
_PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_PHRASE = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9._-]{1,255}|\[[A-Za-z0-9.:-]{1,255}\])")
# One address, after nothing or the words of a name. Of those of `email`, some Pythons read no number of a host.
_MAILBOX = re.compile(rf"({_ADDRESS.pattern})|{_PHRASE.pattern} <({_ADDRESS.pattern})>", re.ASCII)
# What stands for itself in an encoded word that is part of a name too (RFC 2047, 5.3).
_ITSELF = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")
# Every byte that leaves is ASCII: no server on the way is asked for more.
POLICY = SMTP.clone(cte_type="7bit")


class Altered(Exception):
    """A mail program would read something else in this mail than was set."""


class Header(str):
    """A header: what it says, and the `line` that says it, which Python's own writer of headers never touches.

    A value that has a name is a header to every policy of `email`, kept and written as it is.
    """

    name: str
    line: str
    address: str

    def __new__(cls, name: str, said: str, line: str, address: str = "") -> Self:
        header = super().__new__(cls, said)
        header.name, header.line, header.address = name, line, address
        return header

    def fold(self, *, policy: Any) -> str:
        return f"{self.line}{policy.linesep}"


def whole(said: str) -> str:
    """Text that any mail can hold: half of a character becomes a question mark."""
    return said.encode("utf-8", "replace").decode()


def tidy(said: str) -> str:
    """One line that a header can hold."""
    return clean_line(whole(said))


def text(name: str, said: str) -> Header:
    """A header in words, none a link: as they are where they are plain, else wholly in encoded words (RFC 2047)."""
    said = defused(tidy(said))
    plain = not said or _PLAIN.fullmatch(said)
    return Header(name, said, _written(name, said, plain))


def mailbox(name: str, owner: str, address: str) -> Header:
    """An address with the name of its owner. Raises ValueError for an address that no header can hold."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError("the address cannot be written in a mail")
    owner = tidy(owner)
    if not owner:
        return Header(name, address, f"{name}: {address}", address)
    written = _written(name, owner, _PHRASE.fullmatch(owner))
    fold = "" if len(written.rpartition("\r\n")[2]) + len(address) + 3 <= WIDTH else "\r\n"
    return Header(name, f"{owner} <{address}>", f"{written}{fold} <{address}>", address)


def exact(name: str, value: str) -> Header:
    """A header of ours that programs read, such as an id: never folded, never encoded. Raises ValueError."""
    if not _PLAIN.fullmatch(value) or "=?" in value or len(value) > 900:
        raise ValueError(f"{name} cannot hold this")
    return Header(name, value, f"{name}: {value}")


def checked(mail: EmailMessage) -> bytes:
    """The mail as it leaves. Raises Altered where it would be read as another than the one that was set."""
    try:
        raw = mail.as_bytes()
        seen = BytesParser(policy=compat32).parsebytes(raw)
        same = _said(seen) == _set(mail) and _shape(seen) == _shape(mail) and _mailed_to(seen) == _mailed_to(mail)
    except (MessageError, LookupError, ValueError, AttributeError) as problem:
        raise Altered("it cannot be read again") from problem
    if not same:
        raise Altered("it would be read as another")
    return raw


def read(raw: bytes) -> EmailMessage:
    """A mail that was kept, to be shown: its headers say what was set, on every Python."""
    policy: Any = _Reading()
    return message_from_bytes(raw, EmailMessage, policy=policy)


class _Reading(EmailPolicy):
    def header_fetch_parse(self, name: str, value: Any) -> Any:
        if name.lower().startswith(("content-t", "content-d", "mime-")):
            return super().header_fetch_parse(name, value)
        try:
            return decoded(value)
        except (LookupError, ValueError, MessageError):  # one that an older version wrote
            return value


def decoded(line: str) -> str:
    """What a header says: its folds undone, its encoded words read. Raises ValueError, LookupError or MessageError."""
    parts = decode_header(re.sub(r"\r?\n", "", line))
    said = (part if isinstance(part, str) else part.decode(charset or "ascii") for part, charset in parts)
    return "".join(said)


def _written(name: str, said: str, plain: Any) -> str:
    """The header, its words as they are and folded at spaces; encoded where a program could read more into them."""
    if plain and "=?" not in said and max(map(len, said.split(" "))) < LONGEST_WORD:
        return _folded(f"{name}: {said}")
    return f"{name}: {_encoded(name, said)}"


def _folded(line: str) -> str:
    """Lines that end before a space. None ends right after the name: some programs would take the header for empty."""
    first, *words = line.split(" ")
    lines = [first]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > WIDTH and lines != [first]:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines)


def _encoded(name: str, said: str) -> str:
    """All of it in encoded words, one a line; the first has the name before it."""
    room = WIDTH - len(name) - 2 - len("=?utf-8?q??=")
    quoted, based = (list(_chunks(said, room, weigh)) for weigh in (_quoted_length, _based_length))
    if len("".join(map(_quoted, quoted))) <= 4 * len(said.encode()) / 3 + 4:
        words = [f"=?utf-8?q?{_quoted(chunk)}?=" for chunk in quoted]
    else:
        words = [f"=?utf-8?b?{b64encode(chunk.encode()).decode()}?=" for chunk in based]
    return "\r\n ".join(words)


def _chunks(said: str, room: int, weigh: Any) -> Iterator[str]:
    """The text in pieces that fit, no character cut in two."""
    begin = 0
    for end in range(1, len(said) + 1):
        if weigh(said[begin:end]) > room:
            yield said[begin : end - 1]
            begin = end - 1
    yield said[begin:]


def _quoted(chunk: str) -> str:
    return "".join(chr(byte) if byte in _ITSELF else "_" if byte == 32 else f"={byte:02X}" for byte in chunk.encode())


def _quoted_length(chunk: str) -> int:
    return len(_quoted(chunk))


def _based_length(chunk: str) -> int:
    return (len(chunk.encode()) + 2) // 3 * 4


def _said(mail: Message) -> list[tuple[str, str]]:
    return [(name, decoded(value) if _ours(name) else "") for name, value in mail.items()]


def _set(mail: EmailMessage) -> list[tuple[str, str]]:
    """What was set; a header that was not written by this module counts as none of ours."""
    written = [(name, value) for name, value in mail.items() if isinstance(value, Header) or not _ours(name)]
    return [(name, str(value) if _ours(name) else "") for name, value in written]


def _ours(name: str) -> bool:
    return name.lower() not in ("content-type", "mime-version")


def _shape(mail: Message) -> list[Any]:
    """Its parts: the one structure of text and HTML, and what stands in both."""
    if mail.get_content_type() != "multipart/alternative" or mail.defects:
        raise ValueError("not the one structure that mails have")
    shape: list[Any] = []
    parts: Any = mail.get_payload()
    for part in parts:
        words = part.get_payload(decode=True).decode().splitlines()
        shape.append((sorted(part.keys()), part.get_content_type(), part.get_content_charset(), words))
    if [kind for _, kind, _, _ in shape] != ["text/plain", "text/html"]:
        raise ValueError("not the two parts that mails have")
    return shape


def _mailed_to(mail: Message) -> list[str]:
    """The addresses in the headers that hold one: each holds exactly one."""
    found: list[Any] = [value for name, value in mail.items() if name in ("From", "To")]
    if isinstance(mail, EmailMessage):
        return [value.address for value in found]
    return [_address_of(re.sub(r"\r?\n", "", value)) for value in found]


def _address_of(line: str) -> str:
    """The one address in a header. Raises ValueError where more, or anything else, stands there."""
    if not (one := _MAILBOX.fullmatch(line)):
        raise ValueError("not one address")
    return one[1] or one[2]
