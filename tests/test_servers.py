"""Addresses made from odd parts: each works, or is refused by the name of its variable and without its password."""

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg import sql
from redis import Redis
from redis.connection import parse_url
from sqlalchemy import make_url

from launcher.serving import is_new
from portal import servers
from portal.config import ConfigError, read
from tests import engines

ODD = "/#?@:%[]&=+;,!$'()*\"\\ `{}|^~<>é€😀\u00a0"
ODD_PASSWORD = "/#?@:%[] é&=+\"'$`\\"
words = st.text(st.sampled_from("aB9-._" + ODD) | st.characters(codec="utf-8"), max_size=12)
HOSTS = ["db", "my_db", "db.example", "[::1]", "192.0.2.7", "bücher.example", "DB.Example."]
ports = st.sampled_from(["", ":1", ":5432", ":65535", ":0", ":70000", ":", ":x", ":²", ":-1"])
tails = st.sampled_from(["", "/", "/0", "/7", "/name", "/a/b", "?", "?db=1", "?x=y", "#", "/n?sslmode=require"])
tails |= st.tuples(st.sampled_from("/?#"), words).map("".join)
VARIABLES = {
    "DATABASE_URL": ("postgresql", "postgres"),
    "REDIS_URL": ("redis", "rediss"),
    "SMTP_URL": ("smtp", "smtps", "smtp+starttls"),
    "PUBLIC_URL": ("http", "https"),
}
KEYS = {
    "DATABASE_URL": "SQLALCHEMY_DATABASE_URI",
    "REDIS_URL": "REDIS_URL",
    "SMTP_URL": "SMTP_URL",
    "PUBLIC_URL": "PUBLIC_URL",
}
Parts = tuple[str | None, str | None, str | None, int | None]


def understood(name: str, url: str) -> Parts:
    """Name, password, host and port as the library finds them that will use this address."""
    if name == "DATABASE_URL":
        found = make_url(url)
        return found.username, found.password, found.host, found.port
    if name == "REDIS_URL":
        parts = parse_url(url)
        return parts.get("username"), parts.get("password"), parts.get("host"), parts.get("port")
    split = urlsplit(url)
    return unquote(split.username or "") or None, unquote(split.password or "") or None, split.hostname, split.port


def tidy(host: str) -> str | None:
    return servers.tidy_host(host, servers._LABEL_OF_A_SERVER).strip("[]") if host else None


def refusal(folder: Path, name: str, url: str) -> tuple[str, str]:
    """What becomes of this address in the settings, and why it is refused: one of both is empty."""
    try:
        return str(read({"DATA_DIR": str(folder), "SECRET_KEY": "k" * 32, name: url})[KEYS[name]]), ""
    except ConfigError as problem:
        return "", str(problem)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@given(name=st.sampled_from(sorted(VARIABLES)), data=st.data())
def test_an_address_of_odd_parts_works_or_is_refused_by_name(folder: Path, name: str, data: st.DataObject) -> None:
    scheme = data.draw(st.sampled_from(VARIABLES[name]))
    user, password, host = data.draw(words), data.draw(words), data.draw(st.sampled_from(HOSTS) | words)
    port, tail, encoded = data.draw(ports), data.draw(tails), data.draw(st.booleans())
    write = (lambda part: quote(part, safe="")) if encoded else str

    def url_of(password: str) -> str:
        who = f"{write(user)}:{write(password)}@" if name != "PUBLIC_URL" else ""
        return f"{scheme}://{who}{host}{port}{tail}"

    found, refused = refusal(folder, name, url_of(password))
    if refused:
        assert refused.startswith(f"{name} ") and "\n" not in refused
        # Whatever letters it has, they are not in what is said; a code with a % would become another.
        assert "%" in password or refusal(folder, name, url_of(re.sub("[A-Za-z0-9]", "x", password)))[1] == refused
        return
    if name == "PUBLIC_URL":
        assert urlsplit(found).hostname and found.isascii() and servers.public_url(found) == found
        return
    read_as = (lambda part: part) if encoded else unquote
    seen = understood(name, found)
    assert [part or "" for part in seen[:2]] == [read_as(user), read_as(password)]
    if host in HOSTS:
        assert seen[2:] == (tidy(host), int(port[1:]) if port else None)


@given(st.text(st.sampled_from("smtpredishttgqlwn:/@[]?#%.0 \r\n\"'é"), max_size=40) | st.text(max_size=60))
@example("http://[e.example")
@example("redis://[::1")
@example("smtp://\u2100.example")
def test_whatever_is_pasted_into_an_address_is_read_or_refused(folder: Path, pasted: str) -> None:
    for name in (*VARIABLES, "MAIL_FROM", "HOST", "PORT", "WEB_WORKERS"):
        try:
            read({"DATA_DIR": str(folder), "SECRET_KEY": "k" * 32, name: pasted})
        except ConfigError as problem:
            assert all(line.startswith((f"{name} ", "HOST ")) for line in str(problem).splitlines())


