"""Staff find an idea to do something with: by its number, or by words of its title."""

from sqlalchemy import ColumnElement

from portal.ideas.models import Idea


def is_meant(words: str) -> ColumnElement[bool]:
    """The condition that an idea has this number, or these words in its title."""
    number = words.removeprefix("#")
    if number.isascii() and number.isdecimal() and len(number) < 10:
        return Idea.id == int(number)
    return Idea.title.icontains(words, autoescape=True)
