"""The addresses that settings name: read strictly, then written as every library reads them, or refused in a sentence.

RFC 3986 says what stands where. Nothing that is refused is quoted: it may hold a password.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address
from pathlib import Path
from unicodedata import category
from urllib.parse import parse_qsl, quote, unquote

# What divides an address, or begins an encoded character: in a name or a password each must be encoded.
RESERVED = {char: f"%{ord(char):02X}" for char in "/#?@:%[] "}
SPOKEN = {" ": "a blank"}
USUAL_PORTS = {"http": 80, "https": 443}
# What redis-py takes from an address; it hands anything else to a connection that does not know it.
OF_REDIS = {"db", "protocol", "client_name", "health_check_interval", "max_connections", "retry_on_timeout"}
OF_REDIS |= {"socket_timeout", "socket_connect_timeout", "socket_keepalive"}
OF_REDIS |= {f"ssl_{name}" for name in ("ca_certs", "ca_path", "certfile", "keyfile", "cert_reqs", "check_hostname")}
_NUMBERS = {"db", "protocol", "health_check_interval", "max_connections"}
_SERVER = re.compile(r"(?P<host>\[[^\]]*\]|[^:/?\[\]]*)(?P<port>:[^/?]*)?(?P<path>/[^?]*)?(?P<query>\?.*)?", re.DOTALL)
_QUERY = re.compile(r"(?:[\w.~!$&'()*+,;=:/?-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LABEL_OF_A_SERVER = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MAILBOX = re.compile(r'(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<name>[^"<>]*?))\s*<(?P<address>[^<>]*)>')
_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)


class Unusable(ValueError):
    """Why a value cannot work, and what to write; the name of its variable goes before."""


@dataclass(frozen=True)
class Server:
    """An address in its parts, decoded. `query` is as it was written; None is a part that is not there."""

    scheme: str
    user: str | None
    password: str | None
    host: str
    port: int | None
    path: str
    query: str

    def __str__(self) -> str:
        secret = "" if self.password is None else f":{quote(self.password, safe='')}"
        who = "" if self.user is None else f"{quote(self.user, safe='')}{secret}@"
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{who}{self.host}{port}{quote(self.path)}{f'?{self.query}' if self.query else ''}"


def public_url(text: str) -> str:
    """The address that people type, as browsers send it: lower case, no usual port, international names encoded."""
    wanted = "write the address people type, such as https://ideas.example.com"
    _, _, rest = text.partition("://")
    if "@" in rest:
        raise Unusable(f"holds a name or a password: {wanted}")
    server = parse(text, ("http", "https"), wanted, name_rule=_LABEL)
    if not server.host:
        raise Unusable(f"names no host: {wanted}")
    if server.path.strip("/") or server.query or "?" in rest:
        raise Unusable(f"has something after its host, and the portal stands at the root of one: {wanted}")
    port = None if server.port == USUAL_PORTS[server.scheme] else server.port
    return str(replace(server, port=port, path=""))


def database_url(text: str) -> str:
    """What SQLAlchemy is told, with psycopg for PostgreSQL."""
    wanted = "write postgresql://name:password@host/database, or sqlite:////folder/file"
    if text.startswith("sqlite:"):
        return _sqlite_url(text, wanted)
    server = parse(text, ("postgresql", "postgres", "postgresql+psycopg"), wanted)
    if "/" in server.path[1:]:
        raise Unusable(f"has more than the name of a database after its host: {wanted}")
    return str(replace(server, scheme="postgresql+psycopg"))


def _sqlite_url(text: str, wanted: str) -> str:
    path = text.removeprefix("sqlite:///")
    if path == text or not path.startswith("/") or path.endswith("/"):
        raise Unusable(f"must name the whole path of a file, from the first / on: {wanted}")
    if "?" in path or _LONE_PERCENT.search(path):
        raise Unusable("has a ? or a % in the path of its file: write ? as %3F and % as %25")
    return sqlite_file(_decoded(path))


def sqlite_file(path: str | Path) -> str:
    """The address of a file, whatever letters are in its name."""
    return f"sqlite:///{quote(str(path))}"


def redis_url(text: str) -> str:
    """What redis-py is told."""
    wanted = "write redis://:password@host:6379/0, rediss:// or unix:///path, or `none` to poll the tables"
    server = parse(text, ("redis", "rediss", "unix"), wanted)
    if server.scheme == "unix":
        if server.host or server.port or len(server.path) < 2:
            raise Unusable(f"must name the whole path of a socket, from the first / on: {wanted}")
    elif server.path.strip("/") and not _is_number(server.path[1:]):
        raise Unusable(f"names a database that is no number: {wanted}")
    for name, value in parse_qsl(server.query, keep_blank_values=True):
        if name not in OF_REDIS:
            raise Unusable(f"sets an option after its ? that Redis does not know here: {wanted}")
        if name in _NUMBERS and not _is_number(value):
            raise Unusable(f"sets {name} to what is no number: {wanted}")
    return str(server)


def smtp_url(text: str) -> str:
    """Where mail is handed over, with name and password encoded."""
    wanted = "write smtp+starttls://name:password@host:587, smtps:// or smtp://"
    server = parse(text, ("smtp", "smtps", "smtp+starttls"), wanted)
    if not server.host:
        raise Unusable(f"names no host: {wanted}")
    if server.path.strip("/") or server.query:
        raise Unusable(f"has something after its host and port: {wanted}")
    if server.password and not server.user:
        raise Unusable(f"has a password but no name before it: {wanted}")
    if not f"{server.user or ''}{server.password or ''}".isascii():
        raise Unusable("has a name or a password with letters beyond ASCII, which SMTP cannot be told: choose another")
    return str(replace(server, path=""))


def mail_from(text: str) -> tuple[str, str]:
    """The name that a sender shows (none: the portal's own) and the address, its domain in IDNA 2008."""
    wanted = "write one address, such as ideas@example.com or Ideas <ideas@example.com>"
    parts = _MAILBOX.fullmatch(text)
    name, address = "", text
    if parts:
        quoted = (parts["quoted"] or "")[1:-1]
        name, address = (parts["name"] or re.sub(r"\\(.)", r"\1", quoted)).strip(), parts["address"].strip()
    local, _, domain = address.rpartition("@")
    if not _LOCAL_PART.fullmatch(local) or len(local) > 64 or len(name) > 100:
        raise Unusable(f"is not an address that every mail server takes: {wanted}")
    try:
        return name, f"{local}@{mail_host(tidy_host(domain, _LABEL))}"
    except Unusable as problem:
        raise Unusable(f"has a domain that {problem}: {wanted}") from problem


def mail_host(host: str) -> str:
    """A host as it stands after an @, in a Message-ID and in EHLO: a number is put into brackets (RFC 5321, 4.1.3)."""
    bare = host.strip("[]")
    try:
        number = ip_address(bare.removeprefix("IPv6:"))
    except ValueError:
        return host
    return f"[IPv6:{number}]" if number.version == 6 else f"[{number}]"


def is_here(host: str) -> bool:
    """Whether only this machine itself reaches that host."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def parse(text: str, schemes: tuple[str, ...], wanted: str, name_rule: re.Pattern[str] = _LABEL_OF_A_SERVER) -> Server:
    """The parts of an address, of which none can be taken for another; raise Unusable, with `wanted` as what to do."""
    scheme, divider, rest = text.partition("://")
    if not divider or scheme.lower() not in schemes:
        raise Unusable(f"does not begin as it must: {wanted}")
    who, at, server = rest.rpartition("@")
    user, colon, password = who.partition(":")
    _refuse_reserved(user + password)
    found = _SERVER.fullmatch(server)
    if not found or any(char.isspace() or char == "#" for char in server):
        hint = "" if scheme.lower() in USUAL_PORTS else " (in a password # is %23 and [ is %5B)"
        raise Unusable(f"holds a blank, a # or a bracket where none can be: {wanted}{hint}")
    try:
        host = tidy_host(found["host"], name_rule) if found["host"] else ""
        port = None if found["port"] is None else port_of(found["port"][1:])
    except Unusable as problem:
        raise Unusable(f"{problem}: {wanted}") from problem
    query = (found["query"] or "")[1:]
    if not _QUERY.fullmatch(query):
        raise Unusable(f"holds characters after its ? that must be percent-encoded: {wanted}")
    secret = _decoded(password) if colon else None
    return Server(scheme.lower(), _decoded(user) if at else None, secret, host, port, _path(found, wanted), query)


def port_of(text: str) -> int:
    if not _is_number(text) or not 0 < int(text) < 65536:
        raise Unusable("names a port that is no number from 1 to 65535")
    return int(text)


def tidy_host(host: str, name_rule: re.Pattern[str] = _LABEL) -> str:
    """The host in lower case, an international name in IDNA 2008, IPv6 in brackets; raise Unusable."""
    if host.startswith("["):
        return f"[{_number(host[1:-1].removeprefix('IPv6:'), IPv6Address if ':' in host else IPv4Address)}]"
    name = (host if host.isascii() else _international(host)).lower().removesuffix(".")
    labels = name.split(".")
    if labels[-1].isdigit():
        return str(_number(name, IPv4Address))
    if len(name) > 253 or not all(name_rule.fullmatch(label) for label in labels):
        raise Unusable("names a host with other characters than letters, digits, hyphens and dots")
    return name


def _number(text: str, kind: type[IPv4Address] | type[IPv6Address]) -> IPv4Address | IPv6Address:
    try:
        if "%" not in text:
            return kind(text)
    except AddressValueError:
        pass
    raise Unusable("names a host by a number that is no IP address")


def _international(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as problem:
        raise Unusable("names a host that is no international name (IDNA 2008)") from problem


def _refuse_reserved(secret: str) -> None:
    """Say how to write what stands raw in a name or a password, and nothing else of it."""
    percent = "%" if _LONE_PERCENT.search(secret) else ""
    found = sorted({char for char in secret if char in RESERVED and char != "%"} | set(percent))
    if found:
        how = ", ".join(f"{SPOKEN.get(char, char)} as {RESERVED[char]}" for char in found)
        raise Unusable(f"has characters in its name or password that divide an address: write {how}")


def _decoded(part: str) -> str:
    try:
        decoded = unquote(part, errors="strict")
    except UnicodeDecodeError as problem:
        raise Unusable("has a %-code in it that is no UTF-8: write é, for one, as %C3%A9") from problem
    if has_controls(decoded):
        raise Unusable("has a control character in its name, password or path: choose others")
    return decoded


def has_controls(text: str) -> bool:
    """Whether anything in it ends a line, steers a terminal or is no character at all."""
    return any(category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)


def _path(found: re.Match[str], wanted: str) -> str:
    path = found["path"] or ""
    if _LONE_PERCENT.search(path):
        raise Unusable(f"has a % in its path that encodes nothing, and is written as %25: {wanted}")
    return _decoded(path)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def without_secrets(said: str, settings: Mapping[str, object]) -> str:
    """The same words without any password, key or token of the settings, encoded or not."""
    secrets = {str(settings.get(name) or "") for name in ("SECRET_KEY", "METRICS_TOKEN")}
    for name in ("SQLALCHEMY_DATABASE_URI", "REDIS_URL", "SMTP_URL"):
        _, _, password = str(settings.get(name) or "").partition("://")[2].rpartition("@")[0].partition(":")
        secrets |= {password, unquote(password)}
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        said = said.replace(secret, "…")
    return said


def unreachable(problem: BaseException, url: str) -> str:
    """Why the database does not serve us, in one sentence."""
    said = " ".join(str(getattr(problem, "orig", None) or problem).split())
    said = without_secrets(said, {"SQLALCHEMY_DATABASE_URI": url})
    return f"DATABASE_URL: the database cannot be reached ({said}). Start it, or correct the address."
