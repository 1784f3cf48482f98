"""How templates are read: as Flask does, but for what would be done again at every request."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

from flask import Flask
from jinja2 import Template
from jinja2.runtime import Context, Macro


class Written(Template):
    """A template whose macros are made once, for whoever imports them."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        """What it gives to an import without context. Jinja would compare the names that both templates know, which are
        the same in all of ours, and takes 50 µs for it at each of the ten imports of a page.
        """
        if self._module is None:
            self._module = self.make_module()
        return self._module


class Names(Context):
    """What a template knows, of which it calls hundreds a page."""

    def call(self, called: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, or a plain function, at once. Jinja would ask each first, in several ways, whether it takes the
        context; that is left for whatever else is called, and for functions that are marked in any way.
        """
        if type(called) is Macro:
            args = (self.eval_ctx, *args)
        elif type(called) is not FunctionType or called.__dict__:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


def init_app(app: Flask) -> None:
    """Comes before anything reads a template."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.template_class = Written
    app.jinja_env.context_class = Names