@pytest.mark.parametrize(("name", "url"), [
    ("DATABASE_URL", "postgresql://portal:{}@db.example/portal"),
    ("REDIS_URL", "redis://:{}@redis.example:6379/0"),
    ("SMTP_URL", "smtp+starttls://portal:{}@mail.example:587"),
])  # fmt: skip
@pytest.mark.parametrize("char", list("/#?@:%[] "))
@pytest.mark.parametrize("before", ["tomato", "12"])
def test_a_password_that_divides_its_address_is_refused_with_the_encoding(
    folder: Path, name: str, url: str, char: str, before: str
) -> None:
    with pytest.raises(ConfigError) as problem:
        read({"DATA_DIR": str(folder), name: url.format(f"{before}{char}zucchini")})
    said = str(problem.value)
    assert said.startswith(f"{name} ") and f"as %{ord(char):02X}" in said
    assert "zucchini" not in said and before not in said.replace("%", "").split("write")[0]
    raw = f"{before}{char}zucchini"
    found = str(read({"DATA_DIR": str(folder), name: url.format(quote(raw, safe=""))})[KEYS[name]])
    assert understood(name, found)[1] == raw


def test_what_a_database_says_of_a_failure_is_told_without_the_password() -> None:
    url = "postgresql+psycopg://portal:tomato%2Fzucchini@db.example/portal"
    said = servers.unreachable(OSError(f"no host “db.example” in {url},\n tomato/zucchini was refused"), url)
    assert "tomato" not in said and "zucchini" not in said and "\n" not in said
    assert said.startswith("DATABASE_URL: the database cannot be reached (no host “db.example” in postgresql")


@pytest.mark.parametrize("url", ["redis://:%E9@h", "postgresql://u:%00@h/d", "smtp://u:a%0Ab@h", "smtp://u:é@h"])
def test_a_password_that_cannot_be_told_is_refused(folder: Path, url: str) -> None:
    name = next(name for name, schemes in VARIABLES.items() if url.startswith(schemes))
    with pytest.raises(ConfigError, match=f"^{name} "):
        read({"DATA_DIR": str(folder), name: url})


@pytest.mark.parametrize("url", [
    "redis://h/zero", "redis://h?foo=1", "redis://h?db=one", "unix://relative.sock", "unix://", "http://h",
    "smtp://", "smtp://:word@h", "smtp://h/path", "smtp://h?x=y", "mail.example.com",
    "postgresql://h/a/b", "mysql://h/d", "postgresql+psycopg2://h/d",
])  # fmt: skip
def test_an_address_that_no_client_understands_is_refused(folder: Path, url: str) -> None:
    name = {"redis": "REDIS_URL", "unix": "REDIS_URL", "http": "REDIS_URL"}.get(url.partition(":")[0])
    name = name or ("SMTP_URL" if url.startswith(("smtp", "mail")) else "DATABASE_URL")
    with pytest.raises(ConfigError, match=f"^{name} .*write "):
        read({"DATA_DIR": str(folder), name: url})


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[str]:
    """A PostgreSQL that asks a role named portal for a password of odd letters; the part of its address after the @."""
    server = engines.postgres()
    role, base = f"portal_{secrets.token_hex(4)}", server.url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), ODD_PASSWORD))
        rules = Path(str(connection.execute("SHOW hba_file").fetchone()[0]))  # type: ignore[index]
        rules.write_text(f"local all {role} scram-sha-256\n{rules.read_text()}")
        connection.execute("SELECT pg_reload_conf()")
    yield f"{role}{{}}@/{base.partition('@/')[2]}"
    server.stop()


def test_a_real_database_takes_the_encoded_password(
    folder: Path, own_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def database(secret: str) -> str:
        url = f"postgresql://{own_postgres.format(secret)}"
        return str(read({"DATA_DIR": str(folder), "DATABASE_URL": url})["SQLALCHEMY_DATABASE_URI"])

    assert is_new(database(f":{quote(ODD_PASSWORD, safe='')}"))
    with pytest.raises(Exception, match="DATABASE_URL: the database cannot be reached") as problem:
        is_new(database(":zucchini"))
    assert "zucchini" not in str(problem.value) and "\n" not in str(problem.value)
    monkeypatch.setenv("PGPASSWORD", ODD_PASSWORD)  # as compose.yaml hands it over
    assert is_new(database(""))


def test_a_real_valkey_takes_the_encoded_password(folder: Path) -> None:
    server = engines.LocalValkey()
    try:
        Redis.from_url(server.url).config_set("requirepass", ODD_PASSWORD)
        path = server.url.removeprefix("unix://")
        url = f"unix://:{quote(ODD_PASSWORD, safe='')}@{path}?db=3"
        found = str(read({"DATA_DIR": str(folder), "REDIS_URL": url})["REDIS_URL"])
        assert Redis.from_url(found).ping()
    finally:
        server.stop()
