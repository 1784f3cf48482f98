"""The portals that the walk goes through: the demo with every state a page can be in, an empty one, an unopened one."""

import io
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

from flask import Flask, abort
from flask_migrate import upgrade
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import FileStorage

from portal import worker
from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Side
from portal.activity.models import Action, Event, record
from portal.app import create_app
from portal.changelog.models import Release, draft
from portal.clock import now
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.database.writing import begin_write
from portal.demo import cast, voices, year
from portal.extensions import db
from portal.fanout import TRIES
from portal.ideas.attachments import Attachment
from portal.ideas.captured import Captured
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from portal.ideas.severity import Severity
from portal.ideas.statuses import Status
from portal.ideas.tags import Tag
from portal.merging.joining import merge
from portal.merging.parting import object_to
from portal.merging.splitting import Proposal, split
from portal.merging.suggestions import Suggestion
from portal.moderation.flagging import flag, hold_for
from portal.moderation.models import Reason, Sign, suspend
from portal.notifications.models import Delivery, State
from portal.notifications.stopping import stop_url
from portal.pictures import uploads
from portal.recognition import partners
from portal.recognition.models import Partner
from portal.triage.ledger import Promise
from portal.triage.saved_views import SavedView
from portal.triage.snippets import Snippet
from portal.voting.models import Vote
from portal.voting.setting_aside import answer, latest, set_aside

LONGEST = "Überstundenausgleichsabrechnung" * 3 + "ohneeineinzigesleerzeichenx"
BODY = """A week with **everything** in it, and a link: <https://example.com/a-very-long-address/that-goes-on/and-on/without-a-break/2026>.

| Site | Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday |
|---|---|---|---|---|---|---|---|
| Nantes, quai de la Fosse | 11:00–14:30 | closed | 11:00–14:30 | 11:00–14:30 | 11:00–23:00 | 11:00–23:30 | closed |
| Leeds, Call Lane | 08:00–16:00 | 08:00–16:00 | 08:00–16:00 | 08:00–16:00 | 08:00–18:00 | 09:00–18:00 | 10:00–15:00 |

```python
schedule = {person.name: [shift for shift in week.shifts if shift.person == person and not shift.is_replacement] for person in team}
```

> שלום לכולם, אנחנו צריכים את זה מאוד במטבח שלנו.

1. 👩🏽‍🍳 emoji 🇫🇷
2. مرحبا، نريد نسخ الجدول مع كل الاستثناءات

   - a list within
"""  # noqa: E501
TAGS = (
    "schedule", "night-shift", "bank-holidays", "split-shifts", "kitchen", "terrace", "first-steps", "mobile",
    "accessibility", "import-and-export", "hours-of-rest", "several-establishments",
)  # fmt: skip
HANDLES = {key: person.handle for key, person in cast.PEOPLE.items()}


@dataclass
class World:
    """A portal with its app, and what the paths of the samples are filled in with."""

    app: Flask
    facts: dict[str, Any] = field(default_factory=dict)

    def speaks(self, handle: str, lang: str) -> None:
        """Let this member read the portal in this language."""
        with self.app.app_context():
            begin_write()
            _user(handle).lang = lang
            db.session.commit()


@dataclass
class Fresh:
    """A message to this address that nobody has used yet, each time that it is written into a path."""

    app: Flask
    email: str

    def __format__(self, _: str) -> str:
        with self.app.app_context():
            begin_write()
            value = _token(self.email).link_value
            db.session.commit()
        return value


def make(kind: str, folder: Path) -> World:
    """The portal of this kind, made in an empty folder: `demo` in every state a page can be in, `plain`: as `bin/run`
    fills it, `empty`: an admin and nothing else, `new`: not set up."""
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(
        DATA_DIR=folder,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'portal.db'}",
        REDIS_URL=None,
        SMTP_URL=None,
        SECRET_KEY=secrets.token_hex(32),
        PUBLIC_URL="http://127.0.0.1:8000",
        PRODUCTION=False,
        RATE_LIMITS=False,
    )
    app.logger.setLevel(logging.CRITICAL)
    _misbehave(app)
    world = World(app)
    with app.app_context():
        upgrade()
        begin_write()
        FILLED[kind](world)
        db.session.commit()
    if kind in ("demo", "plain"):
        _let_time_pass(world)
    if kind == "demo":
        _let_things_go_wrong(world)
    with app.app_context():
        db.engine.dispose()
    return world


