"""Learning pages: home, catalogue, ways in, course, lesson, files; what they show and to whom."""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from PIL import Image

from studium.content import rights
from studium.content.actions import courses, enrollments, files, lessons, progress
from studium.content.actions.courses import CourseTerms
from studium.content.actions.lessons import LessonText
from studium.content.models import Enrollment, Lesson, LessonProgress
from studium.notes.models import AiNote
from tests import factories

pytestmark = pytest.mark.django_db


def lesson_url(lesson: Lesson) -> str:
    return reverse("lesson", kwargs={"slug": lesson.course.slug, "lesson_id": lesson.pk})


@pytest.fixture
def lesson(course):
    return course.lessons.earliest("order_index")


def page(client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


# --- home, catalogue, ways in ----------------------------------------------------------------


def test_home_names_the_lesson_to_go_on_with(ada, course, lesson, client_of):
    text = page(client_of(ada), "/")
    assert lesson.topic in text
    assert lesson_url(lesson) in text
    assert "0 % read" in text


def test_home_of_somebody_in_no_course_says_what_to_do(client_of):
    text = page(client_of(factories.person("Dev Das")), "/")
    assert "You are in no course yet." in text
    assert reverse("join") in text


def test_home_of_an_instructor_lists_what_they_teach(bruno, course, client_of):
    text = page(client_of(bruno), "/")
    assert reverse("teach_course", kwargs={"slug": course.slug}) in text


def test_a_visitor_is_sent_to_sign_in_and_back(course, lesson, client_of):
    for url in ("/", "/courses/", f"/courses/{course.slug}/", lesson_url(lesson), "/teach/"):
        response = client_of(None).get(url)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


def test_the_catalogue_holds_what_one_may_join_and_what_one_is_in(ada, chloe, course, client_of):
    assert "Ownership" in page(client_of(ada), "/courses/")
    assert "Ownership" not in page(client_of(chloe), "/courses/")
    course.self_enrolment = "open"
    course.save()
    assert "Ownership" in page(client_of(chloe), "/courses/")


def test_the_catalogue_is_searched_and_says_when_nothing_is_found(ada, course, client_of):
    client = client_of(ada)
    assert "Ownership" in page(client, "/courses/?q=OWNER")
    empty = page(client, "/courses/?q=nothing-like-it")
    assert "No course found." in empty
    for odd in ("%00", "%ED%A0%80", "'; DROP TABLE courses --", "%25", "x" * 5000):
        assert client.get(f"/courses/?q={odd}").status_code == 200
    for odd in ("-1", "abc", "9" * 30, "%00", "1e9"):
        assert client.get(f"/courses/?offset={odd}").status_code == 200


def test_a_code_leads_into_the_course(chloe, course, client_of):
    course.self_enrolment, course.join_code = "code", "AB2CD3EF"
    course.save()
    client = client_of(chloe)
    wrong = client.post("/courses/join/", {"code": "WRONG"})
    assert wrong.status_code == 422
    assert "No course has this code." in wrong.content.decode()
    assert 'value="WRONG"' in wrong.content.decode()
    right = client.post("/courses/join/", {"code": "ab2c-d3ef"})
    assert right["Location"] == f"/courses/{course.slug}/"
    assert rights.role_in(chloe, course.pk) == "student"


def test_an_open_course_is_entered_and_left_with_a_button(chloe, course, client_of):
    course.self_enrolment = "open"
    course.save()
    client = client_of(chloe)
    assert "Enrol" in page(client, f"/courses/{course.slug}/")
    assert client.post(f"/courses/{course.slug}/enrol/").status_code == 302
    assert rights.role_in(chloe, course.pk) == "student"
    assert client.post(f"/courses/{course.slug}/leave/").status_code == 302
    assert rights.role_in(chloe, course.pk) is None


# --- course page -----------------------------------------------------------------------------


def test_the_course_page_has_the_outline_with_states(ada, course, lesson, now, client_of):
    progress.mark_done(by=ada, lesson_id=lesson.pk, now=now)
    text = page(client_of(ada), f"/courses/{course.slug}/")
    assert "50 %" in text
    assert text.count('class="st-lesson is-done"') == 1
    assert "1 of 2 lessons read" in text
    assert "Bruno Berg" in text


def test_somebody_outside_sees_topics_of_an_open_course_and_no_links_to_them(
    chloe, course, lesson, client_of
):
    course.self_enrolment = "open"
    course.save()
    text = page(client_of(chloe), f"/courses/{course.slug}/")
    assert lesson.topic in text
    assert lesson_url(lesson) not in text
    assert client_of(chloe).get(lesson_url(lesson)).status_code == 403


def test_an_unknown_and_a_foreign_course_answer_alike(chloe, course, client_of):
    client = client_of(chloe)
    foreign = page(client, f"/courses/{course.slug}/", 404)
    unknown = page(client, "/courses/no-such-course/", 404)
    hide = re.compile(r'(csrfmiddlewaretoken" value=")[^"]*')
    assert hide.sub("", foreign) == hide.sub("", unknown)


def test_an_archived_course_says_so_and_keeps_no_progress(ada, course, lesson, client_of):
    course.status = "archived"
    course.save()
    client = client_of(ada)
    assert "This course is archived." in page(client, f"/courses/{course.slug}/")
    text = page(client, lesson_url(lesson))
    assert "This course is archived." in text
    assert "Mark as done" not in text
    assert client.post(f"{lesson_url(lesson)}done/").status_code == 409
    assert not LessonProgress.objects.exists()


def test_exams_stand_on_the_course_page_and_on_the_home_page(ada, course, client_of):
    exam = factories.exam(course=course)
    for url in (f"/courses/{course.slug}/", "/"):
        assert f"/exams/{exam.pk}/" in page(client_of(ada), url)


# --- lesson ----------------------------------------------------------------------------------


def test_a_lesson_shows_its_text_neighbours_and_outline(ada, course, lesson, client_of):
    after = course.lessons.latest("order_index")
    text = page(client_of(ada), lesson_url(lesson))
    assert "There can only be one owner at a time." in text
    assert f'rel="next" href="{lesson_url(after)}"' in text
    assert 'rel="prev"' not in text
    assert text.count("<h1") == 1
    assert 'aria-current="page"><svg' in text


def test_opening_a_lesson_is_remembered(ada, lesson, client_of):
    page(client_of(ada), lesson_url(lesson))
    assert LessonProgress.objects.get(user=ada).lesson_id == lesson.pk


def test_done_is_a_button_that_can_be_taken_back(ada, course, lesson, client_of):
    client = client_of(ada)
    assert client.post(f"{lesson_url(lesson)}done/")["Location"] == lesson_url(lesson)
    assert 'value="no"' in page(client, lesson_url(lesson))
    client.post(f"{lesson_url(lesson)}done/", {"done": "no"})
    assert Enrollment.objects.get(user=ada, course=course).progress == 0


def test_the_place_is_kept_and_offered(ada, bruno, course, now, client_of):
    text = LessonText(topic="Long", content="## A\n\nx\n\n## B\n\ny\n")
    long = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[long.pk], now=now)
    client = client_of(ada)
    block = long.outline[1]["id"]
    assert client.post(f"{lesson_url(long)}place/", {"block": block}).status_code == 204
    assert "Go on at “B”" in page(client, lesson_url(long))
    for odd in ("", "a\x00", "<x>", "x" * 500):
        assert client.post(f"{lesson_url(long)}place/", {"block": odd}).status_code == 422


