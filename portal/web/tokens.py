"""The token that each form carries, masked anew in every answer: what a page shows of it is never the same twice.

The length of a compressed page tells whether a guess stands in it as well (BREACH, https://breachattack.com): a secret
that repeats could be guessed letter by letter. What Flask-WTF makes and checks stays as it is; only pages show it under
a mask, a random pad before the token combined with it, as Rails and Django do.
"""

import base64
import secrets
from typing import Any

from flask import g
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.csrf import generate_csrf


def token() -> str:
    """The token of this session as this answer shows it, in each of its forms."""
    if "masked_token" not in g:
        g.masked_token = masked(generate_csrf())
    return str(g.masked_token)


def masked(plain: str) -> str:
    """This token under a new mask."""
    pad = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(pad + _combined(pad, plain.encode())).decode()


def unmasked(sent: str) -> str:
    """The token below the mask; what has none (a page that was open before there were any) as it was sent."""
    try:
        known = base64.b64decode(sent, altchars="-_", validate=True)
        half, odd = divmod(len(known), 2)
        return sent if odd else _combined(known[:half], known[half:]).decode()
    except ValueError:  # no letters of ours, or nothing below that could be read
        return sent


def _combined(pad: bytes, other: bytes) -> bytes:
    return (int.from_bytes(pad) ^ int.from_bytes(other)).to_bytes(len(pad))


class UnderMask(CSRFProtect):
    """Flask-WTF's guard, to whom a form or a header brings its token under a mask."""

    def _get_csrf_token(self) -> str | None:
        sent: str | None = super()._get_csrf_token()
        return sent and unmasked(sent)


class FormToken(FlaskForm.Meta.csrf_class):
    """The field of a form that checks its token itself."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:
        return token()

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        field.data = field.data and unmasked(field.data)
        super().validate_csrf_token(form, field)


csrf = UnderMask()
