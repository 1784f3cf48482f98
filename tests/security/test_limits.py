"""Who counts as one for the limits: an account, or a network, and never what a client says of itself."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal.extensions import limiter, network
from tests.browser import Browser

SAME = [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
    ("2001:db8::1", "2001:db8::2"),
    ("2001:db8::1", "2001:0db8:0000:0000:1::"),
    ("::ffff:203.0.113.9", "203.0.113.9"),
    ("fe80::1%eth0", "fe80::2%eth1"),
]
OTHERS = [("2001:db8:1:2::1", "2001:db8:1:3::1"), ("2001:db8::1", "2001:db9::1"), ("203.0.113.9", "203.0.113.8")]


def counted_as(app: Flask, address: str) -> str:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        return network()


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_household_is_one_network_however_its_address_is_written(app, one, other):
    assert counted_as(app, one) == counted_as(app, other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_household_is_another_network(app, one, other):
    assert counted_as(app, one) != counted_as(app, other)


def test_what_is_no_address_is_one_network_too(app):
    assert counted_as(app, "nowhere") == "nowhere"


def test_no_header_of_the_client_makes_it_another(with_limits):
    here = Browser(with_limits)
    for number in range(31):
        headers = {name: f"203.0.113.{number}" for name in ("X-Forwarded-For", "X-Real-IP", "Client-IP", "Forwarded")}
        page = here.post("/sign-in", {"email": "no"}, headers=headers)
    assert page.status == 429


@pytest.fixture
def behind_a_proxy(made_again: Callable[..., Flask]) -> Iterator[Flask]:
    """The same portal behind one proxy, with its rate limits on."""
    yield made_again(PROXY_HOPS=1, RATE_LIMITS=True)
    limiter.reset()


def test_a_proxy_is_believed_about_whom_it_saw_and_nothing_more(behind_a_proxy):
    """It writes the address that it saw behind those that the client made up."""
    here = Browser(behind_a_proxy)
    for number in range(31):
        headers = {"X-Forwarded-For": f"203.0.113.{number}, 198.51.100.7", "X-Forwarded-Host": "evil.example"}
        page = here.post("/sign-in", {"email": "no"}, headers=headers)
        assert page.status == (422 if number < 30 else 429) and "evil" not in page.html
    assert here.post("/sign-in", {"email": "no"}, headers={"X-Forwarded-For": "198.51.100.8"}).status == 422


def test_previews_are_limited_and_say_so_where_they_show(with_limits, tom):
    here = Browser(with_limits, tom)
    answers = [here.post("/preview", {"text": "**Hello**"}, follow=False) for _ in range(31)]
    assert {answer.status for answer in answers[:30]} == {200} and answers[-1].status == 429
    assert "What you wrote is kept" in answers[-1].html and "<html" not in answers[-1].html
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61


@pytest.mark.parametrize("path", ["/search?q=wages", "/ideas/similar?title=wages"])
def test_what_is_looked_for_is_limited(with_limits, path):
    here = Browser(with_limits)
    codes = [here.client.get(path).status_code for _ in range(121)]
    assert set(codes[:120]) == {200} and codes[-1] == 429
    assert Browser(with_limits).client.get(path, environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 200
