"""What differs per server, read from the environment once and checked at start (or by `python -m portal.config`)."""

import os
import secrets
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from portal import servers
from portal.servers import Unusable, is_here, mail_host

ROOT = Path(__file__).resolve().parent.parent
QUOTES = "\"'`“”‘’«»"
Value = TypeVar("Value")
ALWAYS: dict[str, object] = {
    "KEEP_SECONDS": 1.0,
    # What an error of the database says would quote the values of its statement.
    "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
    "MAX_CONTENT_LENGTH": 1_000_000,
    "MAX_FORM_MEMORY_SIZE": 1_000_000,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "WTF_CSRF_CHECK_DEFAULT": False,
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_SSL_STRICT": False,
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "portal" / "translations"),
}


class ConfigError(Exception):
    """Settings that cannot work: a sentence each, which names the variable and says what to write instead."""


class Variables:
    """The environment as it is read: each variable by its own rule, and all that is wrong gathered."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def take(self, name: str, rule: Callable[[str], Value], unset: Value) -> Value:
        """What the variable says, by its rule; `unset` where it is empty or missing, or cannot work."""
        try:
            text = _tidy(self.environ.get(name) or "")
            return rule(text) if text else unset
        except Unusable as problem:
            self.refuse(f"{name} {problem}.")
            return unset

    def refuse(self, sentence: str) -> None:
        """Keep what is wrong, to be said with the rest, once."""
        if sentence not in self.problems:
            self.problems.append(sentence)


def read(environ: Mapping[str, str] | None = None) -> dict[str, object]:
    """Return the Flask configuration for this environment; raise ConfigError naming every variable at fault."""
    env = Variables(os.environ if environ is None else environ)
    data_dir = env.take("DATA_DIR", _data_dir, ROOT / "var")
    where = _where(env)
    production = bool(where["PRODUCTION"])
    settings = {"DATA_DIR": data_dir, **ALWAYS, **where, **_engines(env, data_dir), **_workings(env, production)}
    _no_development(env, production)
    _look_at_folders(env, data_dir, str(settings["SQLALCHEMY_DATABASE_URI"]))
    settings["SECRET_KEY"] = env.take("SECRET_KEY", _long_enough(32), "") or _own_key(env, data_dir, production)
    if env.problems:
        raise ConfigError("\n".join(env.problems))
    return settings


def _where(env: Variables) -> dict[str, object]:
    """Where people find the portal, and what follows from that."""
    host, port = env.take("HOST", _listening_host, "127.0.0.1"), env.take("PORT", port_number, 8000)
    url = env.take("PUBLIC_URL", servers.public_url, "") or _own_address(host, port)
    parts = urlsplit(url)
    name, https = parts.hostname or "", parts.scheme == "https"
    production = not is_here(name)
    if not production and not is_here(host):
        # It would be a portal for developing: no secrets, and everybody's mail to read.
        env.refuse(f"HOST is {host!r}, where others reach it: write the address they type into PUBLIC_URL.")
    sender, address = env.take("MAIL_FROM", servers.mail_from, ("", f"portal@{mail_host(name)}"))
    trusted = [parts.netloc] if production else [parts.netloc, "localhost", "127.0.0.1"]
    return {
        "HOST": host,
        "PORT": port,
        "PUBLIC_URL": url,
        "PRODUCTION": production,
        "MAIL_FROM": address,
        "MAIL_FROM_NAME": sender,
        # Werkzeug takes the number of an IPv6 address for a port: portal/web/addresses.py looks at such a host.
        "TRUSTED_HOSTS": None if ":" in name else trusted,
        "HOSTS_BY_NUMBER": trusted,
        "SESSION_COOKIE_NAME": "__Host-atelier" if https else "atelier",
        "SESSION_COOKIE_SECURE": https,
    }


def _engines(env: Variables, data_dir: Path) -> dict[str, object]:
    return {
        "SQLALCHEMY_DATABASE_URI": env.take(
            "DATABASE_URL", servers.database_url, servers.sqlite_file(data_dir / "portal.db")
        ),
        "REDIS_URL": env.take("REDIS_URL", _redis_url, _own_redis(data_dir)),
        "SMTP_URL": env.take("SMTP_URL", servers.smtp_url, None),
    }


def _workings(env: Variables, production: bool) -> dict[str, object]:
    return {
        "WEB_WORKERS": env.take("WEB_WORKERS", _whole_number(1, 64), 1),
        "SEED": env.take("SEED", _one_of("demo", "none"), "none" if production else "demo"),
        "PROXY_HOPS": env.take("PROXY_HOPS", _whole_number(0, 20), 0),
        "RATE_LIMITS": env.take("RATE_LIMITS", _one_of("on", "off"), "on") == "on",
        "METRICS_TOKEN": env.take("METRICS_TOKEN", _long_enough(16), ""),
        "LEASE_SECONDS": env.take("LEASE_SECONDS", _whole_number(1, 86_400), 120),
        "SWEEP_SECONDS": env.take("SWEEP_SECONDS", _whole_number(0, 86_400), 15),
        "UNDO_SECONDS": env.take("UNDO_SECONDS", _whole_number(0, 600), 10),
        "FOLD_SECONDS": env.take("FOLD_SECONDS", _whole_number(0, 3_600), 120),
        "LOG_LEVEL": env.take("LOG_LEVEL", _one_of("info", "debug", "warning", "error"), "info"),
        "LOG_FORMAT": env.take("LOG_FORMAT", _one_of("json", "text"), ""),
    }


def public_url(environ: Mapping[str, str]) -> str:
    """The address that people type, as `read` gives it; raise ConfigError."""
    env = Variables(environ)
    url = str(_where(env)["PUBLIC_URL"])
    if env.problems:
        raise ConfigError("\n".join(env.problems))
    return url


def port_number(text: str) -> int:
    """Where a server listens; raise Unusable."""
    try:
        return servers.port_of(text)
    except Unusable as problem:
        raise Unusable(f"is {_shown(text)}: write a number from 1 to 65535, such as PORT=8000") from problem


def _tidy(text: str) -> str:
    """The value without blanks and ends of lines around it."""
    text = text.strip()
    if servers.has_controls(text):
        raise Unusable("holds a line break or another control character: write it on one line")
    if text and (text[0] in QUOTES and text[-1] in QUOTES):
        raise Unusable("stands in quotation marks: write it without them")
    return text


def _own_address(host: str, port: int) -> str:
    """Where this machine itself finds the portal."""
    here = host if is_here(host) else "127.0.0.1"
    return f"http://{f'[{here}]' if ':' in here else here}{'' if port == 80 else f':{port}'}"


def _data_dir(text: str) -> Path:
    if text.startswith("~"):
        raise Unusable("begins with ~, which only a shell knows: write the whole path")
    return Path(text).absolute()


def _look_at_folders(env: Variables, data_dir: Path, database: str) -> None:
    """Make the data folder, and see that it, the folder of the figures and that of the database can be written to."""
    wanted = [("DATA_DIR", data_dir)]
    if together := env.take("PROMETHEUS_MULTIPROC_DIR", Path, None):
        wanted.append(("PROMETHEUS_MULTIPROC_DIR", together.absolute()))
    for name, folder in wanted:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise PermissionError(0, "you may not write there")
        except OSError as problem:
            env.refuse(f"{name} is {str(folder)!r}, which cannot be used: {problem.strerror}. Name another folder.")
    file = Path(unquote(database.removeprefix("sqlite:///")))
    unusable = file.is_dir() or not os.access(file.parent, os.W_OK | os.X_OK)
    if database.startswith("sqlite:///") and file.parent != data_dir and unusable:
        env.refuse("DATABASE_URL names no file in a folder that you may write to: make the folder first.")


def _own_key(env: Variables, data_dir: Path, production: bool) -> str:
    """The key in the data folder, made where there is none: whole, or not there at all."""
    if any(problem.startswith(("SECRET_KEY", "DATA_DIR")) for problem in env.problems):
        return ""
    if production:
        env.refuse("SECRET_KEY is missing: a portal with a public PUBLIC_URL needs one (`openssl rand -hex 32`).")
        return ""
    file = data_dir / "secret_key"
    try:
        if not file.exists():
            _make_key(file)
        key = file.read_text().strip()
    except (OSError, UnicodeError) as problem:
        env.refuse(f"DATA_DIR holds a file secret_key that cannot be used ({type(problem).__name__}): remove it.")
        return ""
    if len(key) < 32:
        env.refuse("DATA_DIR holds a file secret_key that is shorter than a key: remove it, and another is made.")
    return key


def _make_key(file: Path) -> None:
    fresh = file.with_name(f"secret_key.{os.getpid()}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secrets.token_hex(32))
    with suppress(FileExistsError):  # another process was faster
        os.link(fresh, file)
    fresh.unlink()


def _no_development(env: Variables, production: bool) -> None:
    """Debug mode shows the code and what it holds to whoever makes a page fail, and runs what they type there."""
    if production and (env.environ.get("FLASK_DEBUG") or "0").lower() not in ("0", "false", "no"):
        env.refuse("FLASK_DEBUG is on: a portal with a public PUBLIC_URL starts without it.")
    if production and not env.take("RATE_LIMITS", lambda text: text.lower() != "off", True):
        env.refuse("RATE_LIMITS=off is for tests: a portal with a public PUBLIC_URL keeps its limits.")


def _listening_host(text: str) -> str:
    if any(char.isspace() for char in text) or "/" in text:
        raise Unusable("is no name or number of this machine: write 127.0.0.1, or another that it listens on")
    return text.strip("[]").lower()


def _redis_url(text: str) -> str | None:
    return None if text == "none" else servers.redis_url(text)


def _own_redis(data_dir: Path) -> str | None:
    """The address that `bin/run` left of its own Valkey; None means that the worker polls."""
    try:
        return (data_dir / "valkey.url").read_text().strip() or None
    except OSError:
        return None


def _whole_number(least: int, most: int) -> Callable[[str], int]:
    def rule(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise Unusable(f"is {_shown(text)}: write a whole number from {least} to {most}")
        return int(text)

    return rule


def _one_of(*known: str) -> Callable[[str], str]:
    def rule(text: str) -> str:
        if text.lower() not in known:
            raise Unusable(f"is {_shown(text)}: write {' or '.join(known)}")
        return text.lower()

    return rule


def _long_enough(least: int) -> Callable[[str], str]:
    """A secret: never quoted."""

    def rule(text: str) -> str:
        if len(text) < least:
            raise Unusable(f"is shorter than {least} characters: make one with `openssl rand -hex {least}`")
        return text

    return rule


def _shown(text: str) -> str:
    """A value in a sentence: short, and only where it is no secret."""
    return ascii(text if len(text) <= 20 else f"{text[:20]}…")


def main() -> int:
    """Say whether every setting can work, or which cannot; changes nothing but the data folder, which it makes."""
    try:
        read()
    except ConfigError as problem:
        print(problem, file=sys.stderr)
        return 1
    print("Every setting can work.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
