"""What is copied to tell others of an idea, a release or the news: a link, a picture and a text in each language."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from portal.changelog.credits import Roll
from portal.changelog.models import Release
from portal.i18n import _, _n, languages, num, reading_in
from portal.ideas.models import Idea
from portal.settings import settings
from portal.sharing.subjects import Picture, line_of, picture_of_board, picture_of_idea, picture_of_release
from portal.web.site import public_url


@dataclass(frozen=True)
class Telling:
    """All that is ready to be shared in one language; `file` is what its picture is called once it is saved."""

    lang: str
    language: str
    words: str
    url: str
    picture: Picture
    file: str

    @property
    def text(self) -> str:
        return f"{self.words}\n{self.url}"


def tell_idea(idea: Idea) -> list[Telling]:
    """Asks the database nothing that the idea does not bring."""
    return _in_each(idea.url, f"idea-{idea.id}", lambda: _of_idea(idea), lambda: picture_of_idea(idea))


def tell_release(release: Release, credits: Roll) -> list[Telling]:
    return _in_each(
        release.url,
        f"release-{release.id}",
        lambda: _of_release(release, credits.total),
        lambda: picture_of_release(release, credits),
    )


def tell_news() -> list[Telling]:
    return _in_each(url_for("changelog.index"), "news", _of_news, picture_of_board)


def _in_each(path: str, file: str, words: Callable[[], str], picture: Callable[[], Picture]) -> list[Telling]:
    told = []
    for lang, language in languages().items():
        with reading_in(lang):
            url = public_url(f"{path}?lang={lang}")
            told.append(Telling(lang, language, words(), url, picture(), f"{file}.{lang}.png"))
    return told


def _of_idea(idea: Idea) -> str:
    brand, said = settings().name, line_of(idea)
    if idea.is_issue:
        return _("“%(title)s”: an issue with %(brand)s. %(line)s", title=idea.title, brand=brand, line=said)
    return _("“%(title)s”: an idea for %(brand)s. %(line)s", title=idea.title, brand=brand, line=said)


def _of_release(release: Release, people: int) -> str:
    words = _("New from %(brand)s: “%(title)s”.", brand=settings().name, title=release.title)
    if not people:
        return words
    thanks = _n("%(num)s person made it happen.", "%(num)s people made it happen.", people, num=num(people))
    return f"{words} {thanks}"


def _of_news() -> str:
    return _("What %(brand)s has shipped, and the people who helped to make it.", brand=settings().name)
