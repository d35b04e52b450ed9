"""A cache between the site and its people keeps nothing that is not everybody's."""

from typing import Any

import requests

from tests.authorization.people import small_picture
from tests.caching.conftest import Nginx
from tests.site import JSON, Client, Site

Everything = list[requests.Response]


def private_addresses(image: dict[str, Any], link: dict[str, Any]) -> list[str]:
    """Every kind of page and picture that Alice can look at."""
    paths = ["/", "/images", "/images/upload", f"/images/uploaded?id={image['id']}", "/links", "/account", "/login"]
    paths += [f"/images/{image['id']}", f"/images/{image['id']}/links/new", f"/links/{link['id']}", "/nowhere"]
    paths += [f"/images/{image['id']}/original", *(f"/images/{image['id']}/thumbnails/{size}" for size in (200, 400))]
    return [*paths, "/l/" + link["url"].rpartition("/l/")[2], "/l/forged.token.here"]


def look_at_everything(client: Client, paths: list[str]) -> Everything:
    """Each twice in a row, as a page, as JSON, and by its headers alone: the second would come from the cache."""
    answers: Everything = []
    for path in paths:
        for headers in ({}, JSON):
            answers += [client.get(path, headers=headers), client.get(path, headers=headers), client.head(path)]
    return answers


def test_two_people_and_a_stranger_behind_one_cache_get_their_own(behind_nginx: tuple[Site, Nginx]) -> None:
    site, nginx = behind_nginx
    alice, bob, stranger = (Client(nginx.root) for _ in range(3))
    alice.sign_in(site.person("Enterprise", name="Alice-Liddell"))
    bob.sign_in(site.person("Enterprise", name="Bob-Cratchit"))
    image = alice.keep(small_picture())
    link = alice.link(image)
    paths = private_addresses(image, link)

    hers, his, nobodys = (look_at_everything(client, paths) for client in (alice, bob, stranger))
    again = look_at_everything(alice, paths)

    for answer in hers + his + nobodys + again:
        assert answer.headers["X-Cache"] == "MISS", answer.url
    assert [answer.status_code for answer in again] == [answer.status_code for answer in hers]
    for answer in his + nobodys:
        assert "Alice-Liddell" not in answer.text
    for answer in nobodys:
        assert "Bob-Cratchit" not in answer.text
    assert nginx.kept() == []


def test_a_link_behind_a_cache_ends_at_its_second(behind_nginx: tuple[Site, Nginx]) -> None:
    site, nginx = behind_nginx
    alice = Client(nginx.root).sign_in(site.person("Enterprise"))
    site.clock.freeze()
    link, stranger = alice.link(alice.keep(small_picture())), Client(nginx.root)
    alive = [stranger.get(link["url"]) for _ in range(2)]

    site.clock.advance(seconds=301)
    dead = stranger.get(link["url"])

    assert [answer.status_code for answer in alive] == [200, 200]
    assert (dead.status_code, dead.headers["X-Cache"]) == (410, "MISS")
    assert nginx.kept() == []


def test_the_cache_keeps_what_is_everybodys(behind_nginx: tuple[Site, Nginx]) -> None:
    """So the tests above would see a page that is kept."""
    _, nginx = behind_nginx
    stranger = Client(nginx.root)
    style = stranger.get("/login").text.partition('href="/static/base.css')[2].partition('"')[0]

    answers = [stranger.get(f"/static/base.css{style}") for _ in range(2)]

    assert [answer.headers["X-Cache"] for answer in answers] == ["MISS", "HIT"]
    assert answers[0].content == answers[1].content
    assert len(nginx.kept()) == 1
    assert b"Set-Cookie" not in nginx.kept()[0]
