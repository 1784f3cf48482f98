"""docs/architecture.svg is drawn from the code, and shows what the code is now."""

from collections import Counter

import pytest

from tests.test_architecture import LADDER
from tools.picture.drawing import drawing
from tools.picture.reading import FILE, floors, imported, said_of

Imported = Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def now() -> Imported:
    return imported()


def test_the_picture_shows_the_code_as_it_is(now: Imported) -> None:
    assert FILE.read_text() == drawing(floors(), now, said_of), "draw it anew: bin/picture"


def test_every_package_stands_on_one_floor_and_says_what_it_is() -> None:
    drawn = [package for rungs in floors().values() for rung in rungs for package in rung]
    assert sorted(drawn) == sorted(name for rung in LADDER for name in rung)
    assert [package for package in drawn if not said_of(package)] == []


def test_one_file_more_that_imports_what_others_do_is_no_other_picture(now: Imported) -> None:
    more = now + Counter({("admin", "ideas"): 1})
    assert drawing(floors(), more, said_of) == drawing(floors(), now, said_of)
