"""Share images: drawn for what everybody may see, kept for as long as they are true."""

import time
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from portal.changelog.credits import roll
from portal.ideas.models import Idea
from portal.pictures import uploads
from portal.settings import settings
from portal.sharing.card import Brand, Card, png, svg
from portal.sharing.subjects import about, card_of_board, card_of_idea, card_of_release
from tests.changelog.releases import published, written
from tests.conftest import act
from tests.ideas.pictures import picture

MAREE = Brand("Marée", 178, 0.088)
AN_HOUR = "public, max-age=3600"


@pytest.fixture
def asked(app):
    """The answer to a request for a picture."""
    return lambda url, **headers: app.test_client().get(url, headers=headers)


@pytest.fixture
def context(app):
    with app.test_request_context("/", method="POST"):
        yield


def card(**values):
    return Card(
        **{"brand": MAREE, "title": "Copy a week", "alt": "A ticket", "kind": "planned", "chip": "Planned", **values}
    )


def image(answer):
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    return Image.open(BytesIO(answer.data))


def address(browser, path):
    return str(browser().get(path).find('meta[property="og:image"]')["content"]).removeprefix("http://127.0.0.1:8000")


def words(of):
    """What is written on a card."""
    return [text.text or "" for text in ElementTree.fromstring(str(svg(of))).iter("{http://www.w3.org/2000/svg}text")]


def test_everybody_gets_the_picture_of_an_idea(asked, offline):
    assert image(asked(f"/ideas/{offline.id}/share.png")).size == (1200, 630)


@pytest.mark.parametrize("path", ["/share.png", "/share.fr.png", "/share.en.png"])
def test_the_board_has_one_in_each_language(asked, path):
    assert image(asked(path)).size == (1200, 630)


def test_there_is_none_in_a_language_that_we_do_not_speak(asked, offline):
    assert asked(f"/ideas/{offline.id}/share.de.png").status_code == 404


def test_the_address_on_the_page_may_be_kept_for_an_hour(browser, asked, offline):
    answer = asked(address(browser, f"/ideas/{offline.id}-{offline.slug}"))
    assert answer.headers["Cache-Control"] == AN_HOUR
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


def test_any_other_address_is_true_for_a_short_time(asked, offline):
    for query in ("", "?v=old"):
        assert asked(f"/ideas/{offline.id}/share.png{query}").headers["Cache-Control"] == "public, max-age=300"


