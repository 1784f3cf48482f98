"""Who somebody is, may be reached and is named: asked of a person and asked of the table, the answer is the same."""

from datetime import datetime
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.choices import CreditAs
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from tests.conftest import act

pytestmark = pytest.mark.both

RULES = (
    "is_of_team", "is_staff", "is_admin", "is_suspended", "is_former", "is_imported", "is_here", "takes_part",
    "is_credited_openly",
)  # fmt: skip


@pytest.fixture
def everybody(app: Flask) -> list[User]:
    """Somebody of each kind that there can be."""
    moment = now()
    standings: Any = product(Role, (None, "x@example.org"), (None, moment), (None, moment))
    namings: Any = product(CreditAs, ("", "Ada"), ("", "Countess"), (True, False))
    with act():
        people = [person(n, role=role, email=email and f"{n}{email}", suspended_at=suspended, erased_at=erased)
                  for n, (role, email, suspended, erased) in enumerate(standings)]  # fmt: skip
        people += [
            person(100 + n, credit_as=credit_as, own_name=own, pseudonym=other, named_as_supporter=openly)
            for n, (credit_as, own, other, openly) in enumerate(namings)
        ]
        people.append(person(200, own_name="Gone", erased_at=moment))
        db.session.add_all(people)
    return people


def person(number: int, own_name: str = "Somebody", erased_at: datetime | None = None, **known: Any) -> User:
    return User(handle=f"person-{number}", display_name=own_name, erased_at=erased_at, **known)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_one_for_a_person_and_for_the_table(everybody: list[User], rule: str) -> None:
    found = set(db.session.scalars(select(User.id).where(getattr(User, rule))))
    theirs = {user.id for user in everybody}
    assert found & theirs == {user.id for user in everybody if getattr(user, rule)}
    assert found & theirs and theirs - found


def test_the_name_of_credits_is_one(everybody: list[User]) -> None:
    found = {id: name for id, name in db.session.execute(select(User.id, User.credited_name))}
    assert {user.id: user.credited_name for user in everybody}.items() <= found.items()


@pytest.mark.parametrize("more_than_a_vote", [True, False])
def test_who_only_voted_is_named_where_they_chose_so(everybody: list[User], more_than_a_vote: bool) -> None:
    of_the_table = set(db.session.scalars(select(User.id).where(User.is_named_for(more_than_a_vote))))
    for user in everybody:
        asked = select(User.id).where(User.id == user.id, user.is_named_for(more_than_a_vote))
        named = user.credited_name is not None and (more_than_a_vote or user.named_as_supporter)
        assert (db.session.scalar(asked) is not None) == named == (user.id in of_the_table)
