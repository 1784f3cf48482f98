"""Fills the portal under test, by its own code: `python -m tools.chaos.people JSON` prints who and what is there.

Everybody is signed in already: a cookie, and the token that its forms carry.
"""

import json
import secrets
import sys
from typing import Any

from flask import Flask, current_app
from flask_migrate import upgrade
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import update

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.activity.models import Event
from portal.app import create_app
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.ideas.workflow import begin_ways
from portal.notifications.models import Follow
from tools.chaos.load import STATUSES


def fill(voters: int, followers: int, ideas: int, moving: int) -> dict[str, Any]:
    """People and ideas; of the past nobody is told. Commits."""
    begin_write()
    author, staff, pulse = (_join(name) for name in ("author", "staff", "pulse"))
    staff.role = Role.ADMIN
    voting = [_join(f"voter {number}") for number in range(voters)]
    following = [_join(f"follower {number}") for number in range(followers)]
    steps = [
        Status(
            for_kind=Kind.IDEA, kind=StatusKind.UNDER_REVIEW, names={"en": f"Step {n}", "fr": f"Étape {n}"}, position=n
        )
        for n in range(20, 20 + STATUSES)
    ]
    db.session.add_all(steps)
    db.session.flush()
    for step in steps:
        begin_ways(step)
    voted = [Idea.propose(author, f"Voted on and discussed, number {number}") for number in range(ideas)]
    moved = [Idea.propose(author, f"Moved along the workflow, number {number}") for number in range(moving)]
    db.session.flush()
    db.session.add_all(Follow(user_id=user.id, idea_id=idea.id) for user in following for idea in moved)
    db.session.add_all(Follow(user_id=user.id, idea_id=idea.id) for user in following[:5] for idea in voted)
    for idea in moved:
        idea.change_status(steps[-1], by=staff)
    db.session.execute(update(Event).values(fanned_out_at=now()))
    filled = {
        "author": author.id,
        "staff": signed_in(staff),
        "pulse": signed_in(pulse),
        "voters": [signed_in(user) for user in voting],
        "followers": [user.id for user in following],
        "voted": [idea.id for idea in voted],
        "moved": [idea.id for idea in moved],
        "statuses": [step.id for step in steps],
    }
    db.session.commit()
    return filled


def _join(name: str) -> User:
    return User.join(f"{name.replace(' ', '-')}@chaos.example", name.title(), "en")


def signed_in(user: User) -> dict[str, Any]:
    """A browser of this person: its cookie, and the token that its forms carry. Writes; the caller commits."""
    return {"id": user.id, **a_browser(_user_id=SignedIn.begin(user), _fresh=True, _permanent=True)}


def a_browser(**kept: Any) -> dict[str, str]:
    """The cookie of a browser whose session keeps these things, and the token that its forms carry."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    kept["csrf_token"] = secrets.token_hex(20)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(kept)}"
    token = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(kept["csrf_token"])
    return {"cookie": cookie, "token": str(token)}


if __name__ == "__main__":
    with create_app().app_context():
        upgrade()
        print(json.dumps(fill(**json.loads(sys.argv[1]))))
