"""A comment asks for something of its own: staff ask its writer, who calls it otherwise and agrees."""

from collections.abc import Callable

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.splitting import idea_of
from tests.conftest import act
from tests.journeys.window import Window

Opens = Callable[..., Window]


def test_staff_ask_and_the_writer_agrees_under_another_title(
    window: Opens, hugo: User, yuki: User, offline: Idea, run_jobs: Callable[[], None]
) -> None:
    with act():
        said = Comment.post(offline, "Show me only my own evenings. Thank you!", by=yuki)
    staff = window(hugo).read(offline)
    staff.press("Make it an idea of its own", within=f"#comment-{said.id}")
    staff.holds("In one sentence", "Show me only my own evenings")
    staff.fill("Text", "Show me only my own evenings.")
    staff.press("Look at it first")
    staff.sees("What you changed")
    staff.press("Ask its writer")
    staff.sees("Undo", within="#desk")
    run_jobs()

    writer = window(yuki).go("/notifications")
    writer.press(writer.told("May your comment on “%(title)s” become an idea of its own?", title=offline.title))
    writer.is_titled("May your comment become an idea of its own?")
    writer.fill("In one sentence", "Only my evenings on the phone")
    writer.press("Yes, make it mine")
    writer.is_titled("Only my evenings on the phone")
    writer.press(offline.title, within=".from")
    writer.sees("became an idea of its own:", within=f"#comment-{said.id}")
    db.session.rollback()
    assert idea_of(said) is not None
