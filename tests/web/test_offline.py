"""What a browser keeps for moments without a connection."""

import json
from collections.abc import Callable

from portal.accounts.models import User
from portal.settings import Settings
from portal.web.assets import asset
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


def kept(browser: Browser, lang: str = "en") -> dict[str, object]:
    script = browser.get(f"/sw.js?lang={lang}")
    found: dict[str, object] = json.loads(script.html.partition("const KEPT = ")[2].partition(";\n")[0])
    return found


def test_the_page_for_offline_moments_says_what_is_kept(browser: Opens) -> None:
    page = browser(lang="fr").get("/offline")
    assert page.heading == "Vous êtes hors ligne" and "conservé dans ce navigateur" in page.text
    assert page.find("main .btn--primary")["href"] == ""
    assert "has not left" in browser().get("/offline?sent=1").text


def test_it_names_nobody_and_sets_no_cookie(browser: Opens, tom: User) -> None:
    page = browser(tom).get("/offline")
    assert tom.display_name not in page.html and "csrf" not in page.html
    assert "Set-Cookie" not in page.headers


def test_the_worker_is_asked_for_anew_each_time_and_may_serve_the_whole_portal(visitor: Browser) -> None:
    script = visitor.get("/sw.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in visitor.get("/").headers["Content-Security-Policy"]


def test_the_worker_keeps_only_what_the_offline_page_needs(visitor: Browser) -> None:
    page, files = visitor.get("/offline"), kept(visitor)["files"]
    used = [str(tag.get("href") or tag.get("src")) for tag in page.soup.select("head link, head script, header img")]
    assert set(used) <= set(files)  # type: ignore[call-overload]
    assert asset("app.js") not in files and "/" not in files  # type: ignore[operator]


def test_a_new_brand_or_language_is_a_new_version(visitor: Browser) -> None:
    before, french = kept(visitor)["version"], kept(visitor, "fr")["version"]
    with act():
        Settings.current().name = "Houle"
        Settings.current().changed_at = Settings.current().changed_at.replace(year=2030)
    assert len({before, french, kept(visitor)["version"]}) == 3
