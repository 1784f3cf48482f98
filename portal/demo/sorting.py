"""What the demo says of its boards and tags; which tags authors may choose, and what was merged."""

from portal.accounts.models import User
from portal.database.wording import put
from portal.extensions import db
from portal.ideas.boards import Board, BoardText
from portal.ideas.models import Idea
from portal.ideas.tag_merging import merge
from portal.ideas.tags import Tag

TAGS = {
    "paper": ("gold", True, {
        "en": "What is printed, pinned up and passed around.",
        "fr": "Ce qui s’imprime, s’affiche et se passe de main en main.",
    }),
    "several sites": ("planned", True, {
        "en": "For whoever plans more than one restaurant.",
        "fr": "Pour qui planifie plus d’un restaurant.",
    }),
    "labour law": ("rose", False, {
        "en": "Rest, overtime, holidays: what the law asks of a plan.",
        "fr": "Repos, heures supplémentaires, congés\u00a0: ce que la loi demande à un planning.",
    }),
    "phone": ("", True, {}),
}  # fmt: skip
BOARDS = {
    "planning": {
        "en": "Weeks, shifts and rest: everything that decides who works when.",
        "fr": "Semaines, services et repos\u00a0: tout ce qui décide qui travaille quand.",
    },
    "mobile": {
        "en": "The schedule in a pocket: the app for those who are planned.",
        "fr": "Le planning dans la poche\u00a0: l’application de ceux qui sont planifiés.",
    },
    "team": {
        "en": "People, their contracts and how they talk to each other.",
        "fr": "Les personnes, leurs contrats et leur façon de se parler.",
    },
}
ON = {
    "print_week": ("paper",), "offline": ("phone",), "managers_app": ("phone", "several sites"),
    "two_sites": ("several sites",), "rest_rule": ("labour law",), "rest_warning": ("labour law",),
    "holidays": ("labour law",), "fax": ("paper",), "swap": ("phone",), "dark_mode": ("mobile",),
}  # fmt: skip


def describe(boards: dict[str, Board]) -> None:
    """Say what the boards are for."""
    for slug, said in BOARDS.items():
        for lang, description in said.items():
            put(boards[slug].texts, BoardText, lang, description=description)


def put_on(ideas: dict[str, Idea], lea: User) -> None:
    """Tag ideas, say what the tags are for, and merge two that mean the same. The caller has begun the write."""
    for name, (colour, is_offered, said) in TAGS.items():
        Tag.add(name, by=lea).write(lea, name, colour, is_offered, said)
    for key, names in ON.items():
        ideas[key].tags = Tag.all_named(names)  # as if it had been long ago: a tag of today would count as a first look
    db.session.flush()
    merge(Tag.all_named(["mobile"])[0], Tag.all_named(["phone"])[0], by=lea)
