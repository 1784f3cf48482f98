"""The top partners: picked once however often the job runs, thanked once each, shown, and thanked in person."""

from collections import Counter
from collections.abc import Callable

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.recognition.partners import pick_partners
from tests.changelog.releases import published
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]
WORDS = "Your comment about split shifts saved us a month. Come and see us in Nantes."


def test_picked_twice_thanked_once(
    window: Opens, copy_week: Idea, hugo: User, nora: User, tom: User, ines: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    published(hugo, copy_week)
    run_jobs()
    before = len(mailbox.messages)
    for _ in range(2):
        db.session.rollback()
        pick_partners()
        run_jobs()
    thanks = Counter(str(message["To"]) for message in mailbox.messages[before:])
    assert len(mailbox.messages) - before == len(thanks) == 2 and set(thanks.values()) == {1}

    visitor = window(phone=True)
    visitor.go("/")
    card = visitor.part("aside.rail .card").filter(has_text="Partners of the week")
    shown = card.locator("li").all_inner_texts()
    assert len(shown) == 2 and "Inès Moreau" in shown[0] and "Tom Becker" in shown[1]
    assert all(len(row.split("\n")) > 1 for row in shown), "each with a reason"
    visitor.press("Everyone", within=card)
    visitor.sees("Inès Moreau", "Tom Becker", within=".partners")

    staff = window(nora)
    staff.go("/admin/partners")
    staff.press("Tom Becker", within="main table")
    staff.is_titled("Tom Becker")
    staff.sees(copy_week.title)
    before = len(mailbox.to(tom))
    staff.press("Send the thank-you")
    staff.sees("There is a problem")
    staff.part("main form textarea").fill(WORDS)
    staff.press("Send the thank-you")
    staff.sees(WORDS, within=".audit")
    run_jobs()
    assert len(mailbox.to(tom)) == before + 1
    assert any(WORDS.split(".")[0] in mailbox.text(message) for message in mailbox.to(tom))
