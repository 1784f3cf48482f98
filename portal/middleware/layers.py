"""The onion: all that a request passes on its way in, and its answer on the way out. The first layer is outermost.

What wraps the application (`wsgi`) is met before Flask is asked; of the rest a request meets each `before` from the
top, and its answer each `after` from the bottom. Nobody else hooks in; a blueprint may guard its own pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import i18n, permissions
from portal.extensions import db, htmx, limiter, login_manager
from portal.middleware import admission, caching, compression
from portal.monitoring import logs, metrics
from portal.operations import prometheus
from portal.web import addresses, errors, pages, site
from portal.web.tokens import csrf


@dataclass(frozen=True)
class Layer:
    """One layer, and why it stands there. `ends` runs when the request is over, `lets_go` when its context is."""

    why: str
    wsgi: Callable[[Flask, WSGIApplication], Any] | None = None
    extension: Any = None
    before: Callable[[], Any] | None = None
    after: Callable[[Response], Response] | None = None
    ends: Callable[[BaseException | None], None] | None = None
    lets_go: Callable[[BaseException | None], None] | None = None


def behind_proxies(app: Flask, behind: WSGIApplication) -> WSGIApplication:
    """Who asks, as the proxies in front tell it; nobody is believed where there are none."""
    hops = app.config["PROXY_HOPS"]
    return ProxyFix(behind, x_for=hops, x_proto=hops, x_host=0) if hops else behind


LAYERS = (
    Layer("Who may read the figures is seen before a proxy's word is taken.", wsgi=prometheus.Watched),
    Layer("Whatever follows needs the address of who asks.", wsgi=behind_proxies),
    Layer("A page that is kept waits for nobody's turn.", wsgi=caching.Front),
    Layer("Before anything looks at a request all of it has come, and it is its turn.", wsgi=admission.Turns),
    Layer("Each request has a number and a line: also one that is refused.", before=logs.begin, after=logs.end),
    Layer("What is counted is what was answered in the end.", after=metrics.count_answer),
    Layer("Half a form is acted upon by nobody.", before=admission.refuse_broken_off),
    Layer("A page is kept as it is sent, compressed.", before=caching.note_beginning, after=caching.keep),
    Layer("What asks the database does so within its session.", extension=db),
    Layer("Who asks is known before anything decides by it.", extension=login_manager),
    Layer("Whether htmx asks is known to all that answer.", extension=htmx),
    Layer("It checks nothing by itself: `pages.guard` asks it.", extension=csrf),
    Layer("Whoever asks too often is refused before anything is done for them.", extension=limiter),
    Layer("Nothing is answered under a host that is not ours.", before=addresses.trust_only_ours),
    Layer("Only once all headers stand is it known who may read an answer.", after=compression.compress),
    Layer("No view runs for a forged form.", before=pages.guard, after=pages.finish),
    Layer("The language is kept before it is decided who may keep the page.", after=i18n.remember_language),
    Layer("Suspended people change nothing, whatever a view forgets.", before=permissions.refuse_the_suspended),
    Layer("Pages know the languages of the portal.", before=site.know_languages, ends=site.forget_languages),
    Layer(
        "A page of an error asks the database nothing: what it shows was noted before.",
        before=errors.remember_brand,
        after=errors.say_when_to_come_back,
        lets_go=errors.let_go,
    ),
)


def init_app(app: Flask) -> None:
    """Put the layers around the application: the last is the innermost."""
    for layer in reversed(LAYERS):
        if layer.wsgi:
            app.wsgi_app = layer.wsgi(app, app.wsgi_app)  # type: ignore[method-assign]
    for layer in LAYERS:
        _hook(app, layer)


def _hook(app: Flask, layer: Layer) -> None:
    if layer.extension:
        layer.extension.init_app(app)
    if layer.before:
        app.before_request(layer.before)
    if layer.after:
        app.after_request(layer.after)
    if layer.ends:
        app.teardown_request(layer.ends)
    if layer.lets_go:
        app.teardown_appcontext(layer.lets_go)
