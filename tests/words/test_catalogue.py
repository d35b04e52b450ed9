"""The catalogues hold what the code says, all of it and nothing else."""

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from imageapp import catalogues
from imageapp.languages import CODES, ENGLISH

TRANSLATED = [code for code in CODES if code != ENGLISH]


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    """Every message of the code and the templates."""
    return catalogues.collected()


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_is_translated_and_none_is_left_over(code: str, wanted: Catalog) -> None:
    assert list(catalogues.faults(catalogues.kept(code), wanted)) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_programs_read_what_people_translated(code: str) -> None:
    """Whoever changes a catalogue runs `make translations`."""
    source = catalogues.source(code)
    kept = catalogues.kept(code)

    with source.with_suffix(".mo").open("rb") as file:
        read = {_key(message): _forms(message.string) for message in read_mo(file) if message.id}

    assert read == {_key(message): _forms(message.string) for message in kept if message.id}


def _key(message: Message) -> tuple[str | None, ...]:
    return message.context, *_forms(message.id)


def _forms(text: object) -> list[str]:
    return [str(one) for one in text] if isinstance(text, list | tuple) else [str(text)]


def test_what_is_said_in_code_scripts_and_templates_is_found(wanted: Catalog) -> None:
    """One of each way to say something."""
    for message in ("Keep it", "Link copied", "Sign in first.", "%(number)s MB", "%(count)s byte", "Delete %(name)s?"):
        assert wanted.get(message) is not None, message
    assert wanted.get("Live", "several links") is not None


def test_a_catalogue_that_lacks_something_is_found_out(wanted: Catalog) -> None:
    catalog = Catalog(locale="pl")
    catalog.add("Keep it", "")
    catalog.add("%(size)s free", "wolne")
    catalog.add("Press {key} C to copy.", "Naciśnij {klawisz} C.")
    catalog.add(("%(num)s day left", "%(num)s days left"), ("%(num)s dzień", "%(num)s dni"))
    catalog.add("Said nowhere", "Nigdzie")

    faults = set(catalogues.faults(catalog, wanted))

    assert {
        "'Keep it' is not translated",
        "'%(size)s free' has other places in its translation",
        "'Press {key} C to copy.' has other places in its translation",
        "'%(num)s day left' is not translated",
        "'Said nowhere' is said nowhere any more",
        "'Sign in' is not in the catalogue",
    } <= faults


@pytest.mark.parametrize("code", TRANSLATED)
def test_collecting_once_more_changes_nothing(code: str, wanted: Catalog) -> None:
    """A difference between two commits is one of sentences, never of lines or dates."""
    catalog = catalogues.updated(catalogues.kept(code), wanted)

    assert catalogues.written(catalog) == catalogues.source(code).read_bytes()