def test_quizzes_stand_at_their_marks_and_the_others_below(ada, bruno, course, now, client_of):
    content = "Read.\n\n{{#quiz here}}\n\nMore.\n\n{{#quiz gone}}\n"
    text = LessonText(topic="Quizzed", content=content)
    quizzed = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=[quizzed.pk], now=now)
    here = factories.quiz(lesson=quizzed, title="At its place")
    here.slug = "here"
    here.save()
    below = factories.quiz(lesson=quizzed, title="At the end")
    draft = factories.quiz(lesson=quizzed, title="Not yet", status="draft")
    shown = page(client_of(ada), lesson_url(quizzed))
    assert shown.index(f"/quizzes/{here.pk}/") < shown.index("More.")
    assert shown.index("More.") < shown.index(f"/quizzes/{below.pk}/")
    assert str(draft.pk) not in shown
    assert "data-quiz" not in shown


def test_an_unchanged_lesson_is_answered_with_304_and_a_changed_one_is_not(
    ada, bruno, course, lesson, now, client_of
):
    client = client_of(ada)
    first = client.get(lesson_url(lesson))
    etag = first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"

    def again():
        return client.get(lesson_url(lesson), HTTP_IF_NONE_MATCH=etag).status_code

    etag = client.get(lesson_url(lesson))["ETag"]
    assert again() == 304
    progress.mark_done(by=ada, lesson_id=lesson.pk, now=now)
    assert again() == 200
    etag = client.get(lesson_url(lesson))["ETag"]
    text = LessonText(topic=lesson.topic, content="Changed.")
    lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=text, based_on=1, now=now)
    assert again() == 200
    etag = client.get(lesson_url(lesson))["ETag"]
    factories.quiz(lesson=lesson)
    assert again() == 200
    etag = client.get(lesson_url(lesson))["ETag"]
    terms = CourseTerms(title="Renamed")
    courses.edit_course(by=bruno, course_id=course.pk, terms=terms, now=now)
    assert again() == 200
    other = client_of(bruno).get(lesson_url(lesson), HTTP_IF_NONE_MATCH=etag)
    assert other.status_code == 200


