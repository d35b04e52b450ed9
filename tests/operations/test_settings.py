"""An operator's settings are read once, and every fault is told at once, with what would do."""

import importlib.util
from pathlib import Path

import pytest

from imageapp.config import Settings, SettingsError, read
from tests.operations.program import run


def faults(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read(named(**environ))
    return refused.value.faults


def named(**environ: str) -> dict[str, str]:
    return {f"IMAGEAPP_{key}": value for key, value in environ.items()}


def test_operator_who_sets_nothing_gets_what_the_documents_say() -> None:
    settings = read({})

    assert settings.instance.name == "instance"
    assert settings.database == f"sqlite:///{settings.instance / 'imageapp.db'}"
    assert settings.pictures == settings.instance / "pictures"
    assert (settings.host, settings.port, settings.exposed, settings.secure) == ("127.0.0.1", 8000, False, False)
    assert (settings.max_file_bytes, settings.max_request_bytes, settings.max_files) == (25_000_000, 256_000_000, 20)
    assert (settings.max_pixels, settings.max_pixels_whole, settings.max_side) == (64_000_000, 40_000_000, 30_000)
    assert settings.formats == ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIC")
    assert (settings.link_seconds_min, settings.link_seconds_max, settings.threads) == (300, 30_000, 4)
    assert (settings.secret_key, settings.admin_password, settings.processes >= 1) == (None, None, True)


def test_every_fault_is_one_line_that_names_the_setting_the_value_and_what_would_do() -> None:
    told = faults(
        MAX_FILE_BYTES="25MB",
        MAX_FILES="0",
        LINK_SECONDS_MIN="-1",
        DATABASE_URL="mysql://root:hunter2@host/db",
        STORAGE_URL="s3://bucket",
        PUBLIC_URL="pictures.example",
        TRUSTED_PROXY="proxy",
        LOCAL_ONLY="maybe",
        PORT="99999",
        PROCESSES="many",
        THREADS="65",
        EXTRA_FORMATS="TIFF, PSD",
        IMAGING_ENGINE="gd",
    )

    assert len(told) == 13
    assert all("\n" not in line for line in told)
    text = "\n".join(told)
    assert "IMAGEAPP_MAX_FILE_BYTES='25MB' cannot be used: a whole number of at least 1000" in told
    assert "IMAGEAPP_THREADS='65' cannot be used: a whole number of at least 1 and at most 64" in told
    assert "IMAGEAPP_EXTRA_FORMATS='TIFF, PSD' cannot be used: TIFF or BMP, or both with a comma between them" in told
    assert "IMAGEAPP_IMAGING_ENGINE='gd' cannot be used: pillow or vips" in told
    assert "https://host or https://host:port, without a path" in text
    assert "one IP address of the proxy, or *" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("given", "more"), [("TIFF", ("TIFF",)), ("bmp", ("BMP",)), (" BMP, tiff ,", ("TIFF", "BMP")), (",", ())]
)
def test_operator_who_wants_more_formats_names_them(given: str, more: tuple[str, ...]) -> None:
    assert read(named(EXTRA_FORMATS=given)).formats == (*read({}).formats, *more)


@pytest.mark.parametrize(
    ("given", "engine"), [("vips", "vips"), ("Pillow", "pillow"), (" VIPS ", "vips"), ("", "pillow")]
)
def test_operator_chooses_what_decodes(given: str, engine: str) -> None:
    assert read(named(IMAGING_ENGINE=given)).imaging_engine == engine


