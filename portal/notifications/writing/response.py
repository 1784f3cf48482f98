"""The team responded officially to an idea or issue: what each kind of response is called, and how it begins."""

from dataclasses import replace
from typing import Any, NamedTuple

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.activity.subjects import Told, subject_of
from portal.changelog.coming import UNDER_WAY
from portal.i18n import _, _l, sentences
from portal.ideas.models import Idea
from portal.ideas.responses import ResponseKind
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ALL, Example, Happened, World
from portal.notifications.writing.shapes import Mail, about
from portal.notifications.writing.status import CHANGED, next_of

TO_AUTHOR = _l("To the author, and to everyone who follows the discussion, as they chose.")


class Words(NamedTuple):
    """The subject, the heading, who says it, and the button."""

    line: Any
    heading: Any
    says: Any
    button: Any


WORDS = {
    ResponseKind.ANSWER: Words(
        _l("The team answered: %(title)s"),
        _l("The team answered"),
        _l("%(who)s answers for the team:"),
        _l("See the answer"),
    ),
    ResponseKind.QUESTION: Words(
        _l("The team has a question: %(title)s"),
        _l("The team has a question"),
        _l("%(who)s asks for the team:"),
        _l("Answer the question"),
    ),
    ResponseKind.PROGRESS: Words(
        _l("News from the team: %(title)s"),
        _l("How far it is"),
        _l("%(who)s tells for the team:"),
        _l("See how far it is"),
    ),
    ResponseKind.MISTAKE: Words(
        _l("The team made a mistake: %(title)s"),
        _l("The team made a mistake"),
        _l("%(who)s says for the team:"),
        _l("Read what happened"),
    ),
    ResponseKind.DECLINE: Words(
        _l("The team says why not: %(title)s"),
        _l("Why this will not come"),
        _l("%(who)s explains for the team:"),
        _l("Read the reasons"),
    ),
}


def _line(told: Told) -> str:
    said = str(WORDS[_kind(told.event.facts)].line) % {"title": told.title}
    moved = "new" in told.event.facts
    return _("%(said)s · %(status)s", said=said, status=told.status("new")) if moved else said


def _posted(event: Event, reader: User) -> Message | None:
    idea, kind = subject_of(event), _kind(event.facts)
    moved = _moved(event, idea)
    if moved and idea.response.kind != kind:  # other words took its place, and are told themselves: the step is left
        return _the_step(event, reader)
    words = WORDS[kind]
    lines = [*moved, str(words.says) % {"who": idea.response.author.display_name}]
    credits = bool(moved) and idea.status.kind in UNDER_WAY
    told = about(event, reader, str(words.heading), lines, str(words.button), idea.response.body, credits=credits)
    return told if moved else replace(told, subject=str(words.line) % {"title": idea.title})


def _the_step(event: Event, reader: User) -> Message | None:
    """What is told of a step alone."""
    message, line = CHANGED.write(event, reader), CHANGED.line
    return replace(message, subject=line(Told(event))) if message and line else message


def _moved(event: Event, idea: Idea) -> list[str]:
    """Where it moved with the response, and what comes next, while it stands there; a no says itself why."""
    if event.facts.get("new") != idea.status_id:
        return []
    now, then = _("It now stands at “%(status)s”.", status=idea.status.name), next_of(idea, idea.status.kind)
    return [sentences(now, then)]


def _kind(facts: dict[str, Any]) -> ResponseKind:
    return ResponseKind(facts.get("kind", ResponseKind.ANSWER))


POSTED = Mail(_posted, "answered", _line)


def answer(world: World) -> Action:
    world.idea.respond(
        _("We like it, and we have begun to draw it. **What should happen to pictures?** Tell us below."), world.staff
    )
    return Action.RESPONSE_POSTED


def _respond(kind: ResponseKind, text: Any, to: StatusKind | None = None) -> Any:
    def act(world: World) -> Happened:
        status = Status.first(Kind.IDEA, to) if to else None
        world.idea.respond(str(text), world.staff, kind, status=status)
        return Action.RESPONSE_POSTED

    return act


EXAMPLES = {
    "answered": Example(_l("The team answered"), TO_ALL, answer),
    "answered-moved": Example(
        _l("The team answered, and moved it"),
        TO_ALL,
        _respond(
            ResponseKind.ANSWER,
            _l("We will build it. Next week we draw it with two of you."),
            StatusKind.PLANNED,
        ),
    ),
    "asked": Example(
        _l("The team asked the author something"),
        TO_AUTHOR,
        _respond(ResponseKind.QUESTION, _l("Which of your pages is too bright: the board, or the plan of the week?")),
    ),
    "progress": Example(
        _l("The team told how far it is"),
        TO_ALL,
        _respond(ResponseKind.PROGRESS, _l("The dark colours are chosen. Next week the first of you will try them.")),
    ),
    "mistaken": Example(
        _l("The team admitted a mistake"),
        TO_ALL,
        _respond(ResponseKind.MISTAKE, _l("We said that this had shipped. It had not: we looked at the wrong page.")),
    ),
    "refused": Example(
        _l("The team explained a no"),
        TO_ALL,
        _respond(ResponseKind.DECLINE, _l("A second set of colours for every page is more than we can keep right.")),
    ),
}