def _new(world: World) -> None:
    token = EmailToken(email="", purpose="setup")
    db.session.add(token)
    db.session.flush()
    world.facts["set_up"] = token.link_value


def _empty(world: World) -> None:
    admin = User.join("nora@example.com", "Nora Klein", "en")
    admin.role = Role.ADMIN


def _plain(world: World) -> None:
    """The demo as `bin/run` fills it, for the pictures of the documentation."""
    year.fill()
    release = select(Release.id).where(Release.published_at.is_not(None)).order_by(Release.published_at.desc())
    world.facts.update(copy_week=_titled(cast.IDEAS["copy_week"].title).id, release=db.session.scalars(release).first())


def _demo(world: World) -> None:
    year.fill()
    facts = world.facts
    ideas = {key: _titled(proposal.title) for key, proposal in {**cast.IDEAS, **year.IDEAS}.items()}
    lea, hugo, nora, tom, yuki = (_user(HANDLES[key]) for key in ("lea", "hugo", "nora", "tom", "yuki"))
    ideas["long"] = _long_idea(tom, lea)
    ideas["hidden"] = _hidden_idea(yuki, lea)
    ideas["held"] = _held_idea()
    ideas["merged"] = _merged_idea(tom, into=ideas["copy_week"], by=hugo)
    _disputed_merge(tom, into=ideas["weather"], by=hugo)
    facts["same"] = db.session.scalars(select(Suggestion.id).where(Suggestion.waits())).first()
    facts["parted"] = _parted(ideas["rest_warning"], from_=ideas["copy_week"], by=hugo)
    facts.update(_odd_votes(ideas, tom, lea))
    flag(ideas["fax"], by=tom, reason=Reason.OFF_TOPIC)
    facts["step"] = _declining(ideas["fax"])
    facts["gone"] = _deleted_comment(ideas["fax"], yuki, tom).id
    facts.update(_edits(ideas, tom, lea))
    facts.update(_splits(ideas, tom, lea))
    facts.update(_editorial(ideas, hugo))
    facts.update(_tokens())
    facts["held_link"] = _held_words(ideas["offline"], "ada@example.org").link_value
    _held_words(ideas["offline"], yuki.email or "")
    left = User.join("sam@example.com", "Sam Poole", "en")
    suspend(left, by=nora, reason="Advertising under other people’s ideas, three times.")
    left.title, left.bio = "Watches, half price", "Write to me for the cheapest watches in town."
    left.hide(by=nora, reason="An advertisement is no profile.")
    ideas["letters"] = _titled(voices.WISH[0])
    facts.update({key: idea.id for key, idea in ideas.items()})
    facts.update(_addresses())
    facts["suspended_link"] = Fresh(world.app, "sam@example.com")
    with world.app.test_request_context():
        facts["stop"] = stop_url(tom, "progress").rpartition("/")[2]
    facts["endless"] = db.session.scalars(select(User.handle).where(User.email == "endless@example.com")).one()
    facts["picture"] = db.session.scalars(select(Attachment.id).where(Attachment.owner_id == tom.id)).first()
    facts["board"] = ideas["offline"].board_id
    field, other = db.session.scalars(select(BoardField).order_by(BoardField.id)).all()
    facts |= {"field": field.id, "other_field": other.id, "asking": field.board_id}
    facts["asks_nothing"] = ideas["copy_week"].board_id
    facts.update(_promises(ideas), hugo=hugo.id)
    facts["status"] = ideas["offline"].status_id
    facts |= {kind: Status.first("idea", kind).id for kind in ("under_review", "shipped")}
    named = {tag.name: tag.id for tag in db.session.scalars(select(Tag))}
    facts.update(tag=named["phone"], other_tag=named["several sites"], merged_tag=named["mobile"])
    facts["captured"] = db.session.scalars(select(Captured.id).order_by(Captured.id)).first()
    facts["snippet"] = db.session.scalars(select(Snippet.id).order_by(Snippet.position)).first()


