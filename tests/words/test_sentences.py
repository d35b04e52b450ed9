"""A sentence is English, and knows how to be said in other languages."""

import copy
import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imageapp import wording
from imageapp.languages import Language
from imageapp.sentences import Day, Listing, Number, said, say, say_n, say_of, unwired, wired

ENGLISH, POLISH = Language("en"), Language("pl")
NOON = datetime(2026, 11, 14, 12, 0, tzinfo=UTC)


def trashed(count: int) -> str:
    """How many pictures went to the trash, in Polish."""
    sentence = say_n(
        "%(count)s picture moved to the trash, for %(days)s days.",
        "%(count)s pictures moved to the trash, for %(days)s days.",
        count,
        days=30,
    )
    return said(sentence, POLISH)


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 obraz trafił do kosza na 30 dni."),
        (2, "2 obrazy trafiły do kosza na 30 dni."),
        (5, "5 obrazów trafiło do kosza na 30 dni."),
        (12, "12 obrazów trafiło do kosza na 30 dni."),
        (22, "22 obrazy trafiły do kosza na 30 dni."),
        (25, "25 obrazów trafiło do kosza na 30 dni."),
        (100, "100 obrazów trafiło do kosza na 30 dni."),
    ],
)
def test_anna_reads_each_count_with_the_form_that_goes_with_it(count: int, words: str) -> None:
    assert trashed(count) == words


@pytest.mark.parametrize(
    ("said_in_english", "words"),
    [
        (wording.file_size(2_718_281), "2,7 MB"),
        (wording.file_size(512), "512 bajtów"),
        (wording.megapixels(12_500_000), "12 Mpx"),
        (wording.megapixels(2_500_000), "2,5 Mpx"),
        (wording.thousands(1_234_567), "1\u00a0234\u00a0567"),
        (wording.duration(30_000), "8 h 20 min"),
        (wording.listed(["a", "b", "c"]), "a, b i c"),
        (Listing(["JPEG", "PNG"], "or"), "JPEG lub PNG"),
        (Listing([]), ""),
        (wording.ago(NOON - timedelta(minutes=12), NOON), "12 min temu"),
        (wording.ago(NOON - timedelta(hours=3), NOON), "3 godziny temu"),
        (wording.ago(NOON - timedelta(days=5), NOON), "5 dni temu"),
        (wording.ago(NOON, NOON), "przed chwilą"),
        (Day(NOON), "14 lis 2026"),
        (Day(NOON, "short"), "14 lis"),
        (Day(NOON, "month"), "listopad 2026"),
        (wording.device("Mozilla/5.0 (X11; Linux) Firefox/145.0").label, "Firefox, Linux"),
        (say_of("several links", "Live"), "Aktywne"),
        (say("Live"), "Aktywny"),
    ],
)
def test_anna_reads_numbers_times_and_lists_as_polish_writes_them(said_in_english: str, words: str) -> None:
    assert said(said_in_english, POLISH) == words


def test_the_english_is_there_for_logs_and_whoever_knows_no_language() -> None:
    sentence = say("%(size)s free", size=wording.file_size(2_718_281))

    assert sentence == "2.7 MB free"
    assert said(sentence, ENGLISH) == "2.7 MB free"
    assert said(sentence, POLISH) == "Wolne: 2,7 MB"
    assert said("typed by somebody", POLISH) == "typed by somebody"


def test_what_somebody_typed_is_no_message_and_no_pattern() -> None:
    sentence = say("“%(name)s” was deleted.", name="Keep it 100 % %(name)s")

    assert said(sentence, POLISH) == "Usunięto „Keep it 100 % %(name)s”."


@pytest.mark.parametrize("words", [say("Keep it"), Number(3), Listing(["a", "b"], "or"), Day(NOON), trashed(2)])
def test_a_copy_is_as_good_as_what_it_was_copied_from(words: str) -> None:
    for other in (copy.deepcopy(words), pickle.loads(pickle.dumps(words))):
        assert (str(other), type(other)) == (str(words), type(words))
        assert said(other, POLISH) == said(words, POLISH)


def test_a_sentence_comes_out_of_another_process_as_it_went_in() -> None:
    for sentence in (
        say("A side of %(longest)s pixels is over the limit of %(most)s. Save a smaller copy.", longest=40_000, most=3),
        say_n("%(count)s byte", "%(count)s bytes", 2),
        say(
            "This is %(kind)s, not a picture. Save it as %(formats)s.", kind=say("a PDF"), formats=Listing(["A"], "or")
        ),
    ):
        came = unwired(wired(sentence))

        assert came == sentence
        assert said(came, POLISH) == said(sentence, POLISH)
        assert said(came, POLISH) != sentence


def _nested(times: int) -> object:
    """Lists within lists, deeper than anything that can be said."""
    sent: object = "a"
    for _ in range(times):
        sent = {"list": [sent], "last": "and"}
    return sent


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        ["Keep it"],
        {"message": "Keep it"},
        {"message": "%(a)s", "values": {}},
        {"message": "%(a)999999999s", "values": {"a": "b"}},
        {"message": "%s", "values": {}},
        {"message": "100 %", "values": {}},
        {"message": "a" * 3_000, "values": {}},
        {"message": "%(a)s", "values": {"a": {"message": "%(b)s", "values": {}}}},
        {"message": "Keep it", "values": {}, "more": 1},
        {"list": [1], "last": "or"},
        {"list": ["a"], "last": "nor"},
        {"message": "%(a)s", "values": {"a": True}},
        {"message": "%(a)s", "values": {"a": 10**400}},
        {"message": "%(a)s", "values": {"a": float("nan")}},
        _nested(300),
        _nested(3_000),
    ],
)
def test_nonsense_from_a_process_that_was_taken_over_is_none(sent: object) -> None:
    with pytest.raises(ValueError, match=r"sentence|stands for nothing"):
        unwired(sent)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["message", "values", "plural", "number", "list", "last", "a"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_whatever_is_sent_is_a_text_or_a_value_error(sent: object) -> None:
    try:
        text = unwired(sent)
    except ValueError:
        return
    assert isinstance(text, str)
    assert isinstance(said(text, POLISH), str)