def test_a08_a_reader_gets_nothing_but_the_published_lesson(ada, bruno, course, now, client_of):
    text = LessonText(topic="Secret draft", content="staff-only-words")
    draft = lessons.add_lesson(by=bruno, course_id=course.pk, text=text, now=now)
    client = client_of(ada)
    assert client.get(lesson_url(draft)).status_code == 404
    assert "staff-only-words" in page(client_of(bruno), lesson_url(draft))
    shown = course.lessons.earliest("order_index")
    for query in ("fields=*", "expand=course,notes", "include=drafts", "drafts=1", "preview=1"):
        for url in (lesson_url(shown), f"/courses/{course.slug}/", "/", "/courses/"):
            body = page(client, f"{url}?{query}")
            assert "Secret draft" not in body
            assert "staff-only-words" not in body


def test_a29_rights_end_with_the_next_request(ada, bruno, course, lesson, now, client_of):
    client, teacher = client_of(ada), client_of(bruno)
    assert client.get(lesson_url(lesson)).status_code == 200
    enrollments.end_enrollment(by=bruno, course_id=course.pk, user_id=ada.pk, now=now)
    assert client.get(lesson_url(lesson)).status_code == 404
    assert client.get(f"/courses/{course.slug}/").status_code == 404
    assert client.post(f"{lesson_url(lesson)}done/").status_code == 404
    assert teacher.get(f"/teach/courses/{course.slug}/").status_code == 200
    Enrollment.objects.filter(user=bruno).update(role="student")
    assert teacher.get(f"/teach/courses/{course.slug}/").status_code == 403
    bruno.is_active = False
    bruno.save()
    assert teacher.get(lesson_url(lesson)).status_code == 302


@pytest.mark.parametrize("place", ["lessons/", "lessons/not-a-uuid/", "files/../x", "lessons/%00/"])
def test_odd_addresses_are_not_found(ada, course, client_of, place):
    assert client_of(ada).get(f"/courses/{course.slug}/{place}").status_code in (400, 404)


def test_a_lesson_under_another_course_s_address_is_not_found(ada, course, lesson, client_of):
    second = factories.course(owner=course.owner, title="Second")
    factories.enrollment(user=ada, course=second)
    url = reverse("lesson", kwargs={"slug": second.slug, "lesson_id": lesson.pk})
    assert client_of(ada).get(url).status_code == 404


