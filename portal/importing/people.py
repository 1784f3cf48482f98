"""Imported people: they have no address, so nobody can sign in as them."""

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from slugify import slugify
from sqlalchemy import select

from portal.accounts.models import User
from portal.database.writing import insert
from portal.extensions import db
from portal.importing.records import Person


class People:
    """The people of a source by their keys, each looked up once."""

    def __init__(self, key: Callable[[str], str]) -> None:
        self.key = key
        self._ids: dict[str, int] = {}

    def named(self, people: Iterable[Person]) -> dict[str, int]:
        """The ids of these people by their keys; they are made where they are new."""
        missing = {self.key(person.key): person for person in people if person.key not in self._ids}
        if missing:
            rows = [_person(key, person.name) for key, person in missing.items()]
            there = set(db.session.scalars(select(User.imported_key).where(User.imported_key.in_(missing))))
            new = [row for row in rows if row["imported_key"] not in there]
            if new:
                db.session.execute(insert(User).on_conflict_do_nothing(index_elements=["imported_key"]), new)
            self._look_up(missing)
        return self._ids

    def known(self, people: Iterable[Person]) -> dict[str, int]:
        """The ids of those among them who are here."""
        self._look_up({self.key(person.key): person for person in people if person.key not in self._ids})
        return self._ids

    def _look_up(self, missing: dict[str, Person]) -> None:
        found = db.session.execute(select(User.imported_key, User.id).where(User.imported_key.in_(missing)))
        self._ids |= {missing[str(key)].key: id for key, id in found}

    def forget(self) -> None:
        """Look everybody up again: whom a transaction made that was rolled back is not there."""
        self._ids.clear()


def _person(key: str, name: str) -> dict[str, Any]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {
        "own_name": name[:80],
        "handle": f"{slugify(name)[:50] or 'member'}-{digest[:12]}",
        "imported_key": key,
        "featured": False,
    }
