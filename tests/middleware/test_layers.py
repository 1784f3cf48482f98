"""The onion: in which order a request passes its layers, and its answer on the way out."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal import i18n, permissions
from portal.extensions import limiter
from portal.middleware import admission, caching, compression
from portal.middleware.layers import LAYERS, Layer
from portal.monitoring import logs, metrics
from portal.operations import prometheus
from portal.web import addresses, errors, pages, site

pytestmark = pytest.mark.both

# Of two layers the first is further out, or else what stands behind it goes wrong.
FURTHER_OUT: tuple[tuple[Any, Any, str], ...] = (
    (prometheus.Watched, caching.Front, "a proxy's word would open the figures"),
    (caching.Front, admission.Turns, "a page that is kept would wait for a turn"),
    (logs.begin, admission.refuse_broken_off, "half a form would be refused without a line"),
    (logs.end, metrics.count_answer, "the line would be written before the answer is counted"),
    (admission.refuse_broken_off, limiter, "half a form would be counted against its sender"),
    (caching.keep, compression.compress, "pages would be kept as they are not sent"),
    (limiter, pages.guard, "forged forms would cost nothing"),
    (addresses.trust_only_ours, pages.guard, "a foreign host would reach the check of its own token"),
    (compression.compress, pages.finish, "an answer would be compressed before it is known who may read it"),
    (pages.guard, permissions.refuse_the_suspended, "a stranger's form would learn whether somebody is suspended"),
    (pages.finish, i18n.remember_language, "a page that sets a cookie would be kept for everybody"),
    (site.know_languages, errors.remember_brand, "the language of a page of an error would be asked of the database"),
)


def place(part: Any) -> int:
    return next(n for n, layer in enumerate(LAYERS) if part in parts(layer))


def parts(layer: Layer) -> list[Any]:
    return [layer.wsgi, layer.extension, layer.before, layer.after, layer.ends, layer.lets_go]


@pytest.mark.parametrize(("outer", "inner", "else_"), FURTHER_OUT, ids=[row[2] for row in FURTHER_OUT])
def test_a_layer_stands_further_out_than_another(outer: Any, inner: Any, else_: str) -> None:
    assert place(outer) < place(inner), else_


def test_every_layer_says_why_and_stands_once() -> None:
    every: list[Any] = [part for layer in LAYERS for part in parts(layer) if part is not None]
    assert all(layer.why.endswith(".") and any(parts(layer)) for layer in LAYERS)
    assert len(every) == len({id(part) for part in every})


def test_a_request_meets_them_in_this_order(made_again: Callable[..., Flask]) -> None:
    """What Flask really runs: the hooks of the list in its order, those of the extensions at their places."""
    app = made_again(RATE_LIMITS=True)
    ours: list[Callable[..., Any]] = [layer.before for layer in LAYERS if layer.before]
    assert [hook for hook in app.before_request_funcs[None] if hook in ours] == ours
    ours = [layer.after for layer in LAYERS if layer.after]
    assert [hook for hook in app.after_request_funcs[None] if hook in ours] == ours
    names = [hook.__name__ for hook in app.before_request_funcs[None]]
    assert names.index("note_beginning") < names.index("_check_request_limit") < names.index("trust_only_ours")


def test_a_request_is_wrapped_in_this_order(made_again: Callable[..., Flask]) -> None:
    passed: list[str] = []
    layer: Any = made_again(PROXY_HOPS=1).wsgi_app
    while not hasattr(layer, "__func__"):  # Flask's own is a method
        passed.append(type(layer).__name__)
        layer = layer.behind if hasattr(layer, "behind") else layer.app
    assert passed == ["Watched", "ProxyFix", "Front", "Turns"]
