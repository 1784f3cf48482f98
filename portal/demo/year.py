"""The demo: the cast's world with more people in it, a year of votes, and what shipped."""

import random
from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Release, draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.comments.models import Comment
from portal.demo import asks, cast, merging, promises, sorting, splitting, voices
from portal.demo.cast import Person, Proposal
from portal.demo.pictures import picture
from portal.extensions import db
from portal.i18n import LANGUAGES
from portal.ideas import ranking
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.targets import MONTHS, choices
from portal.merging.converting import ask
from portal.merging.linking import link
from portal.merging.links import Relation
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from portal.notifications.models import BoardFollow, StaffMail
from portal.recognition import ledger
from portal.triage.assignments import assign
from portal.triage.saved_views import SavedView
from portal.triage.snoozing import snooze
from portal.voting.models import SAID, Vote

PEOPLE = (
    Person("Omar Haddad", "fr", title="Chef de rang"), Person("Lucie Petit", "fr"), Person("Dan O’Neill", "en"),
    Person("Priya Raman", "en", title="Café owner"), Person("Mateo Rossi", "en"), Person("Chloé Girard", "fr"),
    Person("Karim Benali", "fr", title="Gérant de brasserie"), Person("Emma Wilson", "en"), Person("Jonas Weber", "en"),
    Person("Fatou Sow", "fr"), Person("Léo Fontaine", "fr"), Person("Grace Adeyemi", "en", title="Night manager"),
    Person("Hana Suzuki", "en"), Person("Pauline Mercier", "fr"), Person("Ravi Patel", "en"), Person("Zoé Lambert", "fr"),
    Person("Oliver Brown", "en"), Person("Nadia Kaci", "fr"), Person("Théo Blanc", "fr"), Person("Ingrid Larsen", "en"),
    Person("Samuel Costa", "en"), Person("Maëlle Roy", "fr"), Person("Noah Clarke", "en"), Person("Élise Faure", "fr"),
)  # fmt: skip

NEWCOMERS = {
    Person("Ana Duarte", "en", title="Hotel manager, Porto"): ("rest_rule", "holidays"),
    Person("Bastien Colin", "fr"): ("extras",),
}
IDEAS = {
    "calendars": Proposal(
        "Send the schedule to Google, Apple and Outlook calendars",
        "My team lives in the calendar of their phone. A link to subscribe to would end the “when do I work?” messages.",
        "marc", "integrations", status=("under_review", "planned", "started"), days_ago=230,
    ),
    "print_week": Proposal(
        "Imprimer la semaine sur une seule page",
        "La feuille affichée en cuisine compte encore. Aujourd’hui elle sort sur trois pages, et personne ne lit la troisième.",
        "aicha", "planning", lang="fr", status=("under_review", "planned", "started"), days_ago=170,
    ),
    "undo": Proposal(
        "Undo for every change",
        "I dragged Saturday onto Sunday and lost both. One step back would have saved my evening.",
        "sofia", "planning", status=("under_review", "planned", "started"), days_ago=140,
    ),
    "rest_rule": Proposal(
        "Warn me before a week breaks the weekly limit of hours",
        "Show it while I drag the shift, not in a report on Friday.",
        "sofia", "planning", days_ago=4,
    ),
    "two_sites": Proposal(
        "Voir deux établissements sur le même écran",
        "Je prête du personnel entre mes deux restaurants. Je passe ma journée à changer d’onglet.",
        "aicha", "planning", lang="fr", status=("under_review",), days_ago=45,
    ),
    "holidays": Proposal(
        "Ask for holidays from the phone",
        "Paper slips get lost behind the bar. Let people ask, and let me see who is already away.",
        "tom", "team", status=("under_review", "planned", "started", "testing"), days_ago=120,
    ),
    "managers_app": Proposal(
        "A separate app for managers", "I’d rather not see the staff view at all.", "yuki", "mobile",
        status=("declined",), days_ago=90,
    ),
    "extras": Proposal(
        "Garder un carnet d’extras à appeler en cas d’absence",
        "Quand quelqu’un manque, j’appelle dix personnes. Un carnet avec leurs disponibilités ferait gagner une heure.",
        "ines", "team", lang="fr", days_ago=8,
    ),
    "repeat_week": Proposal(
        "Repeat the same week every month",
        "Our first week of the month is always the same because of the market.",
        "marc", "planning", days_ago=33,
    ),
    "weather": Proposal(
        "Afficher la météo au-dessus du planning de terrasse",
        "Avec la pluie, je renvoie trois personnes. Le savoir la veille changerait tout.",
        "camille", "planning", lang="fr", days_ago=12,
    ),
    "payroll": Proposal(
        "Export hours straight into the payroll software",
        "I type 40 lines by hand at the end of the month. A file in the format of the big three would do.",
        "tom", "integrations", status=("under_review", "planned"), days_ago=75,
    ),
    "login_loop": Proposal(
        "The app asks to sign in again after every update",
        "Since last week, each update signs everyone out at the start of the service.",
        "sofia", "mobile", kind="issue", days_ago=6, status=("planned",),
    ),
}  # fmt: skip