def _merged_idea(author: User, into: Idea, by: User) -> Idea:
    """What its author may still take back."""
    idea = Idea.propose(author, "Copy one day to the whole week", "Mondays look like Tuesdays with us.")
    Comment.post(idea, "And skip the bank holidays, please.", by=author)
    merge(idea, into, by=by, reason="A day that is copied five times is a week that is copied.")
    return idea


def _disputed_merge(author: User, into: Idea, by: User) -> None:
    """What its author took back, and nobody of the team has read yet."""
    idea = Idea.propose(author, "Show the forecast of guests above the schedule", "Tables booked, per service.")
    merge(idea, into, by=by, reason="Both want a forecast above the schedule.")
    object_to(idea, by=author, words="Mine is about guests, not about rain.")


def _parted(idea: Idea, from_: Idea, by: User) -> int:
    """The merge to which an author objected."""
    merge(idea, from_, by=by, reason="Both are about how a week is filled.")
    return object_to(idea, by=idea.author, words="Mine is about the night, not about the week.").id


def _promises(ideas: dict[str, Idea]) -> dict[str, Any]:
    """One that stands, and one that was taken back."""
    of = {name: select(Promise.id).where(Promise.idea_id == ideas[key].id)
          for name, key in (("promise", "offline"), ("broken", "managers_app"))}  # fmt: skip
    return {name: db.session.scalars(found).one() for name, found in of.items()}


def _addresses() -> dict[str, Any]:
    """Changes of address: one that waits, one that was made, and two of lost addresses, in their week and after it."""
    asked, done, lost, ready = (
        AddressChange.ask(_user(HANDLES[key]), f"{key}@example.net", lost_old=key in ("sofia", "ines"))
        for key in ("yuki", "hugo", "sofia", "ines")
    )
    for side in (Side.OLD, Side.NEW):
        done.confirm(side, by=done.user)
    for change in (lost, ready):
        change.confirm(Side.NEW, by=change.user)
    ready.new_confirmed_at = now() - timedelta(days=8)
    links = {f"asked_{side}": asked.link_value(side) for side in (Side.OLD, Side.NEW)}
    return {**links, "back": done.link_value(Side.BACK), "lost_old": lost.link_value(Side.OLD), "lost": ready.id}


def _long_idea(author: User, lea: User) -> Idea:
    """Everything that may be too long, at once."""
    idea = Idea.propose(author, LONGEST[:120], BODY, lang="en")
    idea.tag(list(TAGS), by=lea)
    initial = User.join("i@example.com", "I", "en")
    endless = User.join("endless@example.com", "Wolfeschlegelsteinhausenbergerdorff" * 2 + " Hieronymus", "en")
    db.session.flush()
    endless.title = "Directrice de trois établissements, responsable de la planification"
    picture = io.BytesIO()
    Image.effect_noise((400, 250), 60).resize((4000, 2500)).save(picture, "JPEG", quality=30)
    picture.seek(0)
    saved = uploads.save_image(FileStorage(picture, filename="week.jpg"))
    sizes = {"width": saved.width, "height": saved.height, "size": saved.size}
    db.session.add(Attachment(key=saved.key, owner_id=author.id, idea_id=idea.id, **sizes))
    first = Comment.post(idea, BODY, by=initial)
    Comment.post(idea, "W" * 400, by=endless, parent=first)
    first.mark_as_shaping(True, by=lea)
    Comment.note(idea, "Asked by " + "three-hundred-and-sixty-" * 8 + "customers.", by=lea)
    idea.respond(BODY, by=lea)
    for person in (initial, endless):
        Vote.cast(idea, by=person)
    idea.votes_count = 40_000
    return idea


