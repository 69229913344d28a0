"""Folders and zips that would lead the reader astray are refused by name."""

from __future__ import annotations

import io
import os
import struct
import time
import warnings
import zipfile

import pytest

from studium.formats import archive
from studium.formats.archive import ArchiveRefused, read_archive, read_folder, read_zip


def zipped(members, *, compress=zipfile.ZIP_DEFLATED):
    kept = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of double names; here they are meant
        with zipfile.ZipFile(kept, "w", compress) as out:
            for name, data in members:
                out.writestr(name, data)
    return kept.getvalue()


def test_a_zip_is_read_without_its_one_outer_folder_and_hidden_files():
    data = zipped([("c/a.md", b"1"), ("c/src/b.md", b"2"), ("c/.git/x", b""), ("__MACOSX/c", b"")])
    assert read_zip(data) == {"a.md": b"1", "src/b.md": b"2"}


def test_a_folder_and_its_zip_are_read_alike(tmp_path):
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "a.md").write_bytes(b"1")
    (tmp_path / "b.md").write_bytes(b"2")
    (tmp_path / ".hidden").write_bytes(b"3")
    packed = tmp_path.parent / "packed.zip"
    packed.write_bytes(zipped([("part/a.md", b"1"), ("b.md", b"2")]))
    assert read_archive(tmp_path) == read_archive(packed) == {"part/a.md": b"1", "b.md": b"2"}


@pytest.mark.parametrize(
    "name",
    [
        "../evil.md", "a/../../evil.md", "a/..", "/etc/passwd", "C:/evil.md", "c:evil.md",
        "a\\..\\evil.md", "./a.md", "a//b.md", "/".join("a" * 21), "x" * 1001,
    ],
)  # fmt: skip
def test_a_member_that_leads_out_or_too_deep_is_refused(name):
    with pytest.raises(
        ArchiveRefused, match=r"leads out|absolute path|backslash|folders deep|cannot be kept"
    ):
        read_zip(zipped([("ok.md", b""), (name, b"x")]))


@pytest.mark.parametrize(
    ("first", "second"), [("A.md", "a.md"), ("é.md", "e\u0301.md"), ("a.md", "a.md")]
)
def test_two_names_that_are_one_on_some_systems_are_refused(first, second):
    with pytest.raises(ArchiveRefused, match="same name"):
        read_zip(zipped([(first, b"1"), (second, b"2"), ("z", b"")]))


def test_a_link_in_a_zip_is_refused():
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    with pytest.raises(ArchiveRefused, match=r"link\.md is a link"):
        read_zip(zipped([(link, b"/etc/passwd")]))


def test_links_and_pipes_in_a_folder_are_refused(tmp_path):
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    with pytest.raises(ArchiveRefused, match=r"link\.md is a link"):
        read_folder(tmp_path)
    (tmp_path / "link.md").unlink()
    (tmp_path / "loop").symlink_to(tmp_path)
    with pytest.raises(ArchiveRefused, match="loop is a link"):
        read_folder(tmp_path)
    (tmp_path / "loop").unlink()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveRefused, match="pipe is not an ordinary file"):
        read_folder(tmp_path)


def test_an_encrypted_member_is_refused():
    data = bytearray(zipped([("a.md", b"secret"), ("b.md", b"")]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    with pytest.raises(ArchiveRefused, match=r"a\.md is encrypted"):
        read_zip(bytes(data))


def test_an_unusual_packing_is_refused():
    with pytest.raises(ArchiveRefused, match="unusual way"):
        read_zip(zipped([("a.md", b"x" * 100)], compress=zipfile.ZIP_LZMA))


def test_a_zip_of_a_hundred_thousand_members_is_refused_before_it_is_opened(monkeypatch):
    data = zipped([(f"{number}", b"") for number in range(100_000)])
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda *_: pytest.fail("it was opened"))
    before = time.thread_time()
    with pytest.raises(ArchiveRefused, match="100,000 files"):
        read_zip(data)
    assert time.thread_time() - before < 0.5


def test_a_zip_that_lies_about_its_number_of_members_is_refused():
    data = bytearray(zipped([(f"{number}", b"") for number in range(6_000)]))
    struct.pack_into("<HH", data, len(data) - 14, 1, 1)
    with pytest.raises(ArchiveRefused, match="6,000 files"):
        read_zip(bytes(data))


def test_sizes_are_counted_while_unpacking(monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 100_000)
    data = zipped([("a.md", os.urandom(60_000)), ("b.md", os.urandom(60_000))])
    with pytest.raises(ArchiveRefused, match=r"b\.md"):
        read_zip(data)


def test_two_hundred_megabytes_are_refused():
    piece = os.urandom(1 << 20) * 11
    data = zipped([(f"{number}.bin", piece) for number in range(19)], compress=zipfile.ZIP_STORED)
    with pytest.raises(ArchiveRefused, match="more than 200 MB"):
        read_zip(data)


def test_a_member_that_swells_is_refused():
    with pytest.raises(ArchiveRefused, match=r"bomb\.md unpacks to more"):
        read_zip(zipped([("bomb.md", b"\0" * 20_000_000), ("a.md", b"")]))


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"no zip", b"PK\x05\x06", b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_zip_is_refused(data):
    with pytest.raises(ArchiveRefused):
        read_zip(data)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ArchiveRefused, match="cannot be read"):
        read_archive(tmp_path / "none.zip")


def test_damaged_zips_are_refused_or_read_but_never_an_accident():
    import random

    sound = zipped([("a.md", b"# A\n" * 50), ("src/b.md", b"text"), ("c/d.toml", b"x = 1")])
    chance = random.Random(20)
    for _ in range(1_000):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        data = data[: chance.randint(1, len(data))] if chance.random() < 0.2 else data
        try:
            read_zip(bytes(data))
        except ArchiveRefused as refusal:
            message = refusal.message
            assert message.endswith(".")
