"""A folder that keeps bytes under keys."""

import os
import shutil
from pathlib import Path

import pytest

from imageapp.identifiers import new_blob_key
from imageapp.storage.disk import DiskStore
from imageapp.storage.store import Missing, StoreDown, StoreFull
from tests.images.sending import no_file_longer_than


@pytest.fixture
def store(tmp_path: Path) -> DiskStore:
    DiskStore.lay_out(tmp_path / "pictures")
    return DiskStore(tmp_path / "pictures")


def kept(store: DiskStore, tmp_path: Path, content: bytes) -> str:
    """The key under which these bytes are now kept."""
    source, key = tmp_path / "source", new_blob_key()
    source.write_bytes(content)
    store.put(key, source)
    assert not source.exists()
    return key


def test_what_is_put_comes_back_byte_for_byte(store: DiskStore, tmp_path: Path) -> None:
    key = kept(store, tmp_path, b"some bytes")

    blob = store.open(key)

    with blob.file as file:
        assert (file.read(), blob.size) == (b"some bytes", 10)
    with store.as_file(key) as path:
        assert path.read_bytes() == b"some bytes"


def test_bytes_from_another_file_system_arrive_whole(store: DiskStore, tmp_path: Path) -> None:
    elsewhere = Path("/dev/shm")  # on Linux a file system of its own
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    source, key = elsewhere / new_blob_key(), new_blob_key()
    source.write_bytes(b"from afar")

    store.put(key, source)

    with store.open(key).file as file:
        assert file.read() == b"from afar"
    assert not source.exists()
    assert [one.key for one in store.list()] == [key]


def test_bytes_for_which_there_is_no_room_are_not_kept_and_the_store_says_that_it_is_full(
    store: DiskStore, tmp_path: Path
) -> None:
    elsewhere = Path("/dev/shm")  # what comes from another file system must be written anew
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    source, key = elsewhere / new_blob_key(), new_blob_key()
    source.write_bytes(bytes(300_000))

    with no_file_longer_than(200_000), pytest.raises(StoreFull):
        store.put(key, source)

    with pytest.raises(Missing):
        store.open(key)
    store.delete(key)
    assert list(store.list()) == []
    assert source.read_bytes() == bytes(300_000)
    source.unlink()


def test_deleted_bytes_are_gone_and_may_be_deleted_again(store: DiskStore, tmp_path: Path) -> None:
    key = kept(store, tmp_path, b"short-lived")

    store.delete(key)
    store.delete(key)

    with pytest.raises(Missing):
        store.open(key)
    with pytest.raises(Missing), store.as_file(key):
        pass
    assert list(store.list()) == []


def test_the_list_tells_size_and_time_and_leaves_strange_files_out(store: DiskStore, tmp_path: Path) -> None:
    key = kept(store, tmp_path, b"12345")
    beside = next((tmp_path / "pictures").glob(f"*/{key}"))
    beside.with_name("notes.txt").write_text("not ours", encoding="utf-8")

    [only] = store.list()

    assert (only.key, only.size) == (key, 5)
    assert abs(only.written_at - beside.stat().st_mtime) < 1


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "0" * 31, "G" * 32, "0" * 31 + "/", "0" * 32 + "\n"])
def test_nothing_but_a_key_becomes_a_path(store: DiskStore, key: str) -> None:
    with pytest.raises(Missing):
        store.open(key)


def test_a_folder_that_vanished_is_said_and_never_made_anew(store: DiskStore, tmp_path: Path) -> None:
    key = kept(store, tmp_path, b"on a disk")
    source = tmp_path / "another"
    source.write_bytes(b"more")
    shutil.rmtree(tmp_path / "pictures")

    with pytest.raises(StoreDown):
        store.open(key)
    with pytest.raises(StoreDown):
        store.put(new_blob_key(), source)
    with pytest.raises(StoreDown):
        list(store.list())
    with pytest.raises(StoreDown):
        store.check()
    assert not (tmp_path / "pictures").exists()


def test_an_empty_folder_where_a_disk_is_not_mounted_is_not_the_store(store: DiskStore, tmp_path: Path) -> None:
    kept(store, tmp_path, b"on a disk")
    source = tmp_path / "another"
    source.write_bytes(b"more")
    shutil.rmtree(tmp_path / "pictures")
    (tmp_path / "pictures").mkdir()

    with pytest.raises(StoreDown):
        DiskStore(tmp_path / "pictures").put(new_blob_key(), source)
    with pytest.raises(StoreDown):
        list(store.list())
    assert source.read_bytes() == b"more"


def test_a_copy_that_a_crash_cut_off_is_listed_and_can_be_deleted(store: DiskStore, tmp_path: Path) -> None:
    key = kept(store, tmp_path, b"whole")
    whole = next((tmp_path / "pictures").glob(f"*/{key}"))
    half = tmp_path / "pictures" / "00" / ("0" * 32 + ".part")
    half.parent.mkdir()
    half.write_bytes(b"ha")

    listed = {one.key for one in store.list()}
    store.delete("0" * 32)

    assert listed == {key, "0" * 32}
    assert not half.exists()
    assert whole.exists()


def test_only_the_servers_user_may_look_into_the_folder(store: DiskStore, tmp_path: Path) -> None:
    previous = os.umask(0o022)
    try:
        key = kept(store, tmp_path, b"private")
    finally:
        os.umask(previous)

    folder = next((tmp_path / "pictures").glob(f"*/{key}")).parent

    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent)} == {0o700}
