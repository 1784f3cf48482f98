"""What a person does in a browser: the same steps with and without JavaScript, in both languages."""

import re
from email.message import EmailMessage
from typing import Any

from flask_babel import force_locale
from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, Locator, Response, expect

from portal.i18n import _
from portal.ideas.models import Idea
from tests.mailbox import Mailbox

# A refusal is an answer: the page says what was wrong, and Chromium notes it as an error all the same.
REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
Words = str | re.Pattern[str]
Part = str | Locator
expect.set_options(timeout=15_000)


class Window:
    """One window of a person's browser. `problems` must stay empty: errors, refused content, pages wider than it."""

    def __init__(self, context: BrowserContext, lang: str, scripts: bool) -> None:
        self.context, self.lang, self.scripts = context, lang, scripts
        self.problems: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"{self.page.url}: {error}"))
        self.page.on("response", self._response)

    def go(self, path: str) -> "Window":
        """Open an address of the portal."""
        self.page.goto(path)
        self.fits()
        return self

    def read(self, idea: Idea) -> "Window":
        """Open the page of an idea."""
        return self.go(f"/ideas/{idea.id}")

    def told(self, words: str, **values: Any) -> str:
        """Words of the portal as this person reads them."""
        with force_locale(self.lang):  # asks the database nothing: what a test reads next is what stands there then
            return _(words, **values) if words else ""

    def part(self, within: Part = "body") -> Locator:
        return within if isinstance(within, Locator) else self.page.locator(within)

    def named(self, name: Words, within: Part = "body", exact: bool = False) -> Locator:
        """The button or the link of this name."""
        part, words = self.part(within), self._read(name)
        button = part.get_by_role("button", name=words, exact=exact)
        return button.or_(part.get_by_role("link", name=words, exact=exact))

    def press(self, name: Words, within: Part = "body", exact: bool = False) -> None:
        """Press the one button or link of this name."""
        self.named(name, within, exact).click()

    def unfold(self, name: str, within: Part = "body") -> None:
        """Open what is folded under this summary."""
        self.part(within).locator("summary").filter(has_text=self._read(name)).click()

    def field(self, label: str, within: Part = "main", exact: bool = False) -> Locator:
        return self.part(within).get_by_label(self._read(label), exact=exact)

    def fill(self, label: str, text: str, within: Part = "main", exact: bool = False) -> None:
        """Write into the field of this label."""
        self.field(label, within, exact).fill(text)

    def give_code(self, code: str, press: str = "Count my vote") -> None:
        """Type the code of the mail: with scripts the sixth digit sends it."""
        self.fill("The code", code)
        if not self.scripts:
            self.press(press, within="main form")

    def choose(self, label: str, option: str, within: Part = "main") -> None:
        self.field(label, within).select_option(label=str(self._read(option)))

    def tick(self, label: str, within: Part = "main") -> None:
        self.field(label, within).check()

    def sees(self, *words: Words, within: Part = "body") -> None:
        """Wait until all of these words are there to read."""
        for text in words:
            expect(self.part(within).get_by_text(self._read(text)).filter(visible=True).first).to_be_visible()

    def never_sees(self, *words: Words, within: Part = "body") -> None:
        """None of these words is there to read, now that the page is."""
        for text in words:
            expect(self.part(within).get_by_text(self._read(text)).filter(visible=True)).to_have_count(0)

    def is_titled(self, heading: Words) -> None:
        """Wait for the page with this heading."""
        expect(self.page.locator("h1")).to_have_text(self._read(heading))
        self.fits()

    def holds(self, label: str, text: str, within: Part = "main") -> None:
        """The field of this label has this text in it."""
        expect(self.field(label, within)).to_have_value(text)

    def is_signed_in(self, yes: bool = True) -> None:
        expect(self.page.locator("header details.menu")).to_have_count(int(yes))

    def counts(self, votes: int, within: str = ".slip__n strong") -> None:
        """So many votes are shown."""
        expect(self.page.locator(within)).to_have_text(str(votes))

    def is_answered(self) -> None:
        """Wait for the server: scripts show what was asked for before it has answered."""
        expect(self.page.locator(".htmx-request")).to_have_count(0)

    def opens(self, message: EmailMessage, containing: str = "/") -> None:
        """Follow the first link of a message whose address holds these characters."""
        found = [url for url in re.findall(r"https?://\S+", Mailbox.text(message)) if containing in url]
        assert found, Mailbox.text(message)
        self.go(found[0])

    def fetch(self, path: str, **options: Any) -> APIResponse:
        """What this browser's cookies get at an address, without leaving the page."""
        return self.context.request.fetch(path, **options)

    def token(self) -> str:
        """A token of this browser's session, off any page with a form."""
        return str(self.page.locator("input[name=csrf_token]").first.get_attribute("value"))

    def fits(self) -> None:
        """Nothing is wider than the phone."""
        size = self.page.viewport_size
        if size and size["width"] < 500:
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                self.problems.append(f"{self.page.url} is {wide} px wider than the phone")

    def close(self) -> None:
        self.page.goto("about:blank")
        self.context.close()

    def _read(self, words: Words) -> Words:
        return self.told(words) if isinstance(words, str) else words

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not REFUSAL.match(message.text):
            self.problems.append(f"{self.page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        refused = response.status >= 400 and response.request.resource_type not in ("document", "fetch", "xhr")
        if response.status >= 500 or refused:
            self.problems.append(f"{response.url}: {response.status}")
