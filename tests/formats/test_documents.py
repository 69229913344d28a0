"""Documents in: one real file of each kind, hostile and damaged ones, the process that reads."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest

from studium.formats.documents import kind_of, reading
from studium.formats.documents.blocks import Block, DocumentRefused, DocumentTooLarge, Findings
from studium.formats.documents.chapters import chapters, written
from studium.formats.documents.limits import LIMITS, Limits

DATA = Path(__file__).parents[1] / "data" / "documents"
TOPICS = ["Lipids", "Fertilization", "Taxation"]


def read(data: bytes, tmp_path: Path, *, kind: str = "", limits: Limits = LIMITS):
    """What a reader finds, here and not in a process of its own."""
    path = tmp_path / "document"
    path.write_bytes(data)
    findings = Findings()
    reader = import_module(f"studium.formats.documents.{kind or kind_of(data)}").read
    found = reader(path, findings, limits)
    return [(one, *written(one)) for one in found], findings


@pytest.fixture(scope="module")
def reader_pdf(tmp_path_factory):
    """What is found in the PDF, read once."""
    return read(sample("reader.pdf"), tmp_path_factory.mktemp("pdf"))


def sample(name: str) -> bytes:
    return (DATA / name).read_bytes()


def repacked(data: bytes, **changed: bytes) -> bytes:
    """A zip with parts changed or added; `__` in a name stands for `/`, `_dot_` for a point."""
    parts = {name.replace("__", "/").replace("_dot_", "."): one for name, one in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, one in parts.items():
            new.writestr(name, one)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return packed.read(name)


# --- one real file of each kind ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["reader.pdf", "reader.docx", "reader.epub", "pages.zip"])
def test_a_real_document_becomes_its_lessons(name, tmp_path, reader_pdf):
    found, findings = reader_pdf if name == "reader.pdf" else read(sample(name), tmp_path)
    lessons = {chapter.title: content for chapter, content, _ in found}
    assert list(lessons)[:3] == TOPICS
    assert findings.title.startswith("Short lessons")
    lipids = lessons["Lipids"]
    for heading in ("Fats and Oils", "Trans Fats", "Waxes", "Steroids", "Three groups compared"):
        assert f"# {heading}\n" in lipids
    assert "**triacylglycerols** or **triglycerides** because of their chemical" in lipids
    assert "*Arachis hypogea" in lipids
    assert "\n2. Look for a phosphate group.\n" in lipids
    assert "](img/" in lipids
    assert len(findings.pictures) == 1
    assert findings.pictures[0].data.startswith(b"\x89PNG")
    assert "| Phospholipids | glycerol, two fatty acids, phosphate | build membranes |" in lipids
    assert lessons["Fertilization"].count("\n- **Ovi") == 1


def test_pages_of_a_pdf_are_kept_and_what_belongs_to_the_paper_goes(reader_pdf):
    found, findings = reader_pdf
    _, lipids, pages = found[0]
    assert [page for _, page in pages] == [2, 3, 4, 5, 6, 7, 8]
    for offset, _ in pages:
        assert offset == 0 or lipids[offset - 1] == "\n"
    at = {page: offset for offset, page in pages}
    assert at[6] <= lipids.index("A phospholipid is an amphipathic molecule") < at[7]
    assert "Page 5 of 16" not in lipids
    assert findings.counts["pages"] == 16


def test_words_that_lines_part_are_whole_again(reader_pdf):
    found, _ = reader_pdf
    lipids = found[0][1]
    assert "the phosphate-containing group is hydrophilic" in lipids
    assert "polyunsaturated" in lipids
    assert "docosahexaenoic acid (DHA), all of which are polyunsaturated." in lipids


def test_slides_become_sections_with_lists_tables_notes_and_anchors(tmp_path):
    found, findings = read(sample("slides.pptx"), tmp_path)
    assert [chapter.title for chapter, _, _ in found] == ["Fats", "Membranes"]
    assert (findings.title, findings.description) == ("Lipids in short", "Demo")
    _, fats, pages = found[0]
    assert "- **Glycerol** and fatty acids\n    - most common: 12–18 carbons\n" in fats
    assert "| Fats and oils | store energy |" in fats
    assert "> Ask for examples from the kitchen." in fats
    assert [page for _, page in pages] == [2, 3, 4]
    membranes = found[1][1]
    assert "1. The head is hydrophilic\n2. The tail is hydrophobic" in membranes
    assert "![](img/image-001.png)" in membranes


def test_links_between_web_pages_lead_to_lessons(tmp_path):
    found, _ = read(sample("pages.zip"), tmp_path)
    assert f"({found[1][0].key}.md)" in found[0][1]


# --- what a file is --------------------------------------------------------------------------


def test_a_kind_is_found_by_what_is_in_the_file():
    kinds = [kind_of(sample(name)) for name in ("reader.pdf", "reader.docx", "reader.epub")]
    kinds += [kind_of(sample(name)) for name in ("pages.zip", "slides.pptx")]
    assert kinds == ["pdf", "docx", "epub", "html", "pptx"]
    assert kind_of(b"\xef\xbb\xbf<!-- a --> <!DOCTYPE html><p>x") == "html"
    assert kind_of(repacked(sample("pages.zip"), one_dot_md=b"# One")) is None
    assert kind_of(b"# Markdown") is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Word"),
        (b"{\\rtf1 x}", "RTF"),
        (repacked(sample("slides.pptx"), ppt__presentation_dot_xml=b"")[:0]
         + repacked(b"PK\x05\x06" + bytes(18), mimetype=b"x"), ""),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_with_advice_or_left_to_the_zip(data, said):
    if said:
        with pytest.raises(DocumentRefused, match=said):
            kind_of(data)
    else:
        assert kind_of(data) is None


# --- hostile files ----------------------------------------------------------------------------

LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("bad", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("reader.docx", "word/document.xml"),
        ("slides.pptx", "ppt/slides/slide2.xml"),
        ("reader.epub", "EPUB/content.opf"),
    ],
)
def test_xml_that_swells_or_names_files_is_refused_by_its_part(name, inside, bad, tmp_path):
    xml = part(sample(name), inside)
    head, _, rest = xml.partition(b"?>")
    key = inside.replace("/", "__").replace(".", "_dot_")
    with pytest.raises(DocumentRefused, match=r"defines entities or names files outside"):
        read(repacked(sample(name), **{key: head + b"?>" + bad + rest}), tmp_path)


@pytest.mark.parametrize("name", ["reader.docx", "slides.pptx", "reader.epub", "pages.zip"])
def test_a_part_that_swells_is_refused(name, tmp_path):
    data = repacked(sample(name), bomb_dot_bin=bytes(12_000_000))
    with pytest.raises(DocumentTooLarge, match=r"bomb\.bin unpacks to"):
        read(data, tmp_path)


def test_a_part_that_leaves_its_folder_is_refused_or_means_nothing(tmp_path):
    data = repacked(sample("pages.zip"), **{".." + "__evil_dot_html": b"<html>x"})
    with pytest.raises(DocumentRefused, match="leads out"):
        read(data, tmp_path)
    docx = repacked(sample("reader.docx"), **{".." + "__evil_dot_bin": b"x"})
    found, findings = read(docx, tmp_path)
    assert found[0][0].title == "Lipids"
    assert not (tmp_path.parent / "evil.bin").exists()
    assert all(one.path.startswith("img/") for one in findings.pictures)


def test_macros_are_left_out_and_named(tmp_path):
    data = repacked(sample("reader.docx"), word__vbaProject_dot_bin=b"macro")
    _, findings = read(data, tmp_path)
    assert any("macros" in message for _, _, message, _ in findings.problems)


def test_images_outside_are_counted_and_never_asked_for(tmp_path, monkeypatch):
    import socket

    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("it called"))
    page = b'<!doctype html><html><h1>T</h1><p>a <img src="https://e.example/x.png" alt="A dog">'
    found, findings = read(page + b"<img src='//e.example/y.png'>", tmp_path)
    assert found[0][1] == "# T\n\na A dog\n"
    assert findings.counts["outside_images"] == 2
    docx = sample("reader.docx")
    links = part(docx, "word/_rels/document.xml.rels")
    text = part(docx, "word/document.xml").replace(b"r:embed=", b"r:link=")
    outside = links.replace(b'Target="media/', b'TargetMode="External" Target="http://e.example/')
    data = repacked(
        docx, word___rels__document_dot_xml_dot_rels=outside, word__document_dot_xml=text
    )
    _, findings = read(data, tmp_path)
    assert (findings.pictures, findings.counts["outside_images"]) == ([], 1)


def test_scripts_of_web_pages_go_with_what_is_in_them(tmp_path):
    page = (
        b"<!doctype html><html><title>T</title><script>alert(1)</script><nav><a href=x>m</a></nav>"
        b"<main><h1>One</h1><p onclick='x()'>Words <a href='javascript:x()'>here</a>"
        b"<iframe src='https://e.example'>y</iframe><form><input value=z></form>"
        b"<p>2 &lt; 3 * 4 * 5 and a_b_c and [x](y)<pre><code class='language-python'>a = 1\n"
        b"```\n</code></pre><table><tr><td>a|b<td>c</table></main><footer>f</footer>"
    )
    found, findings = read(page, tmp_path)
    assert found[0][1] == (
        "# One\n\nWords here\n\n2 < 3 \\* 4 \\* 5 and a_b_c and \\[x](y)\n\n"
        "````python\na = 1\n```\n````\n\n| a\\|b | c |\n| --- | --- |\n"
    )
    assert findings.counts["scripts"] == 3


def test_a_locked_book_is_refused(tmp_path):
    lock = (
        b'<encryption><EncryptedData><EncryptionMethod Algorithm="http://x.example/drm"/>'
        b"</EncryptedData></encryption>"
    )
    with pytest.raises(DocumentRefused, match="DRM"):
        read(repacked(sample("reader.epub"), **{"META-INF__encryption_dot_xml": lock}), tmp_path)


# --- PDFs that are not as they should be -------------------------------------------------------


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, the first of them its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    root = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (count, trailer, len(out))
    return out + head + table + root


CATALOGUE, ONE_PAGE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
BLANK = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"


def test_a_pdf_with_a_password_is_refused_by_that_name(tmp_path):
    lock = b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>" % (b"41" * 32, b"42" * 32)
    data = pdf(CATALOGUE, ONE_PAGE, BLANK, lock, trailer=b"/Encrypt 4 0 R/ID[<00><00>]")
    with pytest.raises(DocumentRefused, match="locked by a password"):
        read(data, tmp_path)


def test_a_scan_is_refused_and_named_as_one(tmp_path):
    with pytest.raises(DocumentRefused, match=r"None of the 1 pages holds text.*OCR"):
        read(pdf(CATALOGUE, ONE_PAGE, BLANK), tmp_path)


def test_a_broken_pdf_is_refused(tmp_path):
    with pytest.raises(DocumentRefused, match="damaged"):
        read(b"%PDF-1.7\n" + bytes(range(256)) * 20, tmp_path)


def test_ten_thousand_pages_are_refused_before_they_are_read(tmp_path):
    kids = b"<</Type/Pages/Kids[%s]/Count 10000>>" % (b"3 0 R " * 10_000)
    with pytest.raises(DocumentTooLarge, match=r"10,000 pages; at most 3,000"):
        read(pdf(CATALOGUE, kids, BLANK), tmp_path)


def test_a_page_of_seven_metres_is_not_read_and_named(tmp_path):
    text = b"BT /F 12 Tf 10 10 Td (Words) Tj ET"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d 200]/Contents 4 0 R>>"
    stream = b"<</Length %d>>stream\n%s\nendstream" % (len(text), text)
    with pytest.raises(DocumentRefused, match="None of the 1 pages"):
        read(pdf(CATALOGUE, ONE_PAGE, page % 30_000, stream), tmp_path)


# --- lessons from headings ----------------------------------------------------------------------


def blocks(*rows: str) -> list[Block]:
    found = []
    for row in rows:
        marks = len(row) - len(row.lstrip("#"))
        text = row.lstrip("# ")
        found.append(Block("heading" if marks else "text", text, level=marks))
    return found


def test_the_only_top_heading_names_the_course_and_the_next_ones_its_lessons():
    findings = Findings()
    found = chapters(blocks("# Book", "## A", "words", "## B", "more"), findings)
    assert (findings.title, [one.title for one in found]) == ("Book", ["A", "B"])


def test_a_heading_over_nothing_but_headings_names_a_part():
    found = chapters(blocks("# Part", "# A", "a", "# Late", "# B", "b"), Findings())
    assert [(one.part, one.title) for one in found] == [("Part", "A"), ("Late", "B")]


def test_what_comes_before_the_first_chapter_is_an_introduction_or_a_description():
    findings = Findings()
    chapters(blocks("A short word before.", "# A", "a", "# B", "b"), findings)
    assert findings.description == "A short word before."
    found = chapters(blocks("word " * 60, "# A", "a", "# B", "b"), Findings())
    assert [one.title for one in found] == ["Introduction", "A", "B"]


def test_a_chapter_as_long_as_a_book_becomes_a_part():
    long = "word " * 7_000
    found = chapters(blocks("# A", "## A1", long, "## A2", long, "# B", "b"), Findings())
    assert [(one.part, one.title) for one in found] == [("A", "A1"), ("A", "A2"), ("", "B")]


# --- the process that reads -----------------------------------------------------------------------


def test_a_document_is_read_in_a_process_of_its_own(tmp_path):
    data = sample("reader.pdf")
    draft = reading.read_document(data, kind="pdf", name="C:\\a\\Reader v2.pdf", folder=tmp_path)
    assert (draft.title, draft.language) == ("Short lessons in biology and economics", "en")
    assert draft.origin == "Reader v2.pdf"
    assert [lesson.topic for lesson in draft.lessons][:3] == TOPICS
    assert dict(draft.found)["pages"] == 16
    assert [file.path for file in draft.files] == ["img/page-008-1.png"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["place-0"]


def _started(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_START", code)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.abort()", "its reader stopped"),
        ("import time; time.sleep(60)", "took more than 1 seconds"),
        ("import sys, os; os.chdir(sys.argv[2]); open('answer.json', 'w').write('no')", "read"),
        ("import sys, os; os.chdir(sys.argv[2]); open('answer.json', 'w').write("
         "'{\"memory\": true}')", "512 MB of memory"),
    ],
)  # fmt: skip
def test_whatever_becomes_of_that_process_is_a_refusal(code, said, tmp_path, monkeypatch):
    _started(code, monkeypatch)
    left = tmp_path / "read-left"
    left.mkdir()
    os.utime(left, (0, 0))
    with pytest.raises(DocumentRefused, match=said):
        reading.read_document(b"%PDF-", kind="pdf", folder=tmp_path, limits=Limits(seconds=1.0))
    assert sorted(one.name for one in tmp_path.iterdir()) == ["place-0"]


TRIES = """
import json, sys, pathlib
sys.path.insert(0, sys.argv[1])
from studium.formats.documents import child
from studium.formats.documents.limits import Limits
import os, socket, subprocess
child._shut(Limits(memory=400_000_000, output=1_000_000), pathlib.Path.cwd())
said = []
for attempt in (
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: open("/tmp/x-of-a-reader", "w"),
    lambda: bytearray(500_000_000),
    lambda: open("large", "wb").write(bytes(2_000_000)),
):
    try:
        attempt()
        said.append("done")
    except (PermissionError, MemoryError, OSError) as flaw:
        said.append(type(flaw).__name__)
