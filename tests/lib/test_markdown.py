"""What a lesson's Markdown becomes: blocks with steady ids, and nothing that could harm."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from studium.lib.markdown import Problem, TooLarge, code, parser, render
from studium.lib.markdown.clean import Mark, clean

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN_TAGS = {
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "textarea",
    "select", "svg", "link", "meta", "base", "template", "noscript", "title", "video", "audio",
    "source", "marquee", "frame", "frameset", "applet", "xmp", "plaintext", "annotation-xml",
    "annotation", "foreignobject", "h1", "body", "html", "head", "dialog", "slot", "portal",
}  # fmt: skip
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "srcset"}


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.text.append(data)


def assert_harmless(source: str) -> None:
    for tag, attributes in Reader(source).tags:
        assert tag not in FORBIDDEN_TAGS, (tag, source)
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name, source)
            assert name not in {"style", "name", "srcdoc", "target", "is", "srcset"}, source
            if name in ADDRESSES:
                scheme = value.strip().lower().split(":")[0] if ":" in value else ""
                assert scheme in {"", "http", "https", "mailto"}, (tag, name, value)
            if name == "id":
                assert value.startswith(("b-", "u-")), source


PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>",
    "text <script>alert(1)</script> text",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)'>",
    '<img src="x" onerror="alert(1)" />',
    "<img/src=x/onerror=alert(1)>",
    "<img src=x ONERROR=alert(1)>",
    "<img src=x on\nerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    "<img srcset='x 1x, javascript:alert(1) 2x'>",
    '<img src="x" alt="&quot; onerror=alert(1) &quot;">',
    '<img alt="a" onload=alert(1) src="files/a.png">',
    "<img src='a' width='1\" onload=alert(1)'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg/onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;'
    '&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><mtext><table><mglyph><style><math><table id='</table>'><img src onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)>"
    "</annotation-xml></math>",
    "<math href='javascript:alert(1)'><mi>x</mi></math>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><maction actiontype='statusline' xlink:href='javascript:alert(1)'>x</maction></math>",
    "<style>body{display:none}</style>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style><!--</style><script>alert(1)//--></script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<noscript><style></noscript><img src=x onerror=alert(1)></style>",
    '<title><img title="</title><img src=x onerror=alert(1)>"></title>',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<iframe srcdoc="&lt;img src=x onerror=alert(1)&gt;">',
    "<object data=javascript:alert(1)></object>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<body onload=alert(1)>",
    "<html onmouseover=alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<link rel=import href=data:text/html,<script>alert(1)</script>>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<video src=x onerror=alert(1)></video>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<details><summary onclick=alert(1)>x</summary></details>",
    "<template><script>alert(1)</script></template>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<p style=x:expression(alert(1))>x</p>",
    "<div onpointerenter=alert(1)>x</div>",
    "<div onclick\x0c=alert(1)>x</div>",
    "<div id=main class=st-code tabindex=1 role=alert aria-label=x>x</div>",
    "<div class='st-quiz-mark' data-quiz='other'>x</div>",
    "<div hx-get=/logout hx-trigger=load>x</div>",
    "<div data-hx-on:click='alert(1)' hx-on:click='alert(1)'>x</div>",
    "<a name=content id=content>x</a>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#x0A;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='jav&Tab;ascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='\u00a0javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='feed:javascript:alert(1)'>x</a>",
    "<a href='blob:https://x/1'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href=x target=_blank onclick=alert(1) ping=//evil.example>x</a>",
    "<a href='x' style='color:red'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](  javascript:alert(1) )",
    "[x](java\\script:alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x][y]\n\n[y]: <java\tscript:alert(1)> 'title'",
    '[x](/a "onmouseover=alert(1)")',
    "[x](/a '\"><img src=x onerror=alert(1)>')",
    '[x](/a "&quot;><script>alert(1)</script>")',
    '[x](" onclick=alert(1) ")',
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](data:image/png;base64,AAAA)",
    '![" onerror="alert(1)](files/a.png)',
    "![<img src=x onerror=alert(1)>](files/a.png)",
    '![x](files/a.png "\\" onerror=alert(1)")',
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '<https://a.example/"onmouseover=alert(1)>',
    "<!-- --><script>alert(1)</script> -->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<!-- <img src='--><img src=x onerror=alert(1)>'> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE html [<!ENTITY x '<script>'>]>&x;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "```x onclick=alert(1)\nx\n```",
    "    <script>alert(1)</script>",
    "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "{{constructor.constructor('alert(1)')()}}",
    '{{#quiz ../quizzes/"onclick=alert(1).toml}}',
    "{{#quiz <script>alert(1)</script>}}",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{<script>alert(1)</script>}$",
    "$$\\text{<img src=x onerror=alert(1)>}$$",
    "$\\style{onclick=alert(1)}{x}$",
    "$\\class{st-code}{x}$",
    "[^<script>]\n\n[^<script>]: <img src=x onerror=alert(1)>",
    "# <img src=x onerror=alert(1)>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "> <script>\n> alert(1)\n> </script>",
    "- <svg onload=alert(1)>\n- <iframe>",
    "<div\n><p\nonclick=alert(1)>x",
    "<x-widget onclick=alert(1)>x</x-widget>",
    "<a/href='javascript:alert(1)'>x</a>",
    "<<script>alert(1)//<</script>",
    "<img src=`javascript:alert(1)`>",
    "<img src=x:x onerror\x00=alert(1)>",
    "<\x00script>alert(1)</script>",
    "<p title='</p><script>alert(1)</script>'>x</p>",
    "<b><p><b><p><b onclick=x>",
    "<table><tr><td onclick=x><form><table></form><input onfocus=alert(1)>",
    "\ud83d<script>alert(1)</script>\udc00",
]


def test_the_list_of_attacks_is_long():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 100


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_attack_becomes_harmless(payload):
    for source in (payload, f"Before\n\n{payload}\n\nafter", f"- x {payload}\n\n> {payload}"):
        assert_harmless(render(source).html)


def test_two_attacks_beside_each_other_are_harmless():
    for first, second in zip(PAYLOADS, PAYLOADS[7:] + PAYLOADS[:7], strict=True):
        assert_harmless(render(f"{first}{second}").html)


def test_unknown_tags_stay_readable_as_text():
    done = render("A `Vec` is a Vec<T> and <script>x</script> is text.")
    assert "Vec<T> and <script>x</script>" in "".join(Reader(done.html).text)
    assert done.blocks[0].text == "A Vec is a Vec<T> and <script>x</script> is text."
    assert any("<T>" in problem.message for problem in done.problems)


def test_template_marks_are_inert_text():
    assert "{{7*7}}" in render("{{7*7}}").html


def test_an_author_cannot_take_an_id_of_the_page_or_of_a_block():
    block = render("Hello").blocks[0].id
    done = render(f'Hello\n\n<span id="{block}">x</span> <span id="main">y</span>')
    ids = [attributes["id"] for _, attributes in Reader(done.html).tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert ids.count(block) == 1
    assert "main" not in ids
    assert "u-main" in ids


def test_every_block_has_its_id_in_the_page_and_its_place_in_the_source():
    source = (
        "# One\n\nText *here*.\n\n- first\n- second\n  - deep\n\n> quoted\n\n"
        "```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$$a^2$$\n\n<div>by hand</div>\n"
    )
    done = render(source)
    kinds = [block.kind for block in done.blocks]
    assert kinds == [
        "heading", "paragraph", "list", "item", "item", "list", "item", "quote", "paragraph",
        "code", "table", "math", "html",
    ]  # fmt: skip
    ids = [attributes.get("id") for _, attributes in Reader(done.html).tags]
    for block in done.blocks:
        assert ids.count(block.id) == 1, block
    paragraph, item, code = done.blocks[1], done.blocks[4], done.blocks[9]
    assert source[paragraph.start : paragraph.end] == "Text *here*."
    assert paragraph.text == "Text here."
    assert item.text == "second"
    assert source[item.start : item.end] == "- second\n  - deep"
    assert code.text == "x = 1"
    assert done.blocks[10].text == "a | b\n1 | 2"


def test_offsets_count_characters_with_every_kind_of_line_end():
    source = "ein Ü 🎓\r\n\r\nzwei\rdrei\n\nvier\u2028fünf\n\nsechs"
    spans = [source[block.start : block.end] for block in render(source).blocks]
    assert spans == ["ein Ü 🎓", "zwei\rdrei", "vier\u2028fünf", "sechs"]


def test_ids_stay_when_other_text_changes_and_repeats_are_numbered():
    first = render("Same.\n\nOther.\n\nSame.").blocks
    second = render("New start.\n\nSame.\n\nSame.").blocks
    assert first[0].id == second[1].id
    assert first[2].id == f"{first[0].id}-2" == second[2].id


def test_rendering_twice_gives_the_same():
    source = "# A\n\n[x](#a) ![i](a.png) $x$ [^1]\n\n[^1]: note"
    assert render(source) == render(source)


def test_a_heading_that_repeats_the_title_goes_and_the_rest_moves_up():
    done = render("## Hello, `World`!\n\n### Part\n\n#### Deep", title="Hello, World!")
    assert [(h.level, h.text) for h in done.headings] == [(2, "Part"), (3, "Deep")]
    kept = render("# Other\n\n## Part", title="Title")
    assert [(h.level, h.text) for h in kept.headings] == [(2, "Other"), (3, "Part")]
    assert "<h1" not in kept.html


def test_links_to_headings_and_lessons_lead_there():
    done = render(
        "# A b\n\n[here](#a-b) [there](two.md#c-d) [gone](no.md) [lost](#nowhere)",
        resolve_link=lambda path: "/lessons/2" if path == "two.md" else None,
    )
    links = {a.get("href") for tag, a in Reader(done.html).tags if tag == "a"}
    assert {"#u-a-b", "/lessons/2#u-c-d"} <= links
    assert 'id="u-a-b"' in done.html
    assert [link.url for link in done.links][2] is None
    messages = " ".join(problem.message for problem in done.problems)
    assert "no.md leads nowhere" in messages
    assert "#nowhere finds no such place" in messages


def test_links_written_as_html_are_resolved_too():
    done = render('one\n\n<a href="two.md">x</a>', resolve_link=lambda path: f"/l/{path}")
    assert 'href="/l/two.md"' in done.html
    assert done.links[0].line == 3


def test_outside_links_carry_rel():
    assert 'rel="noopener noreferrer"' in render("[x](https://a.example)").html


def test_a_missing_image_shows_its_description_and_is_reported_with_its_line():
    done = render(
        "one\ntwo ![A tree](img/tree.png)\n\n"
        '<figure>\n<img src="img/b.svg" alt="A bee">\n</figure>',
        resolve_image=lambda path: None,
    )
    assert '<span class="st-missing">A tree</span>' in done.html
    assert '<span class="st-missing">A bee</span>' in done.html
    assert [(p.line, "img/" in p.message) for p in done.problems] == [(2, True), (5, True)]
    assert [image.source for image in done.images] == ["img/tree.png", "img/b.svg"]


def test_a_found_image_is_shown_with_its_address():
    done = render("![A](files/my%20tree.png)", resolve_image=lambda path: f"/f/{path}?v=1&x")
    image = next(a for tag, a in Reader(done.html).tags if tag == "img")
    assert image["src"] == "/f/files/my tree.png?v=1&x"
    assert image["alt"] == "A"


def test_a_resolver_cannot_smuggle_a_scheme_in():
    evil = "javascript:alert(1)"
    done = render("![A](a.png) [b](c)", resolve_image=lambda _: evil, resolve_link=lambda _: evil)
    assert_harmless(done.html)
    assert "javascript" not in done.html


def test_a_quiz_mark_becomes_an_empty_placeholder():
    done = render("Text.\n\n{{#quiz ../quizzes/ch01-02.toml}}\n\nMore.")
    assert done.quizzes == ("ch01-02",)
    mark = next(a for tag, a in Reader(done.html).tags if a.get("class") == "st-quiz-mark")
    assert mark["data-quiz"] == "ch01-02"
    assert done.blocks[1].kind == "quiz"
    assert mark["id"] == done.blocks[1].id


def test_marks_that_are_not_understood_are_reported_with_their_line():
    done = render("a\n\n{{#playground x.rs}}\n\n```rust\n{{#include x.rs:3}}\n```\n\n`{{#ok}}`")
    assert [problem.line for problem in done.problems] == [3, 6]


def test_code_is_coloured_by_classes_in_a_named_scroll_region():
    done = render("```python\nx = 'a'\nif x:\n    pass\n```\n\n```nonsense\n<b>\n```")
    tags = Reader(done.html).tags
    regions = [a for tag, a in tags if tag == "pre"]
    assert regions[0] == {"tabindex": "0", "role": "region", "aria-label": "Code"}
    assert '<span class="k">if</span> x:' in done.html  # what has no colour is not marked
    assert "&lt;b&gt;" in done.html
    assert "style" not in done.html


def test_what_is_marked_in_code_is_what_the_style_colours():
    style = (ROOT / "src/studium/web/static/css/site.css").read_text("utf-8")
    rules = re.findall(r"^pre (?::is\(([^)]*)\)|(\.\w+)) \{", style, re.MULTILINE)
    named = {name.strip(" .") for group, one in rules for name in (group or one).split(",")}
    assert named == code.COLOURED


@pytest.mark.parametrize("language", ["rust", "python", "diff", "html", "bash"])
def test_coloured_code_says_what_the_code_says(language):
    text = 'a < b && \'x\' # "y"\n\n/* two\nlines */ let s = "&amp;\\n";\n+ one\n'
    told = re.sub(r"</?span[^>]*>", "", code.highlight(text, language))
    assert html.unescape(told) == text


def test_formulas_become_mathml_and_broken_ones_are_shown_and_reported():
    done = render("$\\frac{1}{2}$ and\n\n$$\\frac{$$")
    assert "<mfrac>" in done.html
    assert "<code>\\frac{</code>" in done.html
    assert done.problems == (Problem(3, "This formula could not be read; it is shown as typed."),)


def test_prices_are_not_formulas():
    assert "<math" not in render("It costs $5 here and $6 there.").html


def test_tables_are_named_scroll_regions_with_classes_for_sides():
    done = render("| a | b |\n|--:|:-:|\n| 1 | 2 |")
    tags = Reader(done.html).tags
    assert tags[0][1]["class"] == "st-table"
    assert tags[0][1]["aria-label"] == "Table"
    assert [a["class"] for tag, a in tags if tag == "td"] == ["st-right", "st-center"]


def test_task_lists_show_boxes_without_inputs():
    done = render("- [x] done\n- [ ] open\n\n<input type=checkbox checked onclick=x> by hand")
    labels = [a["aria-label"] for tag, a in Reader(done.html).tags if tag == "span"]
    assert labels == ["Done", "To do", "Done"]
    assert "<input" not in done.html


def test_footnotes_lead_there_and_back():
    done = render("a[^n] b[^n]\n\n[^n]: the note")
    ids = {a["id"] for _, a in Reader(done.html).tags if "id" in a}
    targets = {a["href"][1:] for tag, a in Reader(done.html).tags if tag == "a"}
    assert targets <= ids
    assert len(targets) == 3


def test_words_count_prose_and_not_code():
    assert render("one two three\n\n```\nfour five\n```\n\n- six").words == 4


def test_nul_and_lone_surrogates_are_replaced():
    done = render("a\x00b \ud800 c")
    assert done.blocks[0].text == "a\ufffdb \ufffd c"
    done.html.encode()


def test_a_text_over_two_megabytes_is_refused():
    with pytest.raises(TooLarge, match="Split it"):
        render("x" * 2_000_001)
    with pytest.raises(TooLarge):
        render("ü" * 1_000_001)


HARD = {
    "brackets": "[" * 50_000,
    "brackets in paragraphs": ("[" * 19_000 + "\n\n") * 5,
    "images": ("![" * 9_000 + "\n\n") * 5,
    "backticks": "`" * 1_000_000,
    "runs of backticks": " ".join("`" * n for n in range(190)),
    "quotes in one line": "> " * 10_000 + "x",
    "quotes in lines": "\n".join("> " * n + "x" for n in range(1, 600)),
    "lists in one line": "- " * 10_000 + "x",
    "open emphasis": "*a " * 6_000,
    "nested emphasis": "*a _b " * 1_500 + "_ *" * 1_500,
    "angle brackets": "<a" * 50_000,
    "open attributes": ('<a "' * 4_000 + "\n\n") * 10,
    "open divisions": "<div>" * 100_000,
    "open divisions in blocks": "<div>\n\n" * 20_000,
    "misnested formatting": ("<b><p>" * 3_000 + "\n\n") * 5,
    "open comments": "<!--" * 100_000,
    "definitions": "[a]: b\n" * 20_000,
    "footnotes": "[^1]" * 4_000 + "\n\n[^1]: x",
    "dollars": ("$" * 9_000 + "\n\n") * 20,
    "deep formula": "$" + "{" * 1_900 + "$",
    "wide table": "|a" * 4_000 + "\n" + "|-" * 4_000 + "\n" + "|b\n" * 1_000,
    "quiz marks": "{{#quiz " * 10_000,
    "code": "```python\n" + "(" * 19_000 + "\n```",
    "entities": "&" * 19_000,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_text_is_answered_within_two_seconds_of_work(name):
    render("$x$ `warm`\n\n```python\nx\n```")
    before = time.thread_time()
    done = render(HARD[name])
    assert time.thread_time() - before < 2.0
    assert_harmless(done.html)


def test_a_paragraph_too_long_to_read_is_shown_as_typed_and_the_rest_is_rendered():
    done = render("*a* " * 6_000 + "\n\nand *this*")
    assert done.html.count("<em>") == 1
    assert "*a* *a*" in done.html
    assert "too long" in done.problems[0].message


def test_a_text_of_too_many_parts_is_shown_as_typed(monkeypatch):
    monkeypatch.setattr(parser, "MAX_PIECES", 100)
    assert render("a\n\n" * 33).problems == ()
    done = render("a\n\n" * 34)
    assert "too many parts" in done.problems[0].message


def test_the_allow_list_alone_lets_no_address_pass():
    mark = Mark()
    dirty = f'<a href="{mark("javascript:alert(1)")}">x</a><img src="{mark("data:x")}" alt="">'
    safe = clean(dirty, mark=mark, link=lambda _: "javascript:1", taken_ids=set())
    assert safe == '<a rel="noopener noreferrer">x</a><img alt="">'


def test_text_nested_too_deep_is_shown_as_typed_and_reported():
    done = render("> " * 100 + "the end <b>")
    assert "the end &lt;b&gt;" in done.html
    assert "nested too deep" in done.problems[0].message
    assert done.blocks[0].text.endswith("the end <b>")


def test_importing_is_quick_and_leaves_the_heavy_libraries_out():
    program = (
        "import sys, studium.lib.markdown\n"
        "print([n for n in ('pygments', 'latex2mathml', 'django') if n in sys.modules])"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == "[]"