RELEASES = (
    (
        "undo", 60, "Undo, for every change", "Annuler n’importe quelle modification",
        "Press **Undo** and the last change is gone: a moved shift, a deleted week, a wrong name. It works for the last "
        "hundred changes, also when a colleague made them.\n\nSofia lost a Saturday to a slip of the mouse. Nobody will again.",
        "Un clic sur **Annuler** et la dernière modification disparaît : un service déplacé, une semaine effacée, un nom "
        "erroné. Cela vaut pour les cent dernières, même celles d’un collègue.\n\nSofia y avait perdu un samedi. "
        "Cela n’arrivera plus.",
    ),
    (
        "print_week", 31, "The whole week on one page", "La semaine sur une seule page",
        "The sheet on the kitchen wall is back to one page, readable from two metres. Names are large, breaks are grey, and "
        "the date of printing is at the bottom so that nobody follows an old one.",
        "La feuille affichée en cuisine tient de nouveau sur une page, lisible à deux mètres. Les noms sont grands, les "
        "pauses grises, et la date d’impression figure en bas pour que personne ne suive une ancienne version.",
    ),
    (
        "calendars", 0, "Your schedule in every calendar", "Votre planning dans tous vos agendas",
        "Google, Apple and Outlook, always up to date. Everyone gets a link of their own; a change in Marée is in their "
        "calendar within a minute.\n\nThank you to all who told us which calendars your teams use.",
        "Google, Apple et Outlook, toujours à jour. Chaque personne reçoit son propre lien ; une modification dans Marée "
        "arrive dans son agenda en moins d’une minute.\n\nMerci à toutes les personnes qui nous ont dit quels "
        "agendas vos équipes utilisent.",
    ),
)  # fmt: skip

COMMENTS = (
    ("offline", "yuki", "Today and tomorrow is all we need. Please keep it readable with wet hands: big rows.", True),
    ("offline", "omar-haddad", "Chez nous le sous-sol n’a aucun réseau. Une simple copie du jour suffirait.", False),
    ("swap", "tom", "The manager should still be able to say no within an hour.", False),
    ("calendars", "yuki", "Half of my team is on Outlook because of school. Please don’t stop at Google.", True),
    ("calendars", "lucie-petit", "Un lien par personne, surtout, et pas un agenda commun que tout le monde peut lire.", True),
    ("print_week", "karim-benali", "En gros caractères : le chef porte ses lunettes sur la tête, jamais sur le nez.", True),
    ("undo", "dan-oneill", "It should also undo what somebody else did by mistake, with their name next to it.", True),
    ("holidays", "grace-adeyemi", "I tested it on two sites. Seeing who is already away is what makes me trust it.", False),
    ("payroll", "priya-raman", "We would pay for this. It costs us a full day a month.", False),
    ("print_week", "samuel-costa", "I sell used label printers, half price, **today only**. Write to me!", False),
)  # fmt: skip
REPORTS = (
    ("karim-benali", Reason.SPAM, "La même annonce se trouve sur un autre forum."),
    ("emma-wilson", Reason.OFF_TOPIC, ""),
)