# --- files -----------------------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>window.__x=1</script></svg>'
HTML = b"<!doctype html><script>window.__x=1</script>"


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    return out.getvalue()


def file_url(course, path: str) -> str:
    return reverse("course_file", kwargs={"slug": course.slug, "path": path})


@pytest.mark.parametrize(
    ("path", "data", "inline"),
    [
        ("a.svg", SVG, False),
        ("a.html", HTML, False),
        ("a.png", HTML, False),
        ("a.html.png", SVG, False),
        ("picture.html", png(), True),
        ("a.xml", b"<?xml version='1.0'?><x/>", False),
        ("a.pdf", b"%PDF-1.7 ...", False),
        ("a.txt", b"plain", False),
    ],
)
def test_a03_active_files_are_never_shown_inline(
    ada, bruno, course, now, client_of, path, data, inline
):
    files.store_file(by=bruno, course_id=course.pk, path=path, data=data, now=now)
    response = client_of(ada).get(file_url(course, path))
    assert response.content == data
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    kind = response["Content-Disposition"].split(";")[0]
    assert kind == ("inline" if inline else "attachment")
    assert response["Content-Type"].split(";")[0] not in {
        "text/html",
        "image/svg+xml",
        "application/xml",
        "text/xml",
        "application/xhtml+xml",
    }
    if path == "picture.html":
        assert response["Content-Type"] == "image/png"


def test_a34_a_file_has_the_rights_of_its_lessons(ada, bruno, chloe, course, now, client_of):
    files.store_file(by=bruno, course_id=course.pk, path="a.png", data=png(), now=now)
    url = file_url(course, "a.png")
    assert client_of(ada).get(url).status_code == 200
    assert client_of(chloe).get(url).status_code == 404
    assert client_of(None).get(url).status_code == 302
    courses.unpublish_course(by=bruno, course_id=course.pk, now=now)
    assert client_of(ada).get(url).status_code == 404
    assert client_of(bruno).get(url).status_code == 200


def test_a_file_is_kept_by_the_browser_and_asked_about(ada, bruno, course, now, client_of):
    files.store_file(by=bruno, course_id=course.pk, path="a.png", data=png(), now=now)
    first = client_of(ada).get(file_url(course, "a.png"))
    again = client_of(ada).get(file_url(course, "a.png"), HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")


# --- A01 -------------------------------------------------------------------------------------

_CALLS = ["window.__x=1", "alert(1)"]
_TAGS = [
    "<script>{0}</script>",
    "<img src=x onerror={0}>",
    "<img src=x onerror='{0}'//",
    "<svg onload={0}>",
    "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin={0} attributeName=x>",
    "<svg><set onbegin={0}>",
    "<svg><a xlink:href='javascript:{0}'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror={0}></style></mglyph></table></math>",
    "<math><mi//xlink:href='data:x,<script>{0}</script>'>",
    "<iframe srcdoc='<script>{0}</script>'></iframe>",
    "<iframe src='javascript:{0}'></iframe>",
    "<object data='javascript:{0}'></object>",
    "<embed src='javascript:{0}'>",
    "<a href='javascript:{0}'>x</a>",
    "<a href='JaVaScRiPt:{0}'>x</a>",
    "<a href=' &#1; javascript:{0}'>x</a>",
    "<a href='java&#9;script:{0}'>x</a>",
    "<a href='data:text/html,<script>{0}</script>'>x</a>",
    "<a href='vbscript:{0}'>x</a>",
    "[x](javascript:{0})",
    "[x](<javascript:{0}>)",
    "[x](JAVASCRIPT:{0})",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:{0})",
    '![x](x" onerror="{0})',
    "[x]: javascript:{0}\n\n[x]",
    "<body onload={0}>",
    "<details open ontoggle={0}><summary>x</summary></details>",
    "<input autofocus onfocus={0}>",
    "<select autofocus onfocus={0}>",
    "<textarea autofocus onfocus={0}>",
    "<video><source onerror={0}></video>",
    "<audio src=x onerror={0}>",
    "<marquee onstart={0}>x</marquee>",
    "<form action='javascript:{0}'><button>x</button></form>",
    "<button formaction='javascript:{0}'>x</button>",
    "<base href='javascript:{0}//'>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    "<link rel=stylesheet href='javascript:{0}'>",
    "<style>@import 'javascript:{0}';</style>",
    "<div style='background:url(javascript:{0})'>x</div>",
    "<div onmouseover={0}>x</div>",
    "<p id=x onclick={0}>x</p>",
    "<noscript><p title='</noscript><img src=x onerror={0}>'></noscript>",
    "<template><script>{0}</script></template>",
    "</title><script>{0}</script>",
    "</textarea><script>{0}</script>",
    "'\"><script>{0}</script>",
    "{{{{ {0} }}}} {{% raw %}}<script>{0}</script>",
    "`</code><script>{0}</script>`",
    "```\n</code></pre><script>{0}</script>\n```",
    "$\\href{{javascript:{0}}}{{x}}$",
    "<x onclick={0}>x</x>",
]
PAYLOADS = [tag.format(call) for tag in _TAGS for call in _CALLS]
_OWN_SCRIPTS = re.compile(r'<script src="/static/[\w/.\-]+"( defer| type="module")?></script>')