def _declining(idea: Idea) -> int:
    """The id of the step on which this idea was declined, with a reason."""
    moves = select(Event.id).where(Event.subject_type == "idea", Event.subject_id == idea.id)
    return db.session.scalars(moves.where(Event.action == Action.STATUS_CHANGED).order_by(Event.id.desc())).first() or 0


def _deleted_comment(idea: Idea, author: User, reader: User) -> Comment:
    """One that was answered and reported before its author deleted it."""
    gone = Comment.post(idea, "Ring me on my private number.", by=author)
    Comment.post(idea, "I would take that number away.", by=reader, parent=gone)
    flag(gone, by=reader, reason=Reason.PRIVATE)
    gone.delete(by=author)
    return gone


def _hidden_idea(author: User, lea: User) -> Idea:
    idea = Idea.propose(author, "Cheap watches, only today", "Look here.", lang="en")
    idea.hide(by=lea, reason="Advertising.")
    return idea


def _odd_votes(ideas: dict[str, Idea], tom: User, lea: User) -> dict[str, Any]:
    """Five new members of one company for one idea, and a vote that is set aside and was answered."""
    for number, name in enumerate(("Ana Silva", "Ben Okafor", "Chloé Petit", "Dmitri Orlov", "Eli Katz")):
        Vote.cast(ideas["dark_mode"], by=User.join(f"{number}@catering.example", name, "en"))
    set_aside(ideas["swap"], [tom.id, _user(HANDLES["sofia"]).id], by=lea, reason="Two accounts of one restaurant.")
    said = latest(ideas["swap"], _user(HANDLES["sofia"]))
    assert said is not None
    answer(said, "We work at two places, and never met.")
    return {"set_aside": said.user_id}


def _held_idea() -> Idea:
    """The first text of somebody new, with a link in it."""
    ned = User.join("ned@example.com", "Ned Marsh", "en")
    idea = Idea.propose(ned, "Show the weather beside the shifts", "Like https://example.org/weather", lang="en")
    hold_for(idea, [Sign.LINKS, Sign.SPEED])
    return idea


def _edits(ideas: dict[str, Idea], tom: User, lea: User) -> dict[str, Any]:
    """Words that were changed, so that there is a history to read; and a fold of replies."""
    offline, copy_week = ideas["offline"], ideas["copy_week"]
    offline.edit(offline.title, offline.body + "\n\nTomorrow matters more than today.", by=tom)
    copy_week.respond("We’re building it, and it **comes in spring**.", by=lea)
    mine = db.session.scalars(select(Comment).where(Comment.idea_id == copy_week.id, Comment.author_id == tom.id)).one()
    mine.edit(mine.body + " Mondays are closed.", by=tom)
    for number in range(12):
        Comment.post(copy_week, f"Same here, in restaurant number {number + 1}.", by=lea, parent=mine)
    issue = ideas["double_shift"]
    issue.expected, issue.version, issue.severity = "160 hours, as worked.", "4.2 on Android", Severity.BLOCKING
    return {"comment": mine.id}


def _splits(ideas: dict[str, Idea], tom: User, lea: User) -> dict[str, Any]:
    """A comment whose writer is asked whether it may be an idea of its own, and one that is."""
    asked = Split.asked_id == tom.id, Split.outcome == ""
    said = Comment.post(ideas["copy_week"], "Let me copy only the evenings. The rest differs each week.", by=lea)
    made = split(said, Proposal("Copy only the evenings of a week", said.body), by=lea)
    asked_comment = db.session.scalars(select(Split.comment_id).where(*asked)).one()
    return {"asked_comment": asked_comment, "split_comment": said.id, "split_idea": made.id}


