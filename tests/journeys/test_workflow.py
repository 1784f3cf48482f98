"""An admin forbids a way and sees it gone; staff move an idea quietly, and nobody hears of it."""

from collections.abc import Callable

from portal.accounts.models import User
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]


def test_a_way_is_forbidden_in_the_drawing_and_a_move_is_quiet(
    window: Opens, offline: Idea, nora: User, lea: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    admin = window(nora)
    admin.go("/admin/statuses")
    admin.press("Where an idea may go")
    admin.part(".flow--wide a[aria-label^='Planned → In progress']").click()
    admin.sees("A step on", within="#way")
    admin.press("Forbid this way")
    admin.sees("Planned no longer leads to In progress.", within=".ways__said")
    assert admin.part(".flow--wide a[aria-label^='Planned → In progress']").count() == 0

    staff = window(lea)
    staff.read(offline)
    started, review = (Status.first("idea", kind) for kind in ("started", "under_review"))
    assert staff.part(f"#tool-status option[value='{started.id}']").count() == 0
    sent = {"status": str(started.id), "reason": "", "csrf_token": staff.token(), "seen": f"status={offline.status_id}"}
    answer = staff.fetch(f"/admin/ideas/{offline.id}/status", method="post", form=sent)
    assert answer.status == 422
    staff.choose("Move to", review.names["fr"], within="form[action$='/status']")
    staff.fill("Public reason", "A slip of the hand.")
    staff.tick("Tell nobody")
    staff.press("Move it")
    staff.sees("A slip of the hand.", within=".box")
    run_jobs()
    assert not mailbox.messages

    admin.press("Allow it again")
    admin.sees("A step on", within="#way")