print(json.dumps(said))
"""


def test_that_process_has_no_network_no_programs_and_bounded_memory(tmp_path):
    source = str(Path(reading.__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-I", "-c", TRIES, source], cwd=tmp_path, capture_output=True, check=False
    )
    if done.returncode == -25:  # the size of a file is bounded by a signal
        return
    assert json.loads(done.stdout) == [*["PermissionError"] * 4, "MemoryError", "OSError"]


def test_two_documents_are_read_at_once_and_a_third_waits_in_vain(tmp_path, monkeypatch):
    from studium.formats.documents import slots

    monkeypatch.setattr(slots, "PATIENCE", 0.05)
    both = slots.one_of(tmp_path), slots.one_of(tmp_path)
    with both[0], both[1], pytest.raises(slots.Busy), slots.one_of(tmp_path):
        pass
    with slots.one_of(tmp_path):
        pass


# --- A25 ----------------------------------------------------------------------------------------

DAMAGED = ("reader.docx", "slides.pptx", "reader.epub", "pages.zip")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The document with some bytes changed or its end missing, inside a part or anywhere."""
    if chance.random() < 0.3:
        return _broken(data, chance)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = chance.choice([one for one in parts if parts[one]])
    parts[name] = _broken(parts[name], chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for one, body in parts.items():
            packed.writestr(one, body)
    return out.getvalue()


def _broken(data: bytes, chance: random.Random) -> bytes:
    body = bytearray(data)
    letters = b'<>/&" a1' if chance.random() < 0.6 else bytes(range(256))
    for _ in range(chance.randint(1, 6)):
        body[chance.randrange(len(body))] = chance.choice(letters)
    return bytes(body[: chance.randrange(1, len(body))] if chance.random() < 0.15 else body)


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.filterwarnings("ignore")  # libraries warn of what is damaged; here it is meant
def test_a25_a_damaged_document_is_read_or_refused_and_never_an_accident(name, tmp_path):
    chance, refused, said = random.Random(name), 0, set()
    for _ in range(12):
        try:
            read(damaged(sample(name), chance), tmp_path, kind=str(kind_of(sample(name))))
        except DocumentRefused as refusal:
            refused += 1
            said.add(refusal.message[-1])
    assert 0 < refused <= 12
    assert said == {"."}


PDFS = """
import json, random, sys, pathlib
sys.path.insert(0, sys.argv[1])
from studium.formats.documents.blocks import DocumentRefused, Findings
from studium.formats.documents.limits import LIMITS
from studium.formats.documents.pdf import read
import pypdfium2
whole, few = pypdfium2.PdfDocument(sys.argv[2]), pypdfium2.PdfDocument.new()
few.import_pages(whole, [7])
few.save("few.pdf")
sound, chance, refused = pathlib.Path("few.pdf").read_bytes(), random.Random(25), 0
for _ in range(10):
    body = bytearray(sound)
    for _ in range(chance.randint(1, 30)):
        body[chance.randrange(len(body))] = chance.randrange(256)
    pathlib.Path("d.pdf").write_bytes(body[: chance.randrange(1, len(body))]
                                      if chance.random() < 0.3 else body)
    try:
        read(pathlib.Path("d.pdf"), Findings(), LIMITS)
    except DocumentRefused as refusal:
        refused += 1
print(json.dumps(refused))
"""


def test_a25_a_damaged_pdf_is_read_or_refused_and_never_an_accident(tmp_path):
    source = str(Path(reading.__file__).parents[3])
    order = [sys.executable, "-I", "-c", PDFS, source, str(DATA / "reader.pdf")]
    done = subprocess.run(order, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert 0 < json.loads(done.stdout) < 10
