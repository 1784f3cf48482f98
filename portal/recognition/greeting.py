"""The text from which a welcome begins: ours, until staff write their own, in each language of the portal."""

import re

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.i18n import _, reading_in
from portal.settings import Settings, settings

GREETING = "greeting"
GREETING_MAX = 700
# What stands in its places: who is greeted, the portal, what they did here first, and who greets.
PLACES = ("name", "brand", "first", "me")
_PLACE = re.compile(r"( ?)\{(" + "|".join(PLACES) + r")\}")


def ours(lang: str) -> str:
    """The text that ships with the portal, in this language, with its places."""
    with reading_in(lang):
        hello, here = _("Hello %(name)s,", name="{name}"), _("Welcome to %(brand)s.", brand="{brand}")
        ask = _("Is something missing or unclear? Propose it or report it: one of us reads it.")
    return f"{hello}\n\n{here} {{first}}\n\n{ask}\n\n{{me}}"


def greeting(lang: str, chosen: Settings) -> str:
    """The text that stands now in this language."""
    return chosen.words(GREETING).get(lang) or ours(lang)


def filled(text: str, **places: str) -> str:
    """The text with words in its places, in one go: what stands in one opens no other. An empty one takes its blank."""
    return _PLACE.sub(lambda found: found[1] + places[found[2]] if places[found[2]] else "", text)


def rewrite_greeting(words: dict[str, str], by: User) -> bool:
    """Begin every welcome from these words; ours, and none, are kept as none. Gives whether anything differs.

    The caller has begun the write, and holds the settings.
    """
    chosen = settings()
    own = chosen.words(GREETING)
    before = {lang: own.get(lang, "") for lang in words}
    after = {lang: "" if said == ours(lang) else said for lang, said in words.items()}
    if before == after:
        return False
    chosen.write(GREETING, after)
    record(Action.TEXT_CHANGED, chosen, by=by, text=GREETING, before=before)
    return True
