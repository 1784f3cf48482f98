"""The ready phrases of the demo's team, and what customers said elsewhere."""

from datetime import timedelta

from sqlalchemy import update

from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.captured import Captured, Source
from portal.ideas.models import Idea
from portal.triage.snippets import Snippet

PHRASES = (
    (
        {"en": "Thanks, and what comes next", "fr": "Merci, et la suite"},
        {
            "en": "Thank you, {author}. We read every idea, and talk about this one in our next round. You hear from "
            "us here as soon as we decide.",
            "fr": "Merci {author}\u202f! Nous lisons chaque idée, et parlerons de celle-ci à notre prochain tour. Vous "
            "aurez notre réponse ici dès que nous aurons décidé.",
        },
    ),
    (
        {"en": "An example from your week", "fr": "Un exemple de votre semaine"},
        {
            "en": "Hello {author}, could you tell us about the last time you missed it? An example from your week "
            "helps us most.\n\n{me}",
            "fr": "Bonjour {author}, pourriez-vous nous raconter la dernière fois que cela vous a manqué\u202f? Un "
            "exemple de votre semaine nous aide plus que tout.\n\n{me}",
        },
    ),
    (
        {"en": "Not soon, and why", "fr": "Pas tout de suite, et pourquoi"},
        {
            "en": "We will not build “{title}” this year: …",
            "fr": "Nous ne ferons pas «\u00a0{title}\u00a0» cette année\u00a0: …",
        },
    ),
)
VOICES = (
    ("payroll", Source.PHONE, "“Two of us spend the last day of the month on it. Every month.”", "en", 9),
    ("swap", Source.EVENT,
     "«\u00a0Chez nous, l’échange se fait par SMS, et personne ne sait qui vient.\u00a0»", "fr", 20),
)  # fmt: skip


WISH = (
    "Print the plan in letters that one reads from afar",
    "“Mine hangs above the sink. I cannot tell a 1 from a 7, and my glasses are full of steam.”",
)


def note_down(ideas: dict[str, Idea], lea: User, hugo: User) -> None:
    """What the team has ready, and what it heard outside the portal. The caller has begun the write, and commits."""
    for names, texts in PHRASES:
        Snippet.add(names, texts, by=lea)
    for key, source, words, lang, days_ago in VOICES:
        said = Captured(source=source, by_id=hugo.id)
        voice = Comment.post(ideas[key], words, by=hugo, lang=lang, captured=said)
        voice.created_at = said.created_at = now() - timedelta(days=days_ago)
    wish = Idea.propose(hugo, *WISH, captured=Captured(source=Source.MEETING, by_id=hugo.id))
    wish.created_at = wish.here_since = wish.waiting_since = now() - timedelta(days=2)
    db.session.flush()
    events = update(Event).where(Event.subject_type == "idea", Event.subject_id == wish.id)
    db.session.execute(events.values(created_at=wish.created_at))
