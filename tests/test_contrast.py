"""The colours of the style sheets hold WCAG 2.2 contrast, in light and in dark.

Text needs 4.5:1 against its ground (success criterion 1.4.3), edges, bars and focus rings 3:1 (1.4.11).
"""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[1] / "static"
TOKEN = re.compile(r"--([\w-]+):\s*light-dark\(\s*(#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\s*\)")

TEXT, PART = 4.5, 3.0
THEMES = ("light", "dark")

# foreground, the grounds it stands on, the least contrast
PAIRS = [
    ("ink", ("bg", "surface", "raised", "sunken", "hover", "danger-soft", "warn-soft"), TEXT),
    ("ink-2", ("bg", "surface", "raised", "sunken", "hover", "stage", "accent-soft", "danger-soft", "warn-soft"), TEXT),
    ("ink-3", ("bg", "surface"), TEXT),
    ("accent", ("bg", "surface", "raised", "accent-soft"), TEXT),
    ("on-accent", ("accent-fill",), TEXT),
    ("on-primary", ("primary", "primary-hi"), TEXT),
    ("on-danger", ("danger-fill", "danger-hi"), TEXT),
    ("ok", ("surface", "ok-soft", "sunken"), TEXT),
    ("surface", ("ok",), TEXT),  # the words of a primary button that has copied
    ("warn", ("surface", "warn-soft"), TEXT),
    ("danger", ("bg", "surface", "raised", "danger-soft"), TEXT),
    ("control", ("bg", "surface"), PART),
    ("accent-fill", ("surface", "sunken"), PART),
    ("accent", ("stage",), PART),
    ("warn-fill", ("sunken",), PART),
    ("danger-fill", ("sunken",), PART),
    ("on-toast-ok", ("primary",), PART),
    ("on-toast-act", ("primary",), TEXT),
]


def tokens(sheet: str) -> dict[str, tuple[str, str]]:
    """The colour tokens of a style sheet: name to (light, dark), each #rrggbb."""
    return {name: (light, dark) for name, light, dark in TOKEN.findall(sheet)}


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1, as WCAG 2.2 defines it for sRGB."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(scope="module")
def colours() -> dict[str, tuple[str, str]]:
    return tokens((STYLES / "base.css").read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("front", "ground", "least"), [(front, ground, least) for front, grounds, least in PAIRS for ground in grounds]
)
def test_weak_eyes_can_tell_what_stands_on_what(
    colours: dict[str, tuple[str, str]], front: str, ground: str, least: float, theme: str
) -> None:
    at = THEMES.index(theme)

    ratio = contrast(colours[front][at], colours[ground][at])

    assert ratio >= least, f"{front} on {ground} is {ratio:.2f} in {theme}, and needs {least}"


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#2748d0", "#2748d0") == 1


@pytest.mark.parametrize("sheet", sorted(path.name for path in STYLES.glob("*.css")))
def test_sheets_take_the_colour_of_words_from_the_checked_tokens(sheet: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (STYLES / sheet).read_text(encoding="utf-8"), flags=re.S)

    of_words = re.findall(r"(?<![\w-])color:\s*([^;]+);", text)

    # White stands on a dark veil over a picture, whatever the theme.
    assert {one.strip() for one in of_words if "var(--" not in one} <= {"inherit", "#fff", "currentColor"}