def fill() -> None:
    """Fill an empty portal with the demo. The caller begins the write and commits; only the last release is yet to tell."""
    chance = random.Random(1789)
    cast.cast()
    db.session.execute(delete(StaffMail))  # the staff of the demo hear what new staff do
    people = {user.handle: user for user in db.session.scalars(select(User))}
    people |= {person.handle: cast.add_person(person) for person in PEOPLE}
    people["ingrid-larsen"].choose_credit(CreditAs.PSEUDONYM, "Nordlys")
    keyed = {key: people[person.handle] for key, person in cast.PEOPLE.items()}
    boards = {board.slug: board for board in Board.in_order(for_=None)}
    for proposal in IDEAS.values():
        cast.add_proposal(proposal, keyed, boards)
    ideas = {key: _titled(proposal.title) for key, proposal in {**cast.IDEAS, **IDEAS}.items()}
    members = [user for user in people.values() if not user.is_staff]
    for idea in ideas.values():
        _vote_over_time(idea, members, chance)
    for key, handle, text, shaped in COMMENTS:
        _say(ideas[key], (people | keyed)[handle], text, keyed["lea"] if shaped else None, chance)
    _report(ideas["print_week"], people["samuel-costa"], people)
    _aim(ideas, keyed["lea"])
    sorting.describe(boards)
    sorting.put_on(ideas, keyed["lea"])
    voices.note_down(ideas, keyed["lea"], keyed["hugo"])
    _share_the_work(ideas, keyed["lea"], keyed["hugo"])
    asks.ask(boards, ideas, keyed["nora"])
    db.session.add_all(BoardFollow(user_id=keyed[who].id, board_id=boards["planning"].id) for who in ("ines", "marc"))
    promises.promise_all(ideas, keyed)
    merging.join_two(ideas, keyed["lea"])
    merging.say_some_are_the_same(ideas, keyed)
    splitting.ask_one(ideas["swap"], keyed["tom"], keyed["lea"])
    db.session.execute(update(Event).values(fanned_out_at=now()))
    for key, days_ago, *words in RELEASES:
        _ship(ideas[key], days_ago, words, keyed["hugo"], picture_of=key)
    for event in db.session.scalars(select(Event).where(Event.fanned_out_at.is_not(None)).order_by(Event.id)):
        ledger.award(event)
    last = select(func.max(Vote.created_at)).where(Vote.user_id == User.id).scalar_subquery()
    db.session.execute(update(User).values(seen_at=last), execution_options={"synchronize_session": False})
    quiet = update(Idea).values(quiet_since=Idea.status_since)
    db.session.execute(quiet, execution_options={"synchronize_session": False})
    _let_some_be_new(ideas)
    promises.answer_on_boards(keyed, boards)


def _aim(ideas: dict[str, Idea], lea: User) -> None:
    """When what is under way may be there: one moved later, and one comes when it is ready."""
    ready, *dated = choices()
    months, quarters = dated[:MONTHS], dated[MONTHS:]
    for key, target, days_ago in (
        ("payroll", months[4], 35), ("payroll", quarters[4], 8), ("copy_week", months[2], 12), ("holidays", ready, 5),
    ):  # fmt: skip
        ideas[key].aim(target, by=lea)
        said = select(Event).where(Event.action == Action.TARGET_CHANGED).order_by(Event.id.desc()).limit(1)
        db.session.scalars(said).one().created_at = now() - timedelta(days=days_ago)


def _share_the_work(ideas: dict[str, Idea], lea: User, hugo: User) -> None:
    """What somebody of the team has in hand, what may wait, a question that was asked, and a list that they share."""
    assign(ideas["repeat_week"], lea, by=lea, due_at=now() + timedelta(days=2))
    assign(ideas["extras"], hugo, by=lea)
    snooze(ideas["weather"], now() + timedelta(days=6), by=lea)
    Comment.post(ideas["two_sites"], "Do both restaurants use the same names for their shifts?", by=hugo)
    link(ideas["offline"], ideas["dark_mode"], Relation.THEME, by=lea)
    link(ideas["swap"], ideas["copy_week"], Relation.WAITS, by=lea)
    ask(ideas["double_shift"], by=lea)
    SavedView.keep("In French", "queue=all&language=fr", by=lea, is_shared=True)


