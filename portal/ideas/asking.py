"""Ids that come with a question, such as where a page begins."""

from flask import request

from portal.middleware.compression import understood

LARGEST = 2**31 - 1


def asked_id(name: str) -> int | None:
    """The id of this name in the address or the form; None where there is none, or none that could exist."""
    value = request.values.get(name, type=int)
    if value is None or not 0 < value <= LARGEST:
        return None
    understood(**{name: str(value)})
    return value