class ActiveContent(HTMLParser):
    """Collects what a browser would run in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "style",
            "template",
            "svg:script",
        }:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            bare = re.sub(r"[\x00-\x20]+", "", value or "").lower()
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.found.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action", "formaction", "data", "xlink:href") and (
                bare.startswith(("javascript:", "vbscript:", "data:"))
            ):
                self.found.append(f"{tag} {name}={value}")

    handle_startendtag = handle_starttag


def active(html: str) -> list[str]:
    reader = ActiveContent()
    reader.feed(_OWN_SCRIPTS.sub("", html))
    return reader.found


def test_the_reader_of_active_content_finds_it():
    for html in ("<p onclick=x>", "<script>x</script>", "<a href=' java\tscript:x'>"):
        assert active(html)
    assert active('<script src="/static/js/form.js" type="module"></script>') == []


def test_there_are_a_hundred_payloads():
    assert len(set(PAYLOADS)) >= 100


def test_a01_no_text_that_people_write_becomes_active(ada, bruno, dora, now, client_of):
    """Every payload as title, description, topic, part, lesson and name, read by three people."""
    clients = [client_of(user) for user in (ada, bruno, dora)]
    text = "\n\n".join(PAYLOADS)
    course = courses.create_course(
        by=bruno, terms=CourseTerms(title=PAYLOADS[0], description=text[:20_000]), now=now
    )
    made = [
        lessons.add_lesson(
            by=bruno,
            course_id=course.pk,
            text=LessonText(
                topic=" ".join(payload.split())[:300],
                content=f"{payload}\n\n## {' '.join(payload.split())}\n",
                part=" ".join(PAYLOADS[-number].split())[:200],
            ),
            now=now,
        )
        for number, payload in enumerate(PAYLOADS, start=1)
    ]
    ids = [lesson.pk for lesson in made]
    lessons.publish_lessons(by=bruno, course_id=course.pk, lesson_ids=ids, now=now)
    courses.publish_course(by=bruno, course_id=course.pk, now=now)
    factories.enrollment(user=ada, course=course)
    bruno.name = PAYLOADS[1][:200]
    bruno.save()
    for client in clients:
        for url in ("/", "/courses/", f"/courses/{course.slug}/"):
            assert active(page(client, url)) == [], url
    for lesson, payload in zip(made, PAYLOADS, strict=True):
        assert active(page(clients[0], lesson_url(lesson))) == [], payload
    teach = f"/teach/courses/{course.slug}/"
    for url in ("/teach/", teach, f"{teach}settings/", f"{teach}people/"):
        assert active(page(clients[1], url)) == [], url
    for lesson, payload in list(zip(made, PAYLOADS, strict=True))[::5]:
        assert active(page(clients[1], f"{teach}lessons/{lesson.pk}/")) == [], payload


def test_pages_forbid_inline_scripts(ada, lesson, client_of):
    policy = client_of(ada).get(lesson_url(lesson))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


# --- cost ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "most"), [("lesson", 5), ("home", 6), ("course", 10), ("courses", 5)]
)
def test_pages_ask_the_database_a_fixed_number_of_times(
    ada, course, client_of, django_assert_max_num_queries, name, most
):
    lessons = [factories.lesson(course=course, part_title="Part") for _ in range(60)]
    for lesson in lessons[:10]:
        factories.quiz(lesson=lesson)
    url = lesson_url(lessons[5]) if name == "lesson" else None
    if url is None:
        url = reverse(name, kwargs={"slug": course.slug} if name == "course" else None)
    client = client_of(ada)
    client.get(url)
    with django_assert_max_num_queries(most):
        assert client.get(url).status_code == 200


def test_notes_rendered_for_one_reader_hold_nothing_of_theirs_for_the_next(
    client_of, ada, bruno, course, now
):
    lesson = course.lessons.earliest("order_index")
    AiNote.objects.create(
        lesson=lesson, generated_content="In short.", engine="extractive", status="approved",
        approved_by=bruno, approved_at=now, source_hash=lesson.content_hash,
        sentences=[{"text": "One owner.", "kind": "summary", "sources": [], "supported": True}],
    )  # fmt: skip
    zoe = factories.person("Zoe Zorn")
    factories.enrollment(user=zoe, course=course)
    address = f"/courses/{course.slug}/lessons/{lesson.pk}/"
    first = client_of(ada).get(address).content.decode()
    second = client_of(zoe).get(address).content.decode()

    tokens = [
        re.findall('name="csrfmiddlewaretoken" value="([^"]+)"', one) for one in (first, second)
    ]
    assert not {*tokens[0]} & {*tokens[1]}, "each form has its reader's own token"

    def panel(page: str) -> str:
        shown = page.split('id="panel"')[1].split("</aside>")[0]
        return re.sub('name="csrfmiddlewaretoken" value="[^"]+"', "", shown)

    assert "One owner." in panel(first)
    assert panel(first) == panel(second)
    assert "csrf" not in panel(first)
    AiNote.objects.filter(lesson=lesson).update(
        sentences=[{"text": "Two owners.", "kind": "summary", "sources": [], "supported": True}],
        edited_at=now, edited_by=bruno,
    )  # fmt: skip
    assert "Two owners." in panel(client_of(zoe).get(address).content.decode())


def test_a_lesson_rendered_for_one_reader_holds_nothing_of_theirs_for_the_next(
    client_of, ada, bruno, course, now
):
    lesson = course.lessons.earliest("order_index")
    zoe, max_ = factories.person("Zoe Zorn"), factories.person("Max Mohn")
    for person in (zoe, max_):
        factories.enrollment(user=person, course=course)
    progress.mark_done(by=max_, lesson_id=lesson.pk, done=True, now=now)
    address = lesson_url(lesson)

    def form(who) -> tuple[str, str]:
        text = client_of(who).get(address).content.decode()
        assert "<!--token" not in text
        found = re.search(r'/done/">.*?value="(\w{64})">\s*<button[^>]* value="(\w+)"', text, re.S)
        assert found
        return found[1], found[2]

    tokens, offers = zip(*(form(who) for who in (ada, zoe, max_, ada)), strict=True)
    assert len(set(tokens)) == 4
    assert offers == ("yes", "yes", "no", "yes")
    text = LessonText(topic=lesson.topic, content="Quite another text.")
    lessons.edit_lesson(by=bruno, lesson_id=lesson.pk, text=text, based_on=1, now=now)
    assert "Quite another text." in page(client_of(zoe), address)
