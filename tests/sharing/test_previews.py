"""What other sites read of a page that somebody shares: Open Graph, Twitter and oEmbed."""

import pytest

from tests.changelog.releases import published, written

HERE = "http://127.0.0.1:8000"


def tags(page):
    return {
        str(tag.get("property") or tag.get("name")): str(tag["content"]) for tag in page.soup.select("meta[content]")
    }


@pytest.fixture
def embed(app):
    return lambda url, **more: app.test_client().get("/oembed", query_string={"url": url, **more})


@pytest.mark.parametrize("path", ["/", "/roadmap", "/changelog", "/people", "/people/tom-becker"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_public_page_has_a_large_picture(browser, path, lang):
    page = browser(lang=lang).get(path)
    told = tags(page)
    assert told["twitter:card"] == "summary_large_image"
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:image"].startswith(f"{HERE}/share.{lang}.png?v=")
    assert told["og:title"] and told["og:description"] and told["og:image:alt"] == told["twitter:image:alt"] != ""
    assert told["og:url"] == page.find("link[rel=canonical]")["href"] == HERE + path
    assert [len(page.soup.select(f'meta[property="{name}"]')) for name in ("og:title", "og:image", "og:url")] == [
        1,
        1,
        1,
    ]


def test_an_idea_is_told_with_its_own_picture(browser, offline):
    told = tags(browser().get(f"/ideas/{offline.id}"))
    assert told["og:image"].startswith(f"{HERE}/ideas/{offline.id}/share.en.png?v=")
    assert told["og:image:alt"] == f"“{offline.title}” on Marée. Status: Planned. Votes: 4."
    assert told["og:type"] == "article"


def test_a_release_is_told_with_its_own_picture(browser, app, copy_week, hugo):
    release = published(hugo, copy_week)
    told = tags(browser().get(f"/changelog/{release.id}"))
    assert told["og:image"].startswith(f"{HERE}/changelog/{release.id}/share.en.png?v=")
    drawn = app.test_client().get(told["og:image"].removeprefix(HERE))
    assert drawn.headers["Cache-Control"] == "public, max-age=3600"


def test_a_private_issue_is_told_to_nobody(browser, salary_leak, camille):
    page = browser(camille).get(f"/ideas/{salary_leak.id}")
    assert not [name for name in tags(page) if name.startswith("og:")]
    assert not page.has("link[type='application/json+oembed']")


def test_a_page_leads_to_its_embed(browser, app, offline, copy_week, hugo):
    release = published(hugo, copy_week)
    for path, title in ((f"/ideas/{offline.id}", offline.title), (f"/changelog/{release.id}", "Copy a week")):
        found = browser().get(path).find("link[type='application/json+oembed']")["href"]
        assert str(found).startswith(f"{HERE}/oembed?")
        assert app.test_client().get(str(found).removeprefix(HERE)).json["title"] == title


def test_an_embed_is_a_link_with_a_picture(embed, offline):
    answer = embed(f"{HERE}/ideas/{offline.id}-whatever?c=new#comments")
    assert answer.mimetype == "application/json" and answer.headers["Cache-Control"] == "public, max-age=3600"
    told = answer.json
    assert (told["version"], told["type"], told["title"]) == ("1.0", "link", offline.title)
    assert told["provider_name"] == "Marée" and told["provider_url"] == HERE + "/"
    assert told["thumbnail_url"].startswith(f"{HERE}/ideas/{offline.id}/share.en.png?v=")
    assert (told["thumbnail_width"], told["thumbnail_height"]) == (1200, 630)
    assert "html" not in told, "our pages let nobody frame them"


def test_a_picture_larger_than_asked_for_is_left_out(embed, offline):
    url = f"{HERE}/ideas/{offline.id}"
    assert "thumbnail_url" not in embed(url, maxwidth="600").json
    assert "thumbnail_url" not in embed(url, maxheight="400").json
    assert "thumbnail_url" in embed(url, maxwidth="1200", maxheight="nonsense").json


def test_only_json_is_spoken(embed, offline):
    assert embed(f"{HERE}/ideas/{offline.id}", format="xml").status_code == 501
    assert embed(f"{HERE}/ideas/{offline.id}", format="json").status_code == 200


def test_an_address_is_asked_for(app):
    assert app.test_client().get("/oembed").status_code == 400


def test_what_not_everybody_may_see_is_not_there(embed, salary_leak, offline, copy_week, hugo, lea):
    from tests.conftest import act

    release = written(hugo, copy_week)
    with act():
        offline.hide(by=lea, reason="Spam")
    for path in (f"/ideas/{salary_leak.id}", f"/ideas/{offline.id}", f"/changelog/{release.id}", "/ideas/999999"):
        assert embed(HERE + path).status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/ideas/{id}", "https://127.0.0.1:8000/ideas/{id}", "http://127.0.0.1/ideas/{id}",
        "http://127.0.0.1:8000@evil.example/ideas/{id}", "http://evil.example#http://127.0.0.1:8000/ideas/{id}",
        "http://127.0.0.1:8000.evil.example/ideas/{id}", "http://127.0.0.1:8000\\@evil.example/ideas/{id}",
        "//127.0.0.1:8000/ideas/{id}", "/ideas/{id}", "javascript:alert(1)", "file:///etc/passwd", "http://[::1/ideas/{id}",
        "http://127.0.0.1:8000/ideas/{id}\r\nX: y", "http://127.0.0.1:8000/ideas/{id}/vote", "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/admin/", "http://127.0.0.1:8000/ideas/99999999999999999999",
        "http://127.0.0.1:8000/ideas/" + "9" * 3000, "http://127.0.0.1:8000/ideas/{id}/../../admin", "é", " ",
    ],
)  # fmt: skip
def test_an_address_that_is_not_ours_is_refused(embed, offline, url):
    assert embed(url.format(id=offline.id)).status_code == 404


def test_an_embed_tells_nobody_more_than_everybody_may_see(browser, salary_leak, copy_week, hugo, camille):
    """Other sites keep what they are told, whoever asked."""
    release = written(hugo, copy_week)
    for reader, path in ((camille, f"/ideas/{salary_leak.id}"), (hugo, f"/changelog/{release.id}")):
        assert browser(reader).get(path).status == 200
        assert browser(reader).get(f"/oembed?url={HERE}{path}").status == 404
