"""What browsers keep: fingerprinted, compressed, within budget, and nothing from other hosts."""

import gzip
import re
from importlib import import_module
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium

from portal.app import ROUTES
from portal.brand.avatars import avatar
from portal.web import assets

TEMPLATES = sorted((Path(__file__).parents[2] / "templates").rglob("*.html"))
# What people keep of their data is no page of the portal: it carries its own style.
OTHERS = {"emails", "export"}
PAGES = [path for path in TEMPLATES if not OTHERS & {*path.parts} and path.name != "email.html"]
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lch|lab|hwb)\(|:\s*(?:white|black|red|gray|grey)\b"
)
# Every rule of a sheet as a browser understands it, with what it stands in; how lists are spaced means nothing.
RULES = """text => {
  const sheet = new CSSStyleSheet(), found = [];
  const tidy = said => said.replace(/\\s+/g, " ").replace(/ ?, ?/g, ",").trim();
  const walk = (rules, within) => [...rules].forEach(rule => {
    const said = rule.style ? [...rule.style].map(name => `${name}: ${tidy(rule.style.getPropertyValue(name))}`) : [];
    const head = rule.selectorText ?? tidy(rule.cssText.split("{")[0]);
    found.push(`${within}${head} {${rule.cssRules || rule.selectorText ? said.join("; ") : tidy(rule.cssText)}}`);
    walk(rule.cssRules ?? [], `${within}${head} / `);
  });
  sheet.replaceSync(text);
  walk(sheet.cssRules, "");
  return found;
}"""
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pytest.fixture
def client() -> FlaskClient:
    for name in ROUTES:  # once it is registered, a blueprint takes no more of them
        import_module(f"portal.{name}")
    served = Flask("only-assets", static_folder=None)
    served.register_blueprint(assets.bp)
    return served.test_client()


def style(name: str) -> str:
    return COMMENT.sub("", (assets.STATIC / "css" / f"{name}.css").read_text())


def test_an_asset_may_be_kept_for_ever(client: FlaskClient) -> None:
    response = client.get(assets.asset("app.css"))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.content_type == "text/css; charset=utf-8"


@pytest.mark.parametrize("name", sorted(assets.collection()))
def test_every_asset_answers_at_its_fingerprinted_address(client: FlaskClient, name: str) -> None:
    url = assets.asset(name)
    assert re.fullmatch(r"/assets/[\w./-]+\.[0-9a-f]{12}\.\w+", url)
    response = client.get(url)
    assert response.data == assets.collection()[name].bodies["identity"]
    assert response.mimetype in set(assets.TYPES.values()) | {"text/css", "text/javascript"}


def test_an_old_fingerprint_is_not_found(client: FlaskClient) -> None:
    assert client.get("/assets/app.000000000000.css").status_code == 404
    assert client.get("/assets/../config.py").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "coding", "open_"), [("br, gzip", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)]
)
def test_text_comes_compressed_as_the_browser_accepts(
    client: FlaskClient, accepted: str, coding: str, open_: object
) -> None:
    response = client.get(assets.asset("app.css"), headers={"Accept-Encoding": accepted})
    assert response.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in response.headers["Vary"]
    assert open_(response.data) == assets.collection()["app.css"].bodies["identity"]  # type: ignore[operator]


def test_a_font_is_not_compressed_twice(client: FlaskClient) -> None:
    response = client.get(assets.asset("fonts/figtree-latin-wght-normal.woff2"), headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in response.headers


def test_what_the_browser_already_has_is_not_sent_again(client: FlaskClient) -> None:
    url = assets.asset("app.js")
    tag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_styles_stay_within_15_kilobytes() -> None:
    assert len(gzip.compress(assets.collection()["app.css"].bodies["identity"], 9)) <= 15 * 1024


@pytest.mark.browser
@pytest.mark.parametrize("name", sorted(f"{name}.css" for name in assets._sheets()))
def test_a_sheet_that_was_made_small_says_what_was_written(chromium: Chromium, name: str) -> None:
    """Minifiers that do not know @layer take `.chart :is(…)` for a declaration, and its space away."""
    written = "\n".join(path.read_text() for path in assets._sheets()[name.removesuffix(".css")])
    sent = assets.collection()[name].bodies["identity"].decode()
    page = chromium.new_page()
    rules, expected = (page.evaluate(RULES, re.sub(r"url\([^)]*\)", "url(x)", text)) for text in (sent, written))
    page.close()
    assert rules == expected and len(sent) < len(written)


def test_scripts_stay_within_31_kilobytes() -> None:
    scripts = [item for name, item in assets.collection().items() if name.endswith(".js")]
    assert sum(len(gzip.compress(item.bodies["identity"], 9)) for item in scripts) <= 31_000


def test_styles_point_at_fingerprinted_fonts() -> None:
    css = assets.collection()["app.css"].bodies["identity"].decode()
    pointed = re.findall(r'url\("([^"]+)"\)', css)
    assert pointed
    assert set(pointed) <= {item.url for item in assets.collection().values()}


def test_the_joined_script_has_nothing_left_to_import() -> None:
    script = assets.joined_script("app")
    assert not re.search(r"^\s*(import|export)\b", script, re.MULTILINE)
    declared = re.findall(r"^(?:const|let|function|async function) (\w+)", script, re.MULTILINE)
    assert len(declared) == len(set(declared))


@pytest.mark.parametrize("name", [path.stem for path in assets.style_files() if path.stem != "tokens"])
def test_colours_come_from_the_tokens(name: str) -> None:
    assert not COLOUR.findall(style(name))


@pytest.mark.parametrize("name", [path.stem for path in assets.style_files()])
def test_every_style_is_in_a_layer_and_none_is_forced(name: str) -> None:
    outside = re.sub(r"@layer [\w, ]+;", "", style(name)).strip()
    assert outside.startswith("@layer ")
    assert outside.count("!important") == (1 if name == "utilities" else 0)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(path.parents[1]).as_posix())
def test_a_page_holds_no_inline_style_or_script_and_no_other_host(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|\shx-on", text)
    scripts = re.findall(r"<script[^>]*>", text)
    assert all("src=" in tag or "application/ld+json" in tag for tag in scripts)
    assert not re.search(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", text)


def test_icons_used_by_templates_are_in_the_sprite() -> None:
    sprite = (assets.STATIC / "img" / "icons.svg").read_text()
    known = set(re.findall(r'id="([^"]+)"', sprite))
    used = {name for path in TEMPLATES for name in re.findall(r"\bicon\(\s*[\"']([\w-]+)[\"']", path.read_text())}
    assert used <= known


def test_each_status_kind_has_its_glyph_and_its_colour() -> None:
    sprite = (assets.STATIC / "img" / "icons.svg").read_text()
    for kind in ("open", "under_review", "planned", "started", "testing", "shipped", "declined"):
        assert f'id="st-{kind}"' in sprite
        assert f'[data-status="{kind}"]' in style("tokens")


def test_an_icon_is_hidden_from_readers_and_escapes_its_name() -> None:
    assert 'aria-hidden="true"' in assets.icon("bell")
    assert "<script>" not in assets.icon("<script>")


def test_a_face_is_stable_for_a_name_and_differs_between_names() -> None:
    assert avatar("ines") == avatar("ines")
    assert avatar("ines") != avatar("tom")
    assert "style=" not in avatar("ines")


def test_nobody_and_staff_have_drawings_of_their_own() -> None:
    assert len({avatar(""), avatar.staff(), avatar("ines")}) == 3
