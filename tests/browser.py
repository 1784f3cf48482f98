"""A browser without JavaScript: reads pages, fills in forms, presses buttons; every page keeps the house rules."""

import re
from collections import Counter
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.database.writing import begin_write
from portal.extensions import db


class Page:
    """What came back: the status, where it was, and the parsed page."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.path = response.request.path
        self.html = response.get_data(as_text=True) if response.mimetype.startswith("text/") else ""

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The page, parsed once somebody looks into it: that takes as long as the portal takes to make it."""
        return BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        """All the words that a person sees, spaces folded (no-break spaces kept)."""
        main = self.soup.find("main") or self.soup
        return re.sub(r"[ \n\t]+", " ", main.get_text(" ")).strip()

    @property
    def heading(self) -> str:
        found = self.soup.find("h1")
        return " ".join(found.get_text(" ").split()) if found else ""

    @property
    def errors(self) -> list[str]:
        """The messages next to the fields and in the summary."""
        return [" ".join(e.get_text(" ").split()) for e in self.soup.select(".field__error, .errors li, .errors p")]

    def find(self, selector: str) -> Tag:
        """The one element that fits; fails the test when there is none."""
        found = self.soup.select_one(selector)
        assert found is not None, f"nothing fits {selector!r} in {self.path}:\n{self.text[:2000]}"
        return found

    def has(self, selector: str) -> bool:
        return self.soup.select_one(selector) is not None


class Browser:
    """One person's browser; `user=None` is a visitor."""

    def __init__(self, app: Flask, user: User | None = None, lang: str = "en") -> None:
        self.app, self.client = app, app.test_client()
        self.headers = {"Accept-Language": lang}
        if user is not None:
            self.sign_in(user)

    def sign_in(self, user: User) -> None:
        """Open a session for this person, as the sign-in page does."""
        id = user.id
        with self.app.app_context():
            begin_write()
            token = SignedIn.begin(db.session.get_one(User, id))
            db.session.commit()
            with self.client.session_transaction() as session:
                session["_user_id"] = token
                session["_fresh"] = True

    def get(self, url: str, follow: bool = True, **kwargs: Any) -> Page:
        """Read a page, following redirects."""
        page = self._open(url, method="GET", follow_redirects=follow, **kwargs)
        if (
            page.status == 200
            and page.response.mimetype == "text/html"
            and "HX-Request" not in kwargs.get("headers", {})
        ):
            keeps_house_rules(page)
        return page

    def post(
        self, url: str, data: dict[str, Any] | None = None, follow: bool = True, token: bool = True, **kw: Any
    ) -> Page:
        """Send a form; the token of the session goes along unless `token=False`."""
        data = dict(data or {})
        if token:
            data.setdefault("csrf_token", self.csrf_token())
        return self._open(url, method="POST", data=data, follow_redirects=follow, **kw)

    def submit(self, page: Page, selector: str = "main form", button: str | None = None, **fields: Any) -> Page:
        """Fill in the form that fits the selector and send it, as it stands on the page."""
        form = page.find(selector)
        data: dict[str, Any] = {}
        for field in form.select("input[name], textarea[name], select[name]"):
            name, kind = str(field["name"]), str(field.get("type", ""))
            if kind in ("checkbox", "radio") and not field.has_attr("checked"):
                continue
            if kind in ("file", "submit"):
                continue
            if field.name == "textarea":
                data[name] = field.get_text()
            elif field.name == "select":
                chosen = field.select_one("option[selected]") or field.select_one("option")
                data[name] = str(chosen.get("value", chosen.get_text())) if chosen else ""
            else:
                value = str(field.get("value", "on" if kind == "checkbox" else ""))
                ticked = kind == "checkbox" and name in data
                data[name] = (
                    [*([data[name]] if isinstance(data[name], str) else data[name]), value] if ticked else value
                )
        if button:
            pressed = form.select_one(f'button[name="{button}"]')
            data[button] = str(pressed["value"]) if pressed else ""
        data.update({name: value for name, value in fields.items() if value is not None})
        for name, value in fields.items():
            if value is None:
                data.pop(name, None)
        url = str(form.get("action") or page.path)
        if str(form.get("method", "get")).lower() == "get":
            return self.get(url, query_string=data)
        return self.post(url, data, token=False)

    def csrf_token(self) -> str:
        """A token of this browser's session."""
        from flask_wtf.csrf import generate_csrf

        with self.app.app_context(), self.client.session_transaction() as session, self.app.test_request_context():
            from flask import session as inside

            inside.update(session)
            token = generate_csrf()
            session["csrf_token"] = inside["csrf_token"]
        return token

    def _open(self, url: str, **kwargs: Any) -> Page:
        assert not db.session.info.get("writes"), "commit what the test has done (use `with act():`) before browsing"
        db.session.rollback()
        headers = {**self.headers, **kwargs.pop("headers", {})}
        with self.app.app_context():
            return Page(self.client.open(url, headers=headers, **kwargs))


FIELDS = ("input", "textarea", "select")
WITHOUT_LABEL = ("hidden", "submit")


def keeps_house_rules(page: Page) -> None:
    """What holds for every whole page: one h1, a title, no inline style or script, labels, unique ids, and so on.

    It looks at each tag once: a selector for each rule would take longer than the portal takes for the page.
    """
    where, ids, labels = page.path, Counter[str](), set[str]()
    tags: dict[str, list[Tag]] = {}
    for tag in page.soup.find_all(True):
        tags.setdefault(tag.name, []).append(tag)
        assert "style" not in tag.attrs, f"{where}: inline style {tag}"
        assert not any(name.startswith("on") for name in tag.attrs), f"{where}: inline handler {tag}"
        if "id" in tag.attrs:
            ids[str(tag["id"])] += 1
        if tag.name == "label" and "for" in tag.attrs:
            labels.add(str(tag["for"]))
    doubled = sorted(id for id, times in ids.items() if times > 1)
    assert not doubled, f"{where}: doubled ids {doubled}"
    assert len(tags.get("h1", [])) == 1, f"{where}: one h1 a page, found {tags.get('h1')}"
    assert page.soup.title and page.soup.title.get_text().strip(), f"{where}: no title"
    assert [tag.get("lang") in ("en", "fr") for tag in tags["html"]] == [True], f"{where}: no language"
    assert "style" not in tags, f"{where}: inline style {tags['style']}"
    for script in tags.get("script", []):
        assert script.get("src") or script.get("type") == "application/ld+json", f"{where}: inline script {script}"
    for field in [field for name in FIELDS for field in tags.get(name, []) if field.get("type") not in WITHOUT_LABEL]:
        labelled = field.get("aria-label") or field.find_parent("label") or str(field.get("id")) in labels
        assert labelled, f"{where}: a field without a label: {field}"
    for image in tags.get("img", []):
        assert image.has_attr("alt"), f"{where}: an image without alt: {image}"
    assert "default-src 'none'" in page.headers.get("Content-Security-Policy", ""), f"{where}: no CSP"
