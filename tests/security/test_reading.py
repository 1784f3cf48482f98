"""Reading changes nothing: an admin opens every link there is, by GET and by HEAD, and every row stays as it was."""

import re
from collections import Counter
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask.testing import FlaskClient

from tests.security.target import Target

OURS = "http://127.0.0.1:8000"
LINK = re.compile(r'(?:(?:href|src|hx-get)="|<loc>)([^"#<]+)')
FORM = re.compile(r"<form[^>]*>")
BEGIN = ("/", "/admin", "/settings", "/sitemap.xml", "/dev/mail", "/design")


def crawl(target: Target, client: FlaskClient) -> list[str]:
    """Open what pages lead to by links, forms that GET and htmx; give every address opened, in order.

    Of addresses that differ only in their values (each language of each filter of each idea) two are opened.
    """
    waiting, opened, shapes = list(BEGIN), list[str](), Counter[object]()
    while waiting:
        url = waiting.pop(0)
        if url in opened or shapes[shape(target, url)] == 2:
            continue
        shapes[shape(target, url)] += 1
        opened.append(url)
        answer = client.get(url, headers={"Accept-Language": "en"}, buffered=True)
        assert answer.status_code < 500, url
        if answer.mimetype in ("text/html", "application/xml"):
            waiting += led_to(url, answer.text)
        if "Location" in answer.headers:
            waiting.append(local(urljoin(url, answer.headers["Location"])))
    return opened


def shape(target: Target, url: str) -> object:
    """Which view answers, and which questions the address asks it."""
    parts = urlsplit(url)
    return endpoint(target, url), tuple(sorted({name for name, _ in parse_qsl(parts.query)}))


def led_to(url: str, page: str) -> list[str]:
    """Where a page leads by GET, on this portal."""
    gets = (form for form in FORM.findall(page) if 'method="post"' not in form)
    links = LINK.findall(page) + [address for form in gets for address in re.findall(r'action="([^"]+)"', form)]
    return list(filter(None, (local(urljoin(f"{OURS}{url}", unescape(link))) for link in links)))


def local(url: str) -> str:
    """The path and query of an address of this portal; nothing for any other."""
    parts = urlsplit(url)
    ours = parts.scheme in ("", "http") and parts.netloc in ("", "127.0.0.1:8000", "localhost")
    return (parts.path + (f"?{parts.query}" if parts.query else "")) if ours else ""


def test_an_admin_who_opens_every_link_changes_nothing(target: Target) -> None:
    before = target.digests()
    client = target.client("admin")
    opened = crawl(target, client)
    for url in opened:
        client.head(url, buffered=True)
    endpoints = {endpoint(target, url) for url in opened}
    assert {"admin.edit_release", "accounts.erase", "dev.message", "comments.answers", "admin.email_body"} <= endpoints
    assert target.digests() == before


def endpoint(target: Target, url: str) -> str:
    try:
        return str(target.app.url_map.bind("127.0.0.1").match(urlsplit(url).path)[0])
    except Exception:  # an address of no page
        return ""
