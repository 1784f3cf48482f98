"""The list of samples is whole: a page that is added without one fails here."""

from collections import defaultdict
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from portal.accounts.models import User
from portal.extensions import db
from tests.browser import Browser, Page, keeps_house_rules
from tests.walk.pages import NOT_A_PAGE, SAMPLES, Sample
from tests.walk.walker import Served

Portals = dict[str, Served]


def endpoint_of(sample: Sample, portals: Portals) -> str | None:
    """Which view answers for a sample; None where none does."""
    world = portals[sample.portal].world
    try:
        found = world.app.url_map.bind("127.0.0.1").match(_path(sample, portals))
    except RequestRedirect as elsewhere:
        found = world.app.url_map.bind("127.0.0.1").match(urlsplit(elsewhere.new_url).path)
    except HTTPException:
        return None
    return str(found[0])


def test_every_address_that_can_be_read_is_a_sample_or_no_page(served_portals: Portals) -> None:
    app: Flask = served_portals["demo"].world.app
    sampled = {endpoint_of(sample, served_portals) for sample in SAMPLES}
    readable = {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods and "GET" in rule.methods}
    assert readable - sampled - set(NOT_A_PAGE) == set(), "add a sample to tests/walk/pages.py"
    assert set(NOT_A_PAGE) - readable == set(), "what is no page must at least be there"
    assert sampled & set(NOT_A_PAGE) == set()


def test_no_two_samples_have_one_name() -> None:
    names = [sample.name for sample in SAMPLES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_page_has_a_title_and_a_heading_of_its_own(served_portals: Portals) -> None:
    told: dict[str, set[str]] = defaultdict(set)
    for sample in SAMPLES:
        if not sample.act and "elsewhere" not in sample.path:
            page = _read(sample, served_portals)
            if page.status < 500:
                keeps_house_rules(page)
            title = page.find("title").get_text(strip=True)
            told[f"{sample.portal}: {title}"].add(
                str(endpoint_of(sample, served_portals) if page.status < 400 else page.status)
            )
    # A preview is the page itself, before it is saved.
    for views in told.values():
        views.discard("admin.preview_settings")
    assert {title: views for title, views in told.items() if len(views) > 1} == {}


def _path(sample: Sample, portals: Portals) -> str:
    return urlsplit(sample.path.format(**portals[sample.portal].world.facts)).path


def _read(sample: Sample, portals: Portals) -> Page:
    world = portals[sample.portal].world
    with world.app.app_context():
        user = db.session.scalars(select(User).where(User.handle == sample.who)).one() if sample.who else None
        return Browser(world.app, user).get(sample.path.format(**world.facts))