def _let_some_be_new(ideas: dict[str, Idea]) -> None:
    """Who joined in the last days and has voted since: they wait for a welcome."""
    for hours, (person, keys) in enumerate(NEWCOMERS.items(), 1):
        user = cast.add_person(person)
        user.created_at = user.seen_at = now() - timedelta(hours=29 * hours)
        for minutes, key in enumerate(keys, 2):
            Vote.cast(ideas[key], by=user)
            voted = select(Vote).where(Vote.user_id == user.id, Vote.idea_id == ideas[key].id)
            db.session.scalars(voted).one().created_at = user.created_at + timedelta(minutes=minutes)


def _titled(title: str) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.title == title)).one()


def _vote_over_time(idea: Idea, members: list[User], chance: random.Random) -> None:
    """More votes on what has been there longer, spread from its first day to this one."""
    age = now() - idea.created_at
    share = min(0.95, 0.15 + age.days / 260) * chance.uniform(0.6, 1.0)
    if idea.is_open_to_votes and not idea.is_private:
        for member in chance.sample(members, int(len(members) * share)):
            Vote.cast(idea, by=member)
    moments = []
    for vote in db.session.scalars(select(Vote).where(Vote.idea_id == idea.id)):
        vote.created_at = idea.created_at + age * chance.random() ** 0.7
        _weigh(idea, vote)
        moments.append(vote.created_at)
    idea.heat = ranking.heat_of([(moment, 1) for moment in moments])


def _weigh(idea: Idea, vote: Vote) -> None:
    """Three of four say how much it would help them, one of six that they cannot do without it."""
    said = ("", "nice", "important", "critical", "nice", "important", "", "nice", "important", "critical", "nice", "")
    answer = said[(vote.user_id * 7 + idea.id * 5) % len(said)]
    if answer and idea.is_open_to_votes:
        Vote.weigh(idea, by=db.session.get_one(User, vote.user_id), importance=answer)


def _say(idea: Idea, author: User, text: str, marked_by: User | None, chance: random.Random) -> None:
    comment = Comment.post(idea, text, by=author, lang=author.lang)
    comment.created_at = idea.created_at + (now() - idea.created_at) * chance.uniform(0.1, 0.5)
    idea.said_at = idea.unread_since = comment.created_at
    if marked_by:
        comment.mark_as_shaping(True, by=marked_by)


def _report(idea: Idea, author: User, people: dict[str, User]) -> None:
    """Two members report what was said, so that the queue of moderation is seen at work."""
    said = db.session.scalars(select(Comment).where(Comment.idea_id == idea.id, Comment.author_id == author.id)).one()
    for handle, reason, words in REPORTS:
        flag(said, by=people[handle], reason=reason, words=words)


def _ship(idea: Idea, days_ago: int, words: list[str], by: User, picture_of: str) -> None:
    release = draft(by)
    titles, stories = words[:2], words[2:]
    release.write(title=dict(zip(LANGUAGES, titles, strict=True)), story=dict(zip(LANGUAGES, stories, strict=True)))
    release.ideas = [idea]
    db.session.flush()
    drawn, shows = picture(picture_of)
    image = Attachment(key=drawn.key, width=drawn.width, height=drawn.height, size=drawn.size, alt=shows)
    image.owner_id, image.release_id = by.id, release.id
    db.session.add(image)
    publish(release, by=by)
    if days_ago:
        _happened(release, idea, now() - timedelta(days=days_ago))


def _happened(release: Release, idea: Idea, moment: datetime) -> None:
    release.published_at = idea.status_since = moment
    promises.kept_on(idea, moment)
    db.session.execute(
        update(Event)
        .where(Event.fanned_out_at.is_(None), Event.action != Action.SIGN_IN_REQUESTED)
        .values(created_at=moment, fanned_out_at=moment)
    )
    late = delete(Vote).where(Vote.idea_id == idea.id, Vote.created_at > moment).returning(Vote.importance)
    said = Counter(db.session.scalars(late))
    idea.votes_count -= said.total()
    for name, column in SAID.items():
        setattr(idea, column.key, getattr(idea, column.key) - said[name])
