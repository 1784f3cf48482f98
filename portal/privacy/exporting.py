"""What we hold of a person as one file to keep: a page that reads without us, the same as JSON, and their pictures.

Written in pieces to a file without a name, which goes with the last reader: never whole in memory.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from flask import Response, current_app, get_template_attribute, render_template, send_file

from portal.accounts.models import User
from portal.clock import now
from portal.mail.letter import colours
from portal.mail.sending import read_by
from portal.pictures import uploads
from portal.privacy.entries import Entry
from portal.privacy.holdings import SECTIONS
from portal.settings import settings

PAGE, DATA = "index.html", "data.json"
BLOCK = 1 << 16


def download(user: User) -> Response:
    """The file as an answer that nobody keeps."""
    file = export(user)
    answer = send_file(file, "application/zip", as_attachment=True, download_name=f"{user.handle}.zip")
    answer.call_on_close(file.close)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def export(user: User) -> IO[bytes]:
    """The file, at its beginning: a zip with the page in the person's language."""
    folder = current_app.config["DATA_DIR"]
    whole = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (whoever sends it closes it)
    with (
        read_by(user),
        tempfile.TemporaryFile(dir=folder) as page,
        zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        pictures = _write(user, archive, page)
        page.seek(0)
        with archive.open(PAGE, "w") as out:
            while block := page.read(BLOCK):
                out.write(block)
        for key in filter(_is_there, pictures):
            archive.write(uploads.path(key), f"pictures/{key}", zipfile.ZIP_STORED)
    whole.seek(0)
    return whole


def _is_there(key: str) -> bool:
    return uploads.path(key).exists()


def _write(user: User, archive: zipfile.ZipFile, page: IO[bytes]) -> list[str]:
    """Write the data, and the page beside it from the same rows; gives the keys of the pictures in them."""
    pictures: list[str] = []
    brand = settings()
    look = colours(brand.hue, brand.chroma)
    page.write(render_template("privacy/export/begin.html", person=user, made=now(), colour=look).encode())
    with archive.open(DATA, "w") as data:
        data.write(b"{")
        for number, section in enumerate(SECTIONS):
            _section_begins(page, section.key, str(section.heading))
            data.write(f"{',' if number else ''}\n{json.dumps(section.key)}: [".encode())
            pictures += _entries(section.entries(user), data, page)
            data.write(b"\n]")
            page.write(b"</section>")
        data.write(b"\n}\n")
    page.write(render_template("privacy/export/end.html").encode())
    return pictures


def _section_begins(page: IO[bytes], key: str, heading: str) -> None:
    begin = get_template_attribute("privacy/export/parts.html", "begins")
    page.write(str(begin(key, heading)).encode())


def _entries(entries: Iterator[Entry], data: IO[bytes], page: IO[bytes]) -> list[str]:
    draw: Any = get_template_attribute("privacy/export/parts.html", "entry")
    pictures: list[str] = []
    for number, entry in enumerate(entries):
        data.write(f"{',' if number else ''}\n  {json.dumps(entry.data, ensure_ascii=False)}".encode())
        page.write(str(draw(entry)).encode())
        pictures += [key for key, _alt in entry.pictures]
    return pictures
