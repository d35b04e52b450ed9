"""Numbers, sizes and times as people read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from imageapp import speaking, wording
from imageapp.extensions import login_manager
from imageapp.languages import Language, Languages

ENGLISH = Language("en")
NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def app() -> Flask:
    """An app that speaks, and nothing else."""
    app = Flask(__name__)
    login_manager.init_app(app)
    app.secret_key = "of no matter"
    speaking.install(app, Languages())
    return app


@pytest.mark.parametrize(
    ("count", "read"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (512, "512 bytes"),
        (999, "999 bytes"),
        (1_000, "1 KB"),
        (14_200, "14 KB"),
        (999_499, "999 KB"),
        (999_950, "1 MB"),
        (2_718_281, "2.7 MB"),
        (25_000_000, "25 MB"),
        (5_000_000_000, "5 GB"),
        (2_000_000_000_000_000, "2000 TB"),
    ],
)
def test_person_reads_a_file_size_in_the_unit_that_fits(count: int, read: str) -> None:
    assert wording.file_size(count) == read


@given(st.integers(min_value=1_000, max_value=999_000_000_000_000))
def test_a_file_size_is_never_off_by_more_than_rounding(count: int) -> None:
    number, unit = wording.file_size(count).split()

    scale = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[unit]
    assert abs(float(number) * scale - count) <= count * 0.051
    assert 1 <= float(number) < 1_000


@pytest.mark.parametrize(
    ("pixels", "read"),
    [(64_000_000, "64 megapixels"), (1_000_000, "1 megapixel"), (2_500_000, "2.5 megapixels")],
)
def test_person_reads_a_pixel_limit_in_megapixels(pixels: int, read: str) -> None:
    assert wording.megapixels(pixels) == read


def test_thousands_are_parted_by_a_space_that_keeps_the_number_on_one_line() -> None:
    assert wording.thousands(999) == "999"
    assert wording.thousands(30_000) == "30\u202f000"
    assert wording.thousands(1_234_567) == "1\u202f234\u202f567"


def test_person_reads_counts_with_the_right_noun() -> None:
    assert [wording.plural(count, "picture") for count in (0, 1, 2, 1_204)] == [
        "0 pictures",
        "1 picture",
        "2 pictures",
        "1\u202f204 pictures",
    ]


def test_person_reads_several_words_as_one_would_say_them() -> None:
    assert wording.listed([]) == ""
    assert wording.listed(["200 px tall"]) == "200 px tall"
    assert wording.listed(["200 px tall", "400 px tall"]) == "200 px tall and 400 px tall"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize(
    ("seconds", "in_full", "in_a_list", "as_a_clock"),
    [
        (-3, "0 s", "0 s", "0:00"),
        (0, "0 s", "0 s", "0:00"),
        (48, "48 s", "48 s", "0:48"),
        (60, "1 min", "1 min", "1:00"),
        (300, "5 min", "5 min", "5:00"),
        (1_781, "29 min 41 s", "29 min", "29:41"),
        (3_605, "1 h", "1 h", "1:00:05"),
        (28_379, "7 h 52 min", "7 h 52 min", "7:52:59"),
        (30_000, "8 h 20 min", "8 h 20 min", "8:20:00"),
        (90_061, "1 d 1 h", "1 d 1 h", "25:01:01"),
    ],
)
def test_person_reads_how_long_a_link_works(seconds: int, in_full: str, in_a_list: str, as_a_clock: str) -> None:
    assert wording.duration(seconds) == in_full
    assert wording.time_left(seconds) == in_a_list
    assert wording.timer(seconds) == as_a_clock


@pytest.mark.parametrize(
    ("past", "read"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=1, minutes=59), "1 hour ago"),
        (timedelta(hours=23), "23 hours ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_person_reads_how_long_ago_a_device_was_seen(past: timedelta, read: str) -> None:
    assert wording.ago(NOON - past, NOON) == read


def test_how_long_ago_it_was_says_when_that_was() -> None:
    two_hours_ago = NOON - timedelta(hours=2)

    assert wording.since(two_hours_ago, NOON, ENGLISH) == (
        '<time datetime="2026-11-14T10:00:00Z" data-time="ago" title="14 Nov 2026, 10:00 UTC">2 hours ago</time>'
    )


def test_a_time_is_written_in_utc_and_says_so() -> None:
    in_berlin = datetime(2026, 11, 14, 10, 31, 7, tzinfo=timezone(timedelta(hours=1)))

    assert wording.instant(in_berlin, ENGLISH) == (
        '<time datetime="2026-11-14T09:31:07Z" data-time="instant" title="14 Nov 2026, 09:31 UTC">'
        "14 Nov 2026, 09:31 UTC</time>"
    )
    assert wording.clock_time(in_berlin, ENGLISH) == (
        '<time datetime="2026-11-14T09:31:07Z" data-time="clock" title="14 Nov 2026, 09:31 UTC">09:31 UTC</time>'
    )


@pytest.mark.parametrize(
    ("user_agent", "label", "kind"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux", "laptop"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
            "Safari/537.36 Edg/142.0.0.0",
            "Edge on Windows",
            "laptop",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 "
            "Safari/605.1.15",
            "Safari on Mac",
            "laptop",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/19.1 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
            "phone",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile "
            "Safari/537.36",
            "Chrome on Android",
            "phone",
        ),
        ("curl/8.17.0", "curl", "laptop"),
        ("python-requests/2.34.2", "A program", "laptop"),
        ("Mozilla/5.0 (X11; Linux x86_64) Weird/1.0", "A browser on Linux", "laptop"),
        ("", "Unknown browser", "laptop"),
        ("<script>alert(1)</script>", "Unknown browser", "laptop"),
    ],
)
def test_person_recognises_a_device_among_the_sign_ins(user_agent: str, label: str, kind: str) -> None:
    assert wording.device(user_agent) == (label, kind)


@given(st.text(max_size=300))
def test_no_user_agent_says_anything_of_its_own_on_the_account_page(user_agent: str) -> None:
    browsers = {name for _, name in wording._BROWSERS}
    systems = {name for _, name in wording._SYSTEMS}

    label, kind = wording.device(user_agent)

    browser, _, system = label.partition(" on ")
    assert browser in browsers | {"A browser", "Unknown browser"}
    assert system in systems | {""}
    assert kind in {"phone", "laptop"}


def test_templates_write_numbers_and_times_with_these_filters(app: Flask) -> None:
    page = app.jinja_env.from_string("{{ size|file_size }} · {{ 20000|thousands }} · {{ moment|instant }}")

    with app.test_request_context():
        text = page.render(size=2_718_281, moment=NOON)

    assert text == (
        '2.7 MB · 20\u202f000 · <time datetime="2026-11-14T12:00:00Z" data-time="instant" '
        'title="14 Nov 2026, 12:00 UTC">14 Nov 2026, 12:00 UTC</time>'
    )
    assert isinstance(wording.instant(NOON, ENGLISH), Markup)
