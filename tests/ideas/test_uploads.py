"""Pictures: checked, made anew, kept apart."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage

from portal.accounts.models import User
from portal.changelog.models import Release
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.pictures import uploads
from portal.pictures.uploads import Saved, UploadRefused, save_image
from tests.browser import Browser
from tests.changelog.releases import said
from tests.conftest import act
from tests.ideas.pictures import address, picture, telling_exif

Browse = Callable[..., Browser]


def store(content: BytesIO, name: str = "picture.png") -> Saved:
    return save_image(FileStorage(content, name))


@pytest.mark.parametrize(
    ("kind", "extension", "written"),
    [("JPEG", "jpg", "JPEG"), ("PNG", "png", "PNG"), ("WEBP", "webp", "WEBP"), ("GIF", "png", "PNG")],
)
def test_four_kinds_are_taken(app: Flask, kind: str, extension: str, written: str) -> None:
    saved = store(picture(kind=kind), "whatever.exe")
    assert re.fullmatch(rf"[0-9a-f]{{32}}\.{extension}", saved.key)
    file = uploads.path(saved.key)
    assert file == app.config["DATA_DIR"] / "uploads" / saved.key[:2] / saved.key
    with Image.open(file) as image:
        assert (image.format, image.size) == (written, (60, 40))
    assert (saved.width, saved.height, saved.size) == (60, 40, file.stat().st_size)


@pytest.mark.parametrize("kind", ["ICO", "PPM", "PCX", "TGA", "JPEG2000"])
def test_other_kinds_are_not(app: Flask, kind: str) -> None:
    with pytest.raises(UploadRefused, match="is not a picture that we can read"):
        store(picture(kind=kind))


def test_what_a_phone_writes_down_is_gone_and_the_picture_stands_upright(app: Flask) -> None:
    saved = store(picture(kind="JPEG", exif=telling_exif()))
    content = uploads.path(saved.key).read_bytes()
    assert (saved.width, saved.height) == (40, 60)
    assert b"Secret" not in content and b"Exif" not in content
    with Image.open(BytesIO(content)) as image:
        assert not image.getexif()


def test_see_through_pictures_stay_so(app: Flask) -> None:
    saved = store(picture(mode="RGBA"))
    with Image.open(uploads.path(saved.key)) as image:
        assert image.mode == "RGBA"


def test_large_pictures_are_made_smaller(app: Flask) -> None:
    saved = store(picture(6000, 4000, "JPEG"))
    assert (saved.width, saved.height) == (2939, 1959)


def test_megapixels_are_counted_before_anything_is_decoded(app: Flask) -> None:
    with pytest.raises(UploadRefused, match="has 30 megapixels"):
        store(picture(6000, 5000, "JPEG"))
    bomb = picture(20_000, 20_000, mode="1")
    with pytest.raises(UploadRefused, match="25"):
        store(bomb)


def test_ten_megabytes_at_most(app: Flask) -> None:
    with pytest.raises(UploadRefused, match="has 11 MB"):
        store(BytesIO(b"\x89PNG" + b"0" * 11_000_000))


@pytest.mark.parametrize("cut", [20, 60, 100])
def test_a_picture_cut_short_is_refused(app: Flask, cut: int) -> None:
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        whole = picture(600, 400, kind).getvalue()
        with pytest.raises(UploadRefused):
            store(BytesIO(whole[: len(whole) * cut // 110 or 1]))
    assert not list(uploads.stored())


@pytest.mark.parametrize(
    "key", ["", "x", "../../secret_key", "0" * 32 + ".svg", "0" * 32 + ".png\n", "A" * 32 + ".png"]
)
def test_a_key_is_never_a_way_out_of_the_folder(app: Flask, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        uploads.path(key)


def test_deleting_twice_is_no_fault(app: Flask) -> None:
    saved = store(picture())
    uploads.delete(saved.key)
    uploads.delete(saved.key)
    assert not uploads.path(saved.key).exists()


def test_a_token_stands_for_a_stored_picture(app: Flask) -> None:
    saved = store(picture())
    assert Saved.from_token(saved.token) == saved
    assert Saved.from_token(saved.token[:-2]) is None
    uploads.delete(saved.key)
    assert Saved.from_token(saved.token) is None


def attach(**to: int) -> Attachment:
    saved = store(picture())
    with act():
        image = Attachment(key=saved.key, width=saved.width, height=saved.height, size=saved.size, **to)
        db.session.add(image)
    return image


def test_a_public_picture_is_sent_safely(visitor: Browser, dark_mode: Idea) -> None:
    image = attach(idea_id=dark_mode.id)
    page = visitor.get(address(image))
    assert page.status == 200 and page.headers["Content-Type"] == "image/png"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert page.response.get_data() == uploads.path(image.key).read_bytes()
    again = visitor.client.get(address(image), headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304 and again.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("taken", ["private", "hidden"])
def test_a_picture_that_a_browser_has_is_gone_with_its_idea(
    browser: Browse, lea: User, tom: User, dark_mode: Idea, taken: str
) -> None:
    """Its address is asked each time, and is told that there is nothing, however young what the browser has is."""
    image = attach(idea_id=dark_mode.id)
    known = {"If-None-Match": browser(tom).get(address(image)).headers["ETag"]}
    with act():
        if taken == "private":
            dark_mode.is_private = True
        else:
            dark_mode.hide(by=lea, reason="Advertising.")
    for reader in (browser(), browser(tom)):
        page = reader.get(address(image), headers=known)
        assert (page.status, page.headers["Cache-Control"]) == (404, "no-store")


def test_a_picture_that_not_everybody_may_see_stays_in_no_browser(
    browser: Browse, lea: User, camille: User, salary_leak: Idea, dark_mode: Idea
) -> None:
    with act():
        note = Comment.note(dark_mode, "For us", by=lea)
        draft = Release(author=lea, texts=said("Soon"))
        db.session.add(draft)
    for to in ({"idea_id": salary_leak.id}, {"comment_id": note.id}, {"release_id": draft.id}):
        page = browser(lea).get(address(attach(**to)))
        assert (page.status, page.headers["Cache-Control"]) == (200, "no-store"), to
    page = browser(camille).get(address(attach(idea_id=salary_leak.id)))
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")


def test_a_picture_is_seen_by_those_who_see_what_it_belongs_to(
    browser: Browse, lea: User, tom: User, salary_leak: Idea, dark_mode: Idea
) -> None:
    with act():
        note = Comment.note(dark_mode, "For us", by=lea)
        draft = Release(author=lea, texts=said("Soon"))
        shipped = Release(author=lea, texts=said("Done"), published_at=now())
        db.session.add_all([draft, shipped])
    ids = {"idea_id": salary_leak.id, "comment_id": note.id, "release_id": draft.id}
    for name, id in ids.items():
        image = attach(**{name: id})
        assert browser(lea).get(address(image)).status == 200, name
        assert browser(tom).get(address(image)).status == browser().get(address(image)).status == 404, name
    assert browser().get(address(attach(release_id=shipped.id))).status == 200


def test_a_picture_of_nothing_is_for_nobody(browser: Browse, lea: User) -> None:
    assert browser(lea).get(address(attach())).status == 404
    assert browser(lea).get(f"/uploads/{'0' * 32}.png").status == 404
    assert browser(lea).get("/uploads/..%2Fsecret_key").status == 404


def test_a_picture_whose_file_is_gone_is_not_there(visitor: Browser, dark_mode: Idea) -> None:
    image = attach(idea_id=dark_mode.id)
    uploads.delete(image.key)
    assert visitor.get(address(image)).status == 404


def test_a_preview_shows_safe_html_and_changes_nothing(browser: Browse, tom: User) -> None:
    page = browser(tom).post("/preview", {"text": "**Bold** <script>alert(1)</script>\x00"})
    assert page.status == 200 and "<strong>Bold</strong>" in page.html and "<script" not in page.html
    assert browser(tom).post("/preview", {"text": "x"}, token=False).status == 400
    assert browser().post("/preview", {"text": "_soft_"}).html.strip() == "<p><em>soft</em></p>"
