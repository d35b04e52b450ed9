"""The catalogues of messages: collected from the code, kept beside their translations, compiled for reading.

`python -m imageapp.catalogues`, which is `make translations`. Nothing that serves imports this.
"""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from imageapp.languages import CODES, ENGLISH, FOLDER
from imageapp.sentences import places

CHECKOUT = Path(__file__).resolve().parents[1]
MAPPING = Path(__file__).with_name("babel.cfg")
# The functions whose first argument is a message, and those with two forms of one.
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "say", "marked"), (1,)),
    **dict.fromkeys(("ngettext", "say_n", "marked_n"), (1, 2)),
    "say_of": ((1, "c"), 2),
}
_KEPT = re.compile(r"\{\w+\}|<[^>]+>")
# Of no meaning: so that a catalogue changes only where its messages do.
DATE = datetime(2026, 1, 1, tzinfo=UTC)


def collected() -> Catalog:
    """Every message of the code and the templates, with the files that it stands in."""
    with MAPPING.open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    catalog = Catalog(project="imageapp", charset="utf-8")
    for name, _, message, comments, context in extract_from_dir(
        CHECKOUT, methods, options, keywords=KEYWORDS, comment_tags=("Translators:",), directory_filter=_is_ours
    ):
        catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def _is_ours(folder: str) -> bool:
    parts = Path(folder).relative_to(CHECKOUT).parts
    return not parts or parts[0] in {"imageapp", "templates"}


def kept(code: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue of this language as it lies in the folder; an empty one where there is none yet."""
    path = source(code, folder)
    catalog = read_po(io.BytesIO(path.read_bytes()), locale=code) if path.exists() else Catalog(locale=code)
    catalog.header_comment = f"# {catalog.locale.english_name} for imageapp." if catalog.locale else ""
    catalog.project, catalog.fuzzy = "imageapp", False
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    catalog.creation_date = catalog.revision_date = DATE
    return catalog


def source(code: str, folder: Path = FOLDER) -> Path:
    """Where the catalogue of this language lies, to be read and written by people."""
    return folder / code / "LC_MESSAGES" / "messages.po"


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as programs read it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def written(catalog: Catalog) -> bytes:
    """The catalogue as people read it: with files but without lines, which change all the time."""
    file = io.BytesIO()
    write_po(file, catalog, width=0, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return file.getvalue()


def save(catalog: Catalog, path: Path) -> None:
    """Write the catalogue there, and beside it as programs read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalog))
    path.with_suffix(".mo").write_bytes(compiled(catalog))


def faults(catalog: Catalog, wanted: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue for these messages, a sentence each."""
    for message in wanted:
        if not message.id:
            continue
        name, *others = forms = _forms(message.id)
        found = catalog.get(message.id, message.context)
        said = _forms(found.string or "") if found else []
        if found is None or _forms(found.id) != forms:
            yield f"{name!r} is not in the catalogue"
        elif found.fuzzy or not all(said) or len(said) != (catalog.num_plurals if others else 1):
            yield f"{name!r} is not translated"
        elif any(_gaps(form) != _gaps(forms[min(number, len(others))]) for number, form in enumerate(said)):
            yield f"{name!r} has other places in its translation"
    for message in catalog:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"{_forms(message.id)[0]!r} is said nowhere any more"


def _forms(text: object) -> list[str]:
    return [str(one) for one in text] if isinstance(text, list | tuple) else [str(text)]


def _gaps(text: str) -> list[str]:
    """What of a message must stay as it is: places, those that scripts fill, and markup."""
    return sorted([*places(text), *_KEPT.findall(text)])


def updated(catalog: Catalog, wanted: Catalog) -> Catalog:
    """The catalogue with these messages and no others; those that are new to it have no translation yet."""
    # A translation that is only like the new message would be wrong without anybody noticing.
    catalog.update(wanted, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = DATE
    return catalog


def main() -> None:
    """Bring every catalogue up to date and say what is left to do."""
    wanted = collected()
    for code in CODES:
        if code == ENGLISH:
            continue
        catalog = updated(kept(code), wanted)
        save(catalog, source(code))
        for fault in faults(catalog, wanted):
            print(f"{code}: {fault}")  # noqa: T201 - for whoever runs this


if __name__ == "__main__":
    main()
