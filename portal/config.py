"""What differs per server, read from the environment once and checked at start."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ConfigError(Exception):
    """A setting that cannot work; the message names the variable and says what to write instead."""


def read(environ: dict[str, str] | None = None) -> dict[str, object]:
    """Return the Flask configuration for this environment; raise ConfigError naming the variable at fault."""
    env = dict(os.environ if environ is None else environ)
    data_dir = Path(env.get("DATA_DIR") or ROOT / "var").absolute()
    public_url = _public_url(env)
    production = urlsplit(public_url).hostname not in LOOPBACK
    _no_debugging(env, production)
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ConfigError(f"DATA_DIR is {str(data_dir)!r}, which cannot be made: {problem.strerror}") from problem
    https = public_url.startswith("https://")
    host = urlsplit(public_url).netloc
    return {
        "DATA_DIR": data_dir,
        "PUBLIC_URL": public_url,
        "PRODUCTION": production,
        "SECRET_KEY": _secret_key(env, data_dir, production),
        "SQLALCHEMY_DATABASE_URI": _database_url(env, data_dir),
        "REDIS_URL": _redis_url(env, data_dir),
        "SMTP_URL": _url(env, "SMTP_URL", ("smtp", "smtps", "smtp+starttls")),
        "MAIL_FROM": env.get("MAIL_FROM") or f"portal@{urlsplit(public_url).hostname}",
        "PROXY_HOPS": _whole_number(env, "PROXY_HOPS", 0),
        "RATE_LIMITS": _rate_limits(env, production),
        "LOG_LEVEL": _one_of(env, "LOG_LEVEL", ("info", "debug", "warning", "error")),
        "LOG_FORMAT": _one_of(env, "LOG_FORMAT", ("", "json", "text")),
        "METRICS_TOKEN": _metrics_token(env),
        "LEASE_SECONDS": _whole_number(env, "LEASE_SECONDS", 120),
        "SWEEP_SECONDS": _whole_number(env, "SWEEP_SECONDS", 15),
        "FOLD_SECONDS": _whole_number(env, "FOLD_SECONDS", 120),
        "KEEP_SECONDS": 1.0,
        "TRUSTED_HOSTS": [host] if production else [host, "localhost", "127.0.0.1"],
        # What an error of the database says would quote the values of its statement.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "SESSION_COOKIE_NAME": "__Host-atelier" if https else "atelier",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "portal" / "translations"),
    }


def _public_url(env: dict[str, str]) -> str:
    url = env.get("PUBLIC_URL") or f"http://127.0.0.1:{env.get('PORT') or 8000}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
        raise ConfigError(f"PUBLIC_URL is {url!r}: write the address people type, such as https://ideas.example.com")
    return f"{parts.scheme}://{parts.netloc}"


def _no_debugging(env: dict[str, str], production: bool) -> None:
    """Debug mode shows the code and what it holds to whoever makes a page fail, and runs what they type there."""
    if production and (env.get("FLASK_DEBUG") or "0").lower() not in ("0", "false", "no"):
        raise ConfigError("FLASK_DEBUG is on: a portal with a public PUBLIC_URL starts without it")


def _secret_key(env: dict[str, str], data_dir: Path, production: bool) -> str:
    key = env.get("SECRET_KEY", "")
    if key:
        if len(key) < 32:
            raise ConfigError("SECRET_KEY is shorter than 32 characters: make one with `openssl rand -hex 32`")
        return key
    if production:
        raise ConfigError("SECRET_KEY is missing: a portal with a public PUBLIC_URL needs one (`openssl rand -hex 32`)")
    file = data_dir / "secret_key"
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return file.read_text()


def _database_url(env: dict[str, str], data_dir: Path) -> str:
    url = env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'portal.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            url = "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL must begin with postgresql:// or sqlite:///")
    return url


def _redis_url(env: dict[str, str], data_dir: Path) -> str | None:
    """None means that the worker polls. Unset, the address that `bin/run` left of its own Valkey is used."""
    url = env.get("REDIS_URL", "")
    if url == "none":
        return None
    if not url:
        left = data_dir / "valkey.url"
        return left.read_text().strip() if left.exists() else None
    if not url.startswith(("redis://", "rediss://", "unix://")):
        raise ConfigError("REDIS_URL must begin with redis://, rediss:// or unix://, or be `none` to poll the tables")
    return url


def _url(env: dict[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    url = env.get(name) or None
    if url and urlsplit(url).scheme not in schemes:
        raise ConfigError(f"{name} must begin with one of: {', '.join(s + '://' for s in schemes)}")
    return url


def _whole_number(env: dict[str, str], name: str, default: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdigit():
        raise ConfigError(f"{name} is {value!r}: write a whole number")
    return int(value)


def _rate_limits(env: dict[str, str], production: bool) -> bool:
    value = env.get("RATE_LIMITS", "on")
    if value not in ("on", "off"):
        raise ConfigError("RATE_LIMITS is either `on` or `off`")
    if value == "off" and production:
        raise ConfigError("RATE_LIMITS=off is for tests: a portal with a public PUBLIC_URL keeps its limits")
    return value == "on"


def _one_of(env: dict[str, str], name: str, known: tuple[str, ...]) -> str:
    """The first is what an unset variable means."""
    value = env.get(name, "").lower() or known[0]
    if value not in known:
        raise ConfigError(f"{name} is {value!r}: write one of {', '.join(word for word in known if word)}")
    return value


def _metrics_token(env: dict[str, str]) -> str:
    token = env.get("METRICS_TOKEN", "")
    if token and len(token) < 16:
        raise ConfigError("METRICS_TOKEN is shorter than 16 characters: make one with `openssl rand -hex 16`")
    return token
