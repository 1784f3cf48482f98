"""Every action is told in whole sentences, to staff and to those whom it is about, in both languages."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.catalogue import label, sentence
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.i18n import reading_in
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.flagging import flag
from portal.moderation.models import Flag, Reason
from portal.notifications.subjects import Subjects
from portal.notifications.telling import line_of, place_of
from tests.conftest import act


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_its_sentence(app: Flask, action: Action, lang: str, offline: Idea, lea: User) -> None:
    new = Status.first("idea", "planned").id
    facts = {"old": Status.first("idea").id, "new": "staff" if action == Action.ROLE_CHANGED else new, "private": True}
    facts |= {"kind": "idea"} if "conver" in action else {}
    about: Any = _report_on(offline, lea) if action == Action.FLAGS_ANSWERED else offline
    event = Event(action=action, actor_id=lea.id, subject_type=about.__tablename__, subject_id=about.id, facts=facts)
    with app.test_request_context(), reading_in(lang):
        for said in (sentence(event), line_of(event), label(action)):
            assert said and "%(" not in said
        assert sentence(event, Subjects([event]).known) == sentence(event)


def _report_on(idea: Idea, by: User) -> Flag:
    with act():
        flag(idea, by=by, reason=Reason.SPAM)
    return db.session.scalars(select(Flag).where(Flag.about(idea))).one()


@pytest.mark.parametrize(
    ("action", "facts", "said"),
    [
        (Action.VISIBILITY_CHANGED, {"private": False}, "Léa Martin made “{}” public"),
        (Action.VISIBILITY_CHANGED, {"private": True}, "Léa Martin made “{}” private"),
        (Action.COMMENT_POSTED, {"parent": 1}, "Léa Martin replied to a comment on “{}”"),
        (Action.STATUS_CHANGED, {"old": 0, "new": 0}, "Léa Martin moved “{}” from … to …"),
        (Action.ROLE_CHANGED, {"new": "admin"}, "Léa Martin made {} an admin"),
    ],
)
def test_what_staff_read(
    app: Flask, action: Action, facts: dict[str, object], said: str, offline: Idea, lea: User
) -> None:
    about: Any = _report_on(offline, lea) if action == Action.FLAGS_ANSWERED else offline
    event = Event(action=action, actor_id=lea.id, subject_type=about.__tablename__, subject_id=about.id, facts=facts)
    assert sentence(event) == said.format(offline.title)


def test_the_portal_itself_acts_and_what_is_gone_has_no_title(app: Flask) -> None:
    event = Event(action=Action.IDEA_HIDDEN, actor_id=None, subject_type="idea", subject_id=99999, facts={})
    assert sentence(event) == "The portal hid “…”"
    unknown = Event(action=Action.IDEA_HIDDEN, actor_id=None, subject_type="nothing", subject_id=1, facts={})
    assert sentence(unknown) == "The portal hid “…”" and Subjects([unknown]).of(unknown) is None


def test_a_former_member_keeps_no_name(app: Flask, offline: Idea, lea: User) -> None:
    event = Event(action=Action.IDEA_EDITED, actor_id=99999, subject_type="idea", subject_id=offline.id, facts={})
    assert sentence(event).startswith("A former member edited")


def test_a_report_that_went_with_its_draft_leads_to_the_code_of_conduct(app: Flask, lea: User) -> None:
    event = Event(action=Action.FLAGS_ANSWERED, actor_id=lea.id, subject_type="flag", subject_id=99999, facts={})
    with app.test_request_context():
        assert line_of(event) == "We looked at what you reported" and place_of(event, None, lea) == "/conduct"