def test_operator_who_wants_libvips_without_having_it_is_told_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """And whoever does not want it never hears of it."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    (told,) = faults(IMAGING_ENGINE="vips")

    assert told.startswith("IMAGEAPP_IMAGING_ENGINE='vips' cannot be used: pyvips is not installed here. `make vips`")
    assert read(named(IMAGING_ENGINE="pillow")) == read({})


@pytest.mark.parametrize("value", ["٣", "1e3", "3_0", "+3", " ", "3.0", "0x3", "9" * 5_000])
def test_number_is_written_in_plain_digits(value: str) -> None:
    if not value.strip():
        assert read(named(MAX_FILES=value)).max_files == 20
    else:
        assert faults(MAX_FILES=value)[0].startswith("IMAGEAPP_MAX_FILES=")


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"LINK_SECONDS_MIN": "600", "LINK_SECONDS_MAX": "500"}, "LINK_SECONDS_MIN is larger than"),
        ({"MAX_FILE_BYTES": "300000000"}, "no such file would fit"),
    ],
)
def test_settings_that_contradict_each_other_are_told(environ: dict[str, str], sentence: str) -> None:
    [told] = faults(**environ)

    assert sentence in told


@pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FALLBACKS", "ADMIN_PASSWORD", "DATABASE_URL"])
def test_secret_is_read_from_a_file(tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("postgresql://imageapp:pä@host/name\n", encoding="utf-8")

    settings = read(named(**{f"{name}_FILE": str(secret)}))
    kept = getattr(settings, name.lower())

    assert "imageapp:" in (kept[0] if isinstance(kept, tuple) else kept)
    assert "\n" not in kept


def test_secret_that_is_given_twice_or_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    empty, binary = tmp_path / "empty", tmp_path / "binary"
    empty.write_text("\n")
    binary.write_bytes(b"\xff\xfe\x00")

    twice = faults(SECRET_KEY="x" * 32, SECRET_KEY_FILE=str(empty))
    others = faults(
        SECRET_KEY_FILE=str(tmp_path / "nowhere"), ADMIN_PASSWORD_FILE=str(binary), DATABASE_URL_FILE=str(empty)
    )

    assert "IMAGEAPP_SECRET_KEY and IMAGEAPP_SECRET_KEY_FILE are both set: keep one of them" in twice
    assert len(others) == 3
    assert "FileNotFoundError" in others[0]
    assert "the file is empty" in "".join(others)


def test_keys_before_this_one_are_listed_newest_first() -> None:
    settings = read(named(SECRET_KEY="k" * 32, SECRET_KEY_FALLBACKS="one, two three"))

    assert settings.secret_key_fallbacks == ("one", "two", "three")


@pytest.mark.parametrize("key", ["dev", "changeme", "x" * 15, "CHANGE-ME", "Secret-Key"])
def test_weak_key_is_refused_where_others_reach_the_server(key: str) -> None:
    [told] = faults(SECRET_KEY=key, PUBLIC_URL="https://pictures.example")

    assert "too weak for a server that others reach" in told
    assert key not in told
    assert read(named(SECRET_KEY=key)).secret_key == key


@pytest.mark.parametrize("fallbacks", ["changeme", f"{'k' * 32} x, {'o' * 32}"])
def test_weak_key_of_before_is_refused_where_others_reach_the_server(fallbacks: str) -> None:
    given = {"SECRET_KEY": "n" * 32, "SECRET_KEY_FALLBACKS": fallbacks}

    [told] = faults(**given, PUBLIC_URL="https://pictures.example")
    [told_too] = faults(**given, TRUSTED_PROXY="127.0.0.1")

    assert told == told_too
    assert "SECRET_KEY_FALLBACKS holds a key that is too weak for a server that others reach" in told
    assert "changeme" not in told
    assert len(read(named(**given)).secret_key_fallbacks) == len(fallbacks.split())


def test_strong_keys_of_before_are_taken_where_others_reach_the_server() -> None:
    settings = read(
        named(SECRET_KEY="n" * 32, SECRET_KEY_FALLBACKS=f"{'o' * 16} {'p' * 40}", PUBLIC_URL="https://pictures.example")
    )

    assert settings.secret_key_fallbacks == ("o" * 16, "p" * 40)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("MAX_FILE_BYTE", "IMAGEAPP_MAX_FILE_BYTE is no setting: IMAGEAPP_MAX_FILE_BYTES is"),
        ("SECRETKEY_FILE", "IMAGEAPP_SECRETKEY_FILE is no setting: IMAGEAPP_SECRET_KEY_FILE is"),
        ("ADMIN_PASWORD", "IMAGEAPP_ADMIN_PASWORD is no setting: IMAGEAPP_ADMIN_PASSWORD is"),
        ("public_url", "IMAGEAPP_public_url is no setting: IMAGEAPP_PUBLIC_URL is"),
        ("THREADS_FILE", "IMAGEAPP_THREADS_FILE is no setting: IMAGEAPP_THREADS is"),
        ("REDIS", "IMAGEAPP_REDIS is no setting: the README lists them"),
        ("", "IMAGEAPP_ is no setting: the README lists them"),
    ],
)
def test_misspelt_setting_is_told_with_the_one_that_was_meant(name: str, sentence: str) -> None:
    told = faults(**{name: "hunter2"})

    assert told == [sentence]


def test_what_compose_and_the_tests_read_stops_nothing() -> None:
    environ = named(PUBLISH="127.0.0.1:", TEST_POSTGRES_URL="postgresql://x", MAX_FILES="3")

    assert read({**environ, "IMAGES": "1", "PATH": "/bin"}).max_files == 3


def test_service_of_our_name_in_a_cluster_stops_nothing_and_sets_nothing() -> None:
    """Kubernetes writes the first five for a service `imageapp`, the others for `imageapp-db` and a named port."""
    environ = named(
        SERVICE_HOST="10.96.0.11",
        SERVICE_PORT="80",
        SERVICE_PORT_HTTP="80",
        PORT="tcp://10.96.0.11:80",
        PORT_80_TCP_ADDR="10.96.0.11",
        DB_SERVICE_HOST="10.96.0.12",
        DB_PORT="tcp://10.96.0.12:5432",
        DB_PORT_5432_TCP="tcp://10.96.0.12:5432",
        MAX_FILES="3",
    )

    settings = read(environ)

    assert (settings.host, settings.port, settings.max_files) == ("127.0.0.1", 8000, 3)
    assert read({**environ, "PORT": "9000"}).port == 9000


def test_what_only_looks_like_a_service_stops_the_start() -> None:
    assert faults(PORT="tcp:80") == ["PORT='tcp:80' cannot be used: a whole number from 0 to 65535"]
    assert len(faults(SERVICE="x")) == len(faults(DB_PORT="5432")) == len(faults(PORTS_80_TCP="x")) == 1


@pytest.mark.parametrize(
    ("environ", "exposed"),
    [
        ({}, False),
        ({"HOST": "127.0.0.1"}, False),
        ({"HOST": "localhost"}, False),
        ({"HOST": "::1"}, False),
        ({"HOST": "0.0.0.0"}, True),
        ({"HOST": "192.168.1.9"}, True),
        ({"HOST": "::"}, True),
        ({"HOST": "pictures.lan"}, True),
        ({"HOST": "0.0.0.0", "LOCAL_ONLY": "1"}, False),
        ({"HOST": "0.0.0.0", "LOCAL_ONLY": "no"}, True),
        ({"PUBLIC_URL": "http://pictures.example"}, True),
        ({"PUBLIC_URL": "https://pictures.example", "LOCAL_ONLY": "1"}, True),
        ({"TRUSTED_PROXY": "127.0.0.1"}, True),
        ({"TRUSTED_PROXY": "*", "LOCAL_ONLY": "true"}, True),
    ],
)
def test_settings_alone_say_whether_others_reach_the_server(environ: dict[str, str], exposed: bool) -> None:
    assert read(named(**environ)).exposed is exposed


def test_port_and_host_of_a_platform_are_obeyed_and_ours_go_first() -> None:
    platform = {"PORT": "5000", "HOST": "0.0.0.0"}

    assert (read(platform).port, read(platform).host) == (5000, "0.0.0.0")
    assert read({**platform, **named(PORT="6000", HOST="127.0.0.1")}).port == 6000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://pictures.example/", "https://pictures.example"),
        ("http://pictures.example:8080", "http://pictures.example:8080"),
    ],
)
def test_public_address_is_kept_without_a_slash(given: str, kept: str) -> None:
    settings = read(named(PUBLIC_URL=given))

    assert settings.public_url == kept
    assert settings.secure == kept.startswith("https")


@pytest.mark.parametrize("given", ["ftp://x", "https://", "https://x/path", "https://x?y=1", "https://x:port", "//x"])
def test_public_address_that_is_none_is_refused(given: str) -> None:
    assert faults(PUBLIC_URL=given)[0].startswith("IMAGEAPP_PUBLIC_URL=")


def test_databases_and_stores_that_are_known_are_taken() -> None:
    settings = read(named(DATABASE_URL="postgres://me:pw@db/name", STORAGE_URL="file:///srv/pictures"))

    assert settings.database == "postgresql+psycopg://me:pw@db/name"
    assert settings.pictures == Path("/srv/pictures")
    for url in ("sqlite://", "sqlite:///", "oracle://x", "nonsense"):
        assert faults(DATABASE_URL=url)
    for url in ("file://host/x", "file:x", "s3://bucket"):
        assert faults(STORAGE_URL=url)


@pytest.mark.parametrize("module", ["imageapp.serve", "imageapp.migrating"])
def test_program_with_bad_settings_ends_with_one_line_for_each(tmp_path: Path, module: str) -> None:
    status, out, err = run(module, instance=str(tmp_path / "data"), max_files="none", threads="0", thread="1")

    assert status != 0
    assert out == ""
    assert err.splitlines() == [
        "IMAGEAPP_MAX_FILES='none' cannot be used: a whole number of at least 1 and at most 1000",
        "IMAGEAPP_THREADS='0' cannot be used: a whole number of at least 1 and at most 64",
        "IMAGEAPP_THREAD is no setting: IMAGEAPP_THREADS is",
    ]
    assert not (tmp_path / "data").exists()


def test_settings_are_not_changed_by_anybody() -> None:
    with pytest.raises(AttributeError):
        Settings(instance=Path("/nowhere")).port = 1  # type: ignore[misc] - that it fails is the point
