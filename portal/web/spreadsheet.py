"""Tables as files that spreadsheets open (CSV, RFC 4180), in which nothing that anybody wrote becomes a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from flask import Response

# What a spreadsheet takes for the beginning of a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
# By this mark programs know that the letters are UTF-8.
MARK = "\ufeff"


def cell(value: Any) -> Any:
    """What stands in a cell: numbers as they are, and words that begin like a formula behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value


def download(name: str, rows: Iterable[Sequence[Any]]) -> Response:
    """The rows as a small file of this name."""
    written = StringIO()
    csv.writer(written).writerows([cell(value) for value in row] for row in rows)
    response = Response(MARK + written.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