def _editorial(ideas: dict[str, Idea], hugo: User) -> dict[str, Any]:
    """A release that waits to be published, and one with nothing in it yet."""
    ready = draft(hugo)
    ready.write(
        title={"en": "Your schedule, even in the cellar", "fr": "Votre planning, même à la cave"},
        story={
            "en": "Today and tomorrow stay on the phone. **No signal needed.**",
            "fr": "Aujourd’hui et demain restent sur le téléphone. **Sans aucun réseau.**",
        },
    )
    ready.ideas = [holidays := ideas["holidays"]]
    ines = db.session.scalars(select(User).where(User.handle == "ines-moreau")).one()
    said = Comment.post(holidays, "School holidays differ from region to region: ask for the region first.", by=ines)
    said.mark_as_shaping(True, by=holidays.author)
    blank = draft(hugo)
    db.session.flush()
    published = db.session.scalars(
        select(Release).where(Release.published_at.is_not(None)).order_by(Release.published_at.desc())
    ).first()
    assert published is not None
    view = db.session.scalars(select(SavedView.id)).first()
    return {"draft": ready.id, "blank": blank.id, "release": published.id, "view": view}


def _tokens() -> dict[str, Any]:
    """Messages that were sent: to somebody new, to a member, used, and too old."""
    made = {name: _token(email) for name, email in TOKENS.items()}
    made["used"].used_at = now()
    made["expired"].expires_at = now() - timedelta(minutes=1)
    return {f"{name}_link": token.link_value for name, token in made.items()}


TOKENS = {"new": "ada@example.org", "known": "tom@example.com", "used": "tom@example.com", "expired": "ada@example.org"}


def _token(email: str) -> EmailToken:
    token = EmailToken(email=email)
    db.session.add(token)
    db.session.flush()
    return token


def _held_words(idea: Idea, email: str) -> EmailToken:
    """What somebody typed with an address, which waits for its owner."""
    token = _token(email)
    payload = {"idea": idea.id, "parent": None, "body": BODY, "lang": "en", "images": [], "signs": []}
    db.session.add(PendingAction(token=token, kind="comment", payload=payload))
    db.session.flush()
    return token


def _let_time_pass(world: World) -> None:
    """The worker tells, mails and thanks."""
    with world.app.app_context():
        partners.pick_partners()
    worker.work_off(world.app)


def _let_things_go_wrong(world: World) -> None:
    with world.app.app_context():
        begin_write()
        _what_failed()
        partner = db.session.scalars(select(Partner).order_by(Partner.rank)).first()
        assert partner is not None
        db.session.commit()
        world.facts["partner"] = partner.user_id
        world.facts["mail"] = sorted((world.app.config["DATA_DIR"] / "outbox").glob("*.eml"))[-1].stem


def _what_failed() -> None:
    event = db.session.scalars(select(Event).where(Event.action == Action.STATUS_CHANGED)).first()
    assert event is not None
    dead = {"state": State.DEAD, "attempts": 8, "done_at": now()}
    refused = "550 5.1.1 The mailbox <sofia@example.com> does not exist here"
    db.session.add(
        Delivery(event_id=event.id, recipient=f"user:{_user(HANDLES['sofia']).id}", last_error=refused, **dead)
    )
    stuck = record(Action.IDEA_PROPOSED, _titled(cast.IDEAS["dark_mode"].title), by=None)
    stuck.attempts, stuck.error = TRIES, "OperationalError: the disk was full"


FILLED: dict[str, Callable[[World], None]] = {"demo": _demo, "empty": _empty, "new": _new, "plain": _plain}


def _misbehave(app: Flask) -> None:
    """Addresses under which the walk finds the pages of what goes wrong, written by the portal’s own handlers."""

    def wrong(code: int) -> NoReturn:
        if code == 500:
            raise RuntimeError("something broke")
        if code == 503:
            raise OperationalError("SELECT 1", {}, Exception("the database is away"))
        abort(code)

    app.add_url_rule("/goes-wrong/<int:code>", "goes_wrong", wrong)


def _titled(title: str) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.title == title)).one()


def _user(handle: str) -> User:
    return db.session.scalars(select(User).where(User.handle == handle)).one()
