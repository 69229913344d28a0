"""Packages unpacked for a plain user: programs start with their libraries, a failure is told and
leaves nothing behind. apt is played by a script; the packages are real, where dpkg is."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = '#!/bin/sh\necho "$LD_LIBRARY_PATH"\necho "$FONTCONFIG_FILE"\necho "$@"\n'
# What apt is asked is kept in `asked`; `failing` names the step that goes wrong.
APT = """#!/bin/sh
echo "$@" >> {folder}/asked
case " $* " in
*" $(cat {folder}/failing 2>/dev/null || echo none) "*) echo "E: it went wrong" >&2; exit 100;;
*" update "*) echo "W: no line to the mirror" >&2;;
*" install "*) echo "Inst tiny (1:2.0-1 Debian:12.15/stable [all])"
    echo "Inst libold1 [1.0] (1.1 Debian:12.15/stable [amd64])"
    echo "Inst libllvm14 (1:14.0.6-12 Debian:12.15/stable [amd64])"
    echo "Conf tiny (1:2.0-1 Debian:12.15/stable [all])";;
*" download "*) cp {folder}/tiny.deb .;;
esac
"""


def put(path: Path, text: str) -> Path:
    """A program at a path whose folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return path


def build(folder: Path, source: Path) -> None:
    """The package `tiny`: a library, a font and a program that shows what it is given."""
    put(source / "usr/lib/x86_64-linux-gnu/libtiny.so.2", "")
    put(source / "usr/lib/x86_64-linux-gnu/own/libinner.so.1", "")
    put(source / "usr/share/fonts/tiny.ttf", "")
    put(source / "usr/lib/tiny/2/bin/show", SHOW)
    (source / "etc").mkdir()
    (source / "etc/inner").symlink_to("/usr/lib/tiny/2/bin/show")
    (source / "etc/outer").symlink_to("/usr/bin/nothing-of-ours")
    fields = ("Package: tiny", "Version: 2.0-1", "Architecture: all", "Description: tiny")
    control = "\n".join([*fields, "Maintainer: Ada <ada@example.org>", ""])
    put(source / "DEBIAN/control", control)
    command = ["dpkg-deb", "-b", str(source), str(folder / "tiny.deb")]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def debian(monkeypatch, tmp_path):
    """`tools/debian_packages.py` for a plain user, in an environment of the test."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    found = importlib.import_module("debian_packages")
    put(tmp_path / "bin/apt-get", APT.format(folder=tmp_path))
    if not shutil.which("dpkg-deb"):
        put(tmp_path / "bin/dpkg-deb", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    (tmp_path / "an environment").mkdir()
    monkeypatch.setattr(found.sys, "prefix", str(tmp_path / "an environment"))
    monkeypatch.setattr(found.os, "geteuid", lambda: 1000)
    return found


def left(debian) -> list[str]:
    """The names of what stands in the folder of the unpacked."""
    return sorted(path.name for path in debian.place("tiny").parents[1].glob("*"))


def test_programs_start_with_the_unpacked_libraries_and_fonts(debian, tmp_path):
    elsewhere = put(tmp_path / "else where/driver", SHOW)
    programs = ["usr/lib/tiny/*/bin/show", str(elsewhere)]
    if not shutil.which("dpkg-deb", path="/usr/bin"):  # no Debian: then it is refused, and said
        with pytest.raises(debian.NotFetchedError):
            debian.unpack("tiny", ["tiny"], programs)
        return
    build(tmp_path, tmp_path / "source")
    for _ in range(2):  # what was unpacked before is replaced
        debian.unpack("tiny", ["tiny"], programs)
    home = debian.place("tiny").parent
    libraries = home / "root/usr/lib/x86_64-linux-gnu"
    for name in ("show", "driver"):
        command = [str(debian.place("tiny") / name), "two  words", "$HOME"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert told.splitlines() == [
            f"{libraries}:{libraries}/own",
            str(home / "fonts.conf"),
            "two  words $HOME",
        ]
    assert f"<dir>{home}/root/usr/share/fonts</dir>" in (home / "fonts.conf").read_text("utf-8")
    assert (home / "root/etc/inner").resolve() == home / "root/usr/lib/tiny/2/bin/show"
    assert os.readlink(home / "root/etc/outer") == "/usr/bin/nothing-of-ours"
    assert left(debian) == ["tiny"]
    assert "LD_LIBRARY_PATH" not in os.environ


def test_what_is_needed_is_fetched_in_the_version_of_the_lists(debian, tmp_path):
    put(tmp_path / "tiny.deb", "")
    (tmp_path / "fetched").mkdir()
    debian.fetch(["tiny"], tmp_path / "fetched")
    update, install, download = (tmp_path / "asked").read_text("utf-8").splitlines()
    assert f"-oDir::State={tmp_path}/fetched/apt " in update  # its own lists: root's are not ours
    assert "-s install --no-install-recommends tiny" in install
    assert download.endswith(" download tiny=1:2.0-1 libold1=1.1")


@pytest.mark.parametrize("step", ["update", "install", "download"])
def test_a_step_that_fails_is_told_and_leaves_nothing(debian, tmp_path, step):
    put(tmp_path / "failing", step)
    with pytest.raises(debian.NotFetchedError, match="it went wrong") as refusal:
        debian.unpack("tiny", ["tiny"], ["usr/lib/tiny/*/bin/show"])
    assert ("W: no line to the mirror" in str(refusal.value)) == (step == "install")
    assert left(debian) == []


def test_a_package_that_is_broken_or_lacks_the_program_is_told(debian, tmp_path):
    put(tmp_path / "tiny.deb", "no package")
    with pytest.raises(debian.NotFetchedError):
        debian.unpack("tiny", ["tiny"], [])
    (tmp_path / "made/root").mkdir(parents=True)
    with pytest.raises(debian.NotFetchedError, match=r"no usr/bin/\*/none"):
        debian.write_scripts(tmp_path / "made", tmp_path / "final", ["usr/bin/*/none"])
    assert left(debian) == []


@pytest.mark.parametrize("lacking", ["a plain user", "apt", "dpkg", "an environment"])
def test_it_is_refused_where_it_cannot_be(debian, tmp_path, monkeypatch, lacking):
    if lacking == "a plain user":
        monkeypatch.setattr(debian.os, "geteuid", lambda: 0)
    elif lacking == "an environment":
        monkeypatch.setattr(debian.sys, "base_prefix", debian.sys.prefix)
    else:
        one = "dpkg-deb" if lacking == "apt" else "apt-get"
        put(tmp_path / "few" / one, APT.format(folder=tmp_path))
        monkeypatch.setenv("PATH", str(tmp_path / "few"))
    with pytest.raises(debian.NotFetchedError, match="only"):
        debian.unpack("tiny", ["tiny"], [])
    assert not (tmp_path / "asked").exists()
    assert left(debian) == []


def test_a_command_that_hangs_is_given_up(debian, tmp_path):
    with pytest.raises(debian.NotFetchedError, match="timed out"):
        debian.run(["sleep", "20"], tmp_path, patience=0.05)


def test_a_missing_postgresql_is_unpacked_and_found_the_next_time(debian, monkeypatch):
    finder = importlib.import_module("find_postgres")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(finder, "USUAL_PLACES", ())
    asked = []

    def unpack(name, packages, programs):
        asked.append((name, *packages))
        for program in programs:
            script = "#!/bin/sh\necho 'postgres (PostgreSQL) 15.18'\n"
            put(debian.place(name) / Path(program).name, script)

    monkeypatch.setattr(debian, "unpack", unpack)
    for _ in range(2):
        assert finder.find_or_install() == debian.place("postgresql")
    assert asked == [("postgresql", "postgresql")]


def test_without_postgresql_the_refusal_says_what_was_tried(debian, monkeypatch, tmp_path):
    finder = importlib.import_module("find_postgres")
    monkeypatch.setattr(finder, "search", lambda: None)
    put(tmp_path / "failing", "update")
    with pytest.raises(finder.NotFoundError, match=r"apt-get install postgresql.*it went wrong"):
        finder.find_or_install()
