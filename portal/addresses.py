"""Where one is, asked in another way."""

from typing import Any

from flask import request, url_for


def here(**other: Any) -> str:
    """This page with all its questions, and with these in place of its own.

    What was asked never counts as a part of the path, nor as one of url_for()'s own arguments (`_scheme`, `_anchor`).
    """
    path = request.view_args or {}
    asked = {name: value for name, value in request.args.to_dict(flat=False).items() if not name.startswith("_")}
    asked = {name: value for name, value in asked.items() if name != "endpoint"}
    return url_for(str(request.endpoint), **{**asked, **other, **path})
