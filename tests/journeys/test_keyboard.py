"""Everything with the keyboard alone: the focus is always seen, and stays where one was."""

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.window import Window

Opens = Callable[..., Window]
Votes = Callable[[Idea], int]
SHOWN = """() => {
  const seen = (element) => {
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const element = document.activeElement, box = element.getBoundingClientRect();
  if (element === document.body) return "nothing has the focus";
  if (!element.matches(":focus-visible")) return "no focus ring is asked for";
  const around = [element, element.parentElement, element.parentElement.parentElement];
  if (!around.some(seen)) return "it is not seen";
  return box.width && box.height ? "" : "it has no size";
}"""
NAME = "() => (document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText ?? '').trim()"


def tab_to(window: Window, selector: str) -> None:
    """Press Tab until this has the focus, which is seen at every stop."""
    stops = []
    for _ in range(120):
        window.page.keyboard.press("Tab")
        wrong = window.page.evaluate(SHOWN)
        stops.append(window.page.evaluate(NAME))
        assert not wrong, f"{wrong}: {stops[-1]!r}"
        if window.page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}: {stops}")


def test_voting_keeps_the_focus(window: Opens, scripts: bool, sofia: User, dark_mode: Idea, votes: Votes) -> None:
    member = window(sofia)
    member.go("/?sort=new")
    button = f"#vote-{dark_mode.id} button"
    tab_to(member, button)
    for pressed, number in (("true", 2), ("false", 1), ("true", 2)):
        member.page.keyboard.press("Enter")
        member.counts(number, f"#vote-{dark_mode.id} .vote__n")
        if scripts:
            assert member.page.evaluate("(button) => document.activeElement.matches(button)", button)
            assert member.page.evaluate(SHOWN) == ""
        else:
            assert member.page.evaluate("location.hash") == f"#vote-{dark_mode.id}"
            tab_to(member, button)
        assert member.page.locator(button).get_attribute("aria-pressed") == pressed
    assert votes(dark_mode) == 2


def test_weighing_and_commenting(window: Opens, scripts: bool, sofia: User, dark_mode: Idea) -> None:
    member = window(sofia)
    member.read(dark_mode)
    tab_to(member, "#comment-body")
    member.page.keyboard.type("At two in the morning it hurts.")
    tab_to(member, "#compose .editor__bar > button:last-child, #compose .editor__bar .btn--primary")
    member.page.keyboard.press("Enter")
    member.sees("At two in the morning it hurts.", within="#thread")
    tab_to(member, f"#slip-vote-{dark_mode.id}")
    member.page.keyboard.press("Enter")
    member.sees("You voted", within=".slip")
    if scripts:
        assert member.page.evaluate("document.activeElement.id") == f"slip-vote-{dark_mode.id}"
    tab_to(member, "#weigh-nice")
    member.page.keyboard.press("Space")
    if not scripts:
        tab_to(member, ".slip__b noscript button, .slip__b button")
        member.page.keyboard.press("Enter")
    member.sees("We’ll write when it moves.", within=".slip")
    expect(member.page.locator("#weigh-nice[checked]")).to_have_count(1)
    db.session.rollback()
    assert db.session.scalars(select(Comment).where(Comment.idea_id == dark_mode.id)).one().author_id == sofia.id


def test_a_visitor_skips_to_the_content_and_votes(window: Opens, dark_mode: Idea) -> None:
    visitor = window()
    visitor.go("/?sort=new")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate(NAME) == "Skip to content"
    visitor.page.keyboard.press("Enter")
    tab_to(visitor, f"#vote-{dark_mode.id}")
    visitor.page.keyboard.press("Enter")
    visitor.is_titled(dark_mode.title)
    tab_to(visitor, "#email")
    visitor.page.keyboard.type("ada@example.com")
    visitor.page.keyboard.press("Enter")
    visitor.is_titled("Look in your mail")