def test_who_has_the_picture_is_not_sent_it_again(asked, offline):
    first = asked(f"/ideas/{offline.id}/share.png")
    again = asked(f"/ideas/{offline.id}/share.png", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_new_title_status_or_brand_gives_a_new_address(browser, offline, lea):
    path, seen = f"/ideas/{offline.id}", set()

    def changed(change):
        with act():
            change()
        seen.add(address(browser, path))

    started = next(status for status in offline.allowed_statuses() if status.kind == "started")
    changed(lambda: None)
    changed(lambda: offline.edit("Offline, at last", offline.body, by=lea))
    changed(lambda: offline.change_status(started, by=lea))
    changed(lambda: setattr(settings(), "hue", 25))
    assert len(seen) == 4


def test_a_few_more_of_many_votes_leave_the_address_as_it_is(browser, offline):
    seen = []
    for votes in (412, 419, 420):
        with act():
            offline.votes_count = votes
        seen.append(address(browser, f"/ideas/{offline.id}"))
    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize(
    ("votes", "said"), [(1, "1"), (99, "99"), (100, "100+"), (412, "410+"), (1299, "1,200+"), (40_123, "40,000+")]
)
def test_many_votes_are_rounded_down(context, votes, said):
    assert about(votes) == said


def test_a_private_issue_has_no_picture_not_even_for_its_author(browser, asked, salary_leak, camille, lea):
    path = f"/ideas/{salary_leak.id}/share.png"
    assert asked(path).status_code == 404
    assert browser(camille).get(path).status == browser(lea).get(path).status == 404


def test_a_hidden_idea_loses_its_picture(asked, offline, lea):
    with act():
        offline.hide(by=lea, reason="Spam")
    assert asked(f"/ideas/{offline.id}/share.png").status_code == 404


def test_a_draft_has_no_picture_and_a_release_has(browser, asked, copy_week, hugo):
    release = written(hugo, copy_week)
    assert asked(f"/changelog/{release.id}/share.png").status_code == 404
    assert browser(hugo).get(f"/changelog/{release.id}/share.png").status == 404


def test_a_release_shows_how_many_shaped_it_and_names_nobody(context, copy_week, hugo):
    release = published(hugo, copy_week)
    shown = card_of_release(release, roll(release, None))
    assert "Shaped by 2 people." in words(shown)
    assert len(shown.faces) == 2
    assert not [word for word in words(shown) if "Tom" in word or "Inès" in word]


def test_a_french_picture_is_in_french(asked, context, offline):
    from portal.i18n import reading_in

    with reading_in("fr"):
        assert {"Prévue", "personnes la", "demandent", "Cela vous aiderait aussi\u00a0? Votez."} <= set(
            words(card_of_idea(offline))
        )
    french, english = (asked(f"/ideas/{offline.id}/share.{lang}.png") for lang in ("fr", "en"))
    assert french.data != english.data


def test_what_people_write_cannot_draw():
    hostile = '</text><image href="file:///etc/passwd"/><!-- & "q" ]]>'
    drawn = ElementTree.fromstring(
        str(svg(card(title=hostile, chip=hostile, line=hostile, number=hostile, under=hostile)))
    )
    assert not list(drawn.iter("{http://www.w3.org/2000/svg}image"))
    assert png(card(title="\x00\x01 \ud800 & <", line="]]>"))[:4] == b"\x89PNG"


def test_a_title_in_another_script_leaves_a_whole_ticket(context, offline, lea):
    with act():
        offline.edit("日本語のタイトル", "", by=lea)
    shown = card_of_idea(offline)
    assert f"Idea #{offline.id}" in words(shown)
    assert "日本語のタイトル" in shown.alt


def test_nothing_on_the_ticket_leaves_its_part():
    long = "An exceptionally long name of a brand & its many, many sons"
    drawn = Image.open(
        BytesIO(
            png(card(brand=Brand(long, 264, 0.15), title="W" * 120, line="W" * 120, number="40,000+", under="W" * 40))
        )
    )
    paper = drawn.convert("RGB")
    for x in (830, 885, 1140):
        column = {paper.getpixel((x, y)) for y in range(80, 540)}
        assert column == {(255, 255, 255)}, f"something is written at {x}"


def test_the_colours_follow_the_brand():
    corners = {
        Image.open(BytesIO(png(card(brand=Brand("M", hue, 0.12))))).convert("RGB").getpixel((4, 4))
        for hue in (25, 178, 264)
    }
    assert len(corners) == 3


def test_the_logo_of_the_brand_is_shown(app, context):
    from werkzeug.datastructures import FileStorage

    saved = uploads.save_image(FileStorage(picture(600, 400), "logo.png"))
    with act():
        settings().logo_light = saved.key
    drawn = Image.open(BytesIO(png(card_of_board()))).convert("RGB")
    red, blue = drawn.getpixel((1011 - 60, 230)), drawn.getpixel((1011 + 60, 230))
    assert (red, blue) == ((255, 0, 0), (0, 0, 255))


def test_a_logo_that_is_gone_is_drawn_by_us(context):
    with act():
        settings().logo_light = "0" * 32 + ".png"
    assert png(card_of_board())[:4] == b"\x89PNG"


def test_it_is_drawn_in_a_moment(offline):
    png(card())
    begin = time.process_time()
    png(card(title="Something that was never drawn before"))
    assert time.process_time() - begin < 0.5, "about 0.1 s on a machine that does nothing else"


def test_what_was_drawn_is_kept_for_a_while():
    assert png(card()) is png(card())


def test_a_crowd_of_requests_is_slowed_down(with_limits, offline: Idea):
    client = with_limits.test_client()
    codes = {client.get(f"/ideas/{offline.id}/share.png").status_code for _ in range(61)}
    assert codes == {200, 429}
