"""The Flask extensions."""

from ipaddress import IPv4Address, ip_address, ip_network

from flask.ctx import AppContext
from flask.globals import app_ctx
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from htmx_flask import Htmx

db = SQLAlchemy()
login_manager = LoginManager()
htmx = Htmx()
babel = Babel()


def context() -> AppContext:
    """What belongs to this request: its `g`, its `app`. Flask's own `g` and `current_app` look it up at every name."""
    found: AppContext = app_ctx._get_current_object()  # type: ignore[attr-defined]
    return found


def network() -> str:
    """Who is limited: the network of whoever asks."""
    return network_of(get_remote_address())


def network_of(told: str) -> str:
    """The address, or for IPv6 the /64 that one household has."""
    try:
        address = ip_address(told.partition("%")[0])
    except ValueError:
        return told
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


limiter = Limiter(key_func=network, strategy="fixed-window", headers_enabled=False)


# Requests that only read: they need no token, and leave nothing behind.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
