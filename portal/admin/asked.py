"""What a list of the inbox asks for: lane, order, words of a title, and filters; in an address or in a saved view.

A filter that names what is not there any more (a board, a tag, a colleague who left) narrows nothing, and is said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Integer, String, bindparam, exists, literal, select

from portal.accounts.models import User
from portal.admin.lanes import QUEUES
from portal.database.reading import gathered
from portal.database.reading import rows as read_rows
from portal.database.wording import chosen
from portal.i18n import LANGUAGES, _, _l
from portal.ideas.boards import Board, at_last, merged_boards
from portal.ideas.field_filters import Offered, Wish, asked_of_staff, is_of_a_field, offered, problems, says, wishes
from portal.ideas.filter import tag_now
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status
from portal.ideas.tags import Tag, idea_tag
from portal.middleware.caching import for_everybody
from portal.middleware.compression import understood
from portal.text import clean_line
from portal.triage.assignments import has_an_owner, is_owned_by, owners
from portal.web.paging import sifted

Choices = tuple[tuple[str, str], ...]
WORDS_MOST = 100
TAGS_MOST = 200
PLACE_MOST = 300
# Beside the order of the lane itself: by what, the greatest first.
SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "votes": (_l("Most votes"), (Idea.votes_count, Idea.id)),
    "importance": (
        _l("Most important"), (Idea.critical_count, Idea.important_count, Idea.votes_count, Idea.id)
    ),
    "new": (_l("Newest"), (Idea.created_at, Idea.id)),
}  # fmt: skip


class Lists(NamedTuple):
    """What the filters offer."""

    boards: Choices
    tags: Choices
    statuses: Choices
    owners: Choices


@for_everybody
def _offered() -> Lists:
    boards, tags, statuses, people = read_rows(_offers(), {}).one()
    stands = ((str(id), kind, chosen(names or {})) for id, kind, names in statuses or ())
    return Lists(
        boards=(
            ("mine", _("Boards that are mine")),
            *((str(id), chosen(names or {})) for id, names in boards or ()),
        ),
        tags=tuple((slug, name) for slug, name in tags or ()),
        statuses=tuple(
            (id, _("Issues: %(status)s", status=name) if kind == Kind.ISSUE else name) for id, kind, name in stands
        ),
        owners=(
            ("me", _("Mine")),
            ("nobody", _("Nobody’s")),
            *((str(id), name) for id, name in people or ()),
        ),
    )


@cache
def _offers() -> Any:
    """One statement for all of it."""
    return select(
        gathered(select(Board.id, Board.called).where(Board.stands()).order_by(Board.position)),
        gathered(Tag.in_use().with_only_columns(Tag.slug, Tag.name).limit(TAGS_MOST)),
        gathered(select(Status.id, Status.for_kind, Status.called).order_by(Status.for_kind, Status.position)),
        gathered(owners().with_only_columns(User.id, User.display_name)),
    )


def _languages() -> Choices:
    return (*LANGUAGES.items(),)


class Filter(NamedTuple):
    """One thing by which a list is narrowed: what it is called, what it offers, and the condition on Idea."""

    label: Any
    choices: Callable[[], Choices]
    condition: Callable[[Any, str], Any]
    gone: Any


def _with_tag(slug: Any, _fixed: str) -> Any:
    tagged = exists().where(idea_tag.c.idea_id == Idea.id, idea_tag.c.tag_id == Tag.id)
    return tagged.where(Tag.slug == slug).correlate(Idea)


def _on_mine() -> Any:
    """The boards whose owner asks: what comes there is theirs to see first."""
    return sifted(Idea.board_id).in_(select(Board.id).where(Board.owner_id == bindparam("me")))


def _owned(owner: Any, fixed: str) -> Any:
    return ~has_an_owner() if fixed == "nobody" else is_owned_by(None if fixed == "me" else owner)


def _on_board(board: Any, fixed: str) -> Any:
    return _on_mine() if fixed else sifted(Idea.board_id) == board


FILTERS: dict[str, Filter] = {
    "board": Filter(
        _l("Board"), lambda: _offered().boards, _on_board,
        _l("It asks for a board that is not there any more."),
    ),
    "tag": Filter(_l("Tag"), lambda: _offered().tags, _with_tag, _l("It asks for a tag that is not there any more.")),
    "status": Filter(
        _l("Status"), lambda: _offered().statuses, lambda status, _fixed: sifted(Idea.status_id) == status,
        _l("It asks for a status that is not there any more."),
    ),
    "language": Filter(
        _l("Language"), _languages, lambda language, _fixed: Idea.lang == language,
        _l("It asks for a language that we do not know."),
    ),
    "owner": Filter(
        _l("Owner"), lambda: _offered().owners, _owned, _l("It asks for somebody who is not of the team any more.")
    ),
}  # fmt: skip
FIXED = ("me", "nobody", "mine")
TYPES = {"board": Integer, "status": Integer, "owner": Integer}


@dataclass(frozen=True)
class Asked:
    """A list of the inbox: its lane, its order (empty for that of the lane), words of the title, and filters.

    `fields`: what ideas are to say to what the chosen board asks for. `after`: the token of the page that is shown;
    `late`: whether what is late stands in it however much that is.
    `gone`: what it asks for in vain, in words.
    """

    queue: str = "all"
    sort: str = ""
    words: str = ""
    chosen: dict[str, str] = field(default_factory=dict)
    after: str = ""
    late: bool = False
    gone: tuple[str, ...] = ()
    fields: tuple[Wish, ...] = ()

    @property
    def kept(self) -> dict[str, Any]:
        """What makes up the address of this list, from its beginning."""
        told = {wish.name: wish.value for wish in self.fields}
        asked = {"queue": self.queue, "sort": self.sort, "q": self.words, **self.chosen, **told}
        return {name: value for name, value in asked.items() if value}

    @property
    def args(self) -> dict[str, Any]:
        """The same with the place in it."""
        place = {"after": self.after, "late": "1" if self.late else ""}
        return {**self.kept, **{name: value for name, value in place.items() if value}}

    @property
    def query(self) -> str:
        """The list as one line, as it is kept."""
        return urlencode(self.kept)

    @property
    def line(self) -> str:
        """The list and the place in it as one line, for forms that lead back there."""
        return urlencode(self.args)

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.chosen)

    @property
    def shape(self) -> tuple[str, ...]:
        """What its statement depends on, beside lane and order: which filters there are, not what they are set to."""
        named = (f"{name}:{value}" if value in FIXED else name for name, value in self.chosen.items())
        return (*named, *(wish.name for wish in self.fields), *(["q"] if self.words else []))

    @property
    def values(self) -> dict[str, Any]:
        """What the parameters of its statement stand for."""
        given = {name: int(v) if name in TYPES else v for name, v in self.chosen.items() if v not in FIXED}
        given |= {wish.name: wish.bound for wish in self.fields}
        return {**given, "q": _within(self.words)} if self.words else given


def conditions(shape: tuple[str, ...], given: Mapping[str, Any] | None = None) -> list[Any]:
    """The conditions on Idea of the filters of this shape, with parameters; or with what these are `given` as."""
    found = []
    for part in shape:
        name, _colon, fixed = part.partition(":")
        if is_of_a_field(name):
            found.append(says(name, None if given is None else given[name]))
            continue
        kind = TYPES.get(name, String)
        value = bindparam(name, type_=kind) if given is None or fixed else literal(given[name], kind)
        found.append(Idea.title.ilike(value, escape="\\") if name == "q" else FILTERS[name].condition(value, fixed))
    return found


def _now(name: str, value: str) -> str:
    """What a board or a tag that is asked for has become since."""
    if name == "board" and value.isascii() and value.isdigit() and len(value) < 10:
        return str(at_last(int(value), merged_boards()))
    return tag_now(value) if name == "tag" else value


def read(given: Mapping[str, str]) -> Asked | None:
    """What an address or a saved view asks for; None for a lane that is not there."""
    queue = given.get("queue") or "all"
    if queue not in QUEUES:
        return None
    chosen, gone = {}, []
    for name, one in FILTERS.items():
        if value := given.get(name):
            value = _now(name, value)
            if value in dict(one.choices()):
                chosen[name] = value
            else:
                gone.append(str(one.gone))
    fields = fields_by(chosen.get("board"), given)
    gone += [problem for _name, problem in problems(fields)]
    told = wishes(fields)
    known = {one.name for field in fields for one in field.drawn.inputs}
    if any(value and is_of_a_field(name) and name not in known for name, value in given.items()):
        gone.append(_("It asks for something that its board does not ask for any more."))
    sort = given.get("sort", "") if given.get("sort") in SORTS else ""
    words, after = clean_line(given.get("q"))[:WORDS_MOST], given.get("after", "")[:PLACE_MOST]
    return Asked(queue, sort, words, chosen, after, given.get("late") == "1", tuple(gone), told)


def fields_by(board: str | None, given: Mapping[str, str]) -> tuple[Offered, ...]:
    """What the chosen board asks for, each with what is asked of it; of all that are mine, nothing."""
    return offered(asked_of_staff(int(board)), given) if board and board not in FIXED else ()


def from_line(line: str | None) -> Asked | None:
    """What one line asks for, as a form or a saved view carries it."""
    return read(dict(parse_qsl(line or "")[:20]))


def from_address(given: Mapping[str, str]) -> Asked | None:
    """The same of the address of this request; values of our own lists are no secret that a page could tell."""
    found = read(given)
    if found is not None:
        understood(queue=found.queue, sort=found.sort, **({"late": "1"} if found.late else {}), **found.chosen)
    return found


def _within(words: str) -> str:
    """The pattern of titles with these words in them, whatever signs are among them."""
    for sign in "\\%_":
        words = words.replace(sign, f"\\{sign}")
    return f"%{words}%"


def in_words(wanted: Asked) -> list[tuple[str, str]]:
    """What a list asks for, as people read it: what is narrowed, and to what."""
    told = [(_("Lane"), str(QUEUES[wanted.queue].label))]
    if wanted.words:
        told.append((_("Words in the title"), wanted.words))
    told += [(str(FILTERS[name].label), dict(FILTERS[name].choices())[value]) for name, value in wanted.chosen.items()]
    fields = fields_by(wanted.chosen.get("board"), {wish.name: wish.value for wish in wanted.fields})
    told += [(_("What was said"), name) for field in fields for name in field.named]
    return [*told, (_("Order"), str(SORTS[wanted.sort][0]))] if wanted.sort else told
