"""People of an export: a name, and what tells two of one name apart. Addresses are never kept."""

import hashlib
import hmac
import re

from flask import current_app

ADDRESS = re.compile(r"<?\b[\w.+'-]{1,64}@[\w-]+(\.[\w-]+)+>?")


def person(role: str, name: object, id: object = None, address: object = "") -> dict[str, str]:
    """The fields of a record that say who somebody is: as `author` or as `voter`.

    Where only an address is known, the name is what stands before its sign, and a digest that nobody can turn round
    tells two of one name apart.
    """
    words, mailbox = _text(name), _text(address)
    found = ADDRESS.search(words)
    if found:
        mailbox = mailbox or found.group().strip("<>")
        words = ADDRESS.sub("", words).strip(" <>()\"'")
    said = {role: words or mailbox.partition("@")[0]}
    if id not in (None, ""):
        said[f"{role}_id"] = _text(id)
    elif mailbox:
        said[f"{role}_id"] = digest(mailbox)
    return said


def digest(address: str) -> str:
    """The same for the same address on this portal, and nowhere else."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, address.strip().casefold().encode(), hashlib.sha256).hexdigest()[:24]


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()
