"""Days, numbers, spans, shares and refusals in five languages, and whose language a page has."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from tools import catalogues

from studium.lib import localized
from studium.lib.errors import Conflict
from studium.lib.words import counted_phrase, phrase, sentences
from studium.web import guide

MARCH = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "moment", "day", "number", "share", "ago"),
    [
        ("en", "2 March 2026, 09:05", "2 Mar", "2.5", "58 %", "3 days ago"),
        ("de", "2. März 2026, 09:05", "2. Mär", "2,5", "58 %", "vor 3 Tagen"),
        ("fr", "2 mars 2026, 09:05", "2 mar", "2,5", "58 %", "il y a 3 jours"),
        ("es", "2 de marzo de 2026, 09:05", "2 mar", "2,5", "58 %", "hace 3 días"),
        ("ar", "2 مارس 2026، 09:05", "2/3", "2,5", "58%", "قبل 3 أيام"),
    ],
)
def test_moments_numbers_and_shares_are_those_of_the_language(
    language: str, moment: str, day: str, number: str, share: str, ago: str
) -> None:
    with translation.override(language):
        assert localized.moment_words(MARCH) == moment
        assert localized.day_words(date(2026, 3, 2)) == day
        assert localized.number_words(2.5) == number
        assert localized.number_words(Decimal("2.500")) == number
        assert localized.number_words(2.5, 1, signed=True) == f"+{number}"
        assert localized.percent_words(0.576) == share
        assert localized.ago_words(timedelta(days=3, hours=5)) == ago


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "just now"), ("de", "gerade eben"), ("fr", "à l’instant"), ("es", "ahora mismo"),
        ("ar", "الآن"),
    ],
)  # fmt: skip
def test_what_is_less_than_a_minute_old_is_so_just_now(language: str, words: str) -> None:
    with translation.override(language):
        for seconds in (-5, 0, 59.9):
            assert localized.ago_words(timedelta(seconds=seconds)) == words
        assert localized.ago_words(timedelta(seconds=60)) != words


def test_arabic_has_six_forms_of_a_number() -> None:
    with translation.override("ar"):
        said = {n: localized.ago_words(timedelta(days=n)) for n in (1, 2, 3)}
        hours = {n: localized.ago_words(timedelta(hours=n)) for n in (11, 20)}
        days = [translation.ngettext("%(n)s day", "%(n)s days", n) for n in (0, 1, 2, 3, 11, 100)]
    assert said == {1: "قبل يوم واحد", 2: "قبل يومين", 3: "قبل 3 أيام"}
    assert set(hours.values()) == {"قبل 11 ساعة", "قبل 20 ساعة"}
    assert days[0] == days[5] != days[4] != days[3]  # none and a hundred take the same form


def test_a_refusal_is_said_again_in_the_language_with_its_values() -> None:
    closed = Conflict(phrase("“%(title)s” is closed.", title="100 % Rust"))
    nested = phrase("“%(title)s” was not begun. %(problem)s", title="Finale",
                    problem=phrase("This is not the password of the exam."))  # fmt: skip
    assert closed.message == "“100 % Rust” is closed."
    with translation.override("de"):
        assert localized.said(closed.message) == "„100 % Rust“ ist geschlossen."
        assert localized.said(nested).endswith("Das ist nicht das Passwort der Prüfung.")
        assert localized.said("Nobody has translated 100 % of this.").startswith("Nobody")
        assert localized.said("") == ""
        both = sentences(counted_phrase("%(n)s minute", "%(n)s minutes", 2), "X", between=", ")
        assert localized.said(both) == "2 Minuten, X"


def test_a_visitors_language_is_the_cookies_then_the_browsers_then_the_sites(
    db: None, client: Any
) -> None:
    def language() -> str:
        page = client.get("/help/", headers={"Accept-Language": "xx, fr-CA;q=0.9, en;q=0.5"})
        found = re.search(r'<html lang="(\w+)" dir="(\w+)"', page.content.decode())
        assert found is not None
        return " ".join(found.groups())

    assert language() == "fr ltr"
    chosen = client.post("/language/", {"language": "ar", "next": "/help/"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/help/")
    assert language() == "ar rtl"
    away = client.post("/language/", {"language": "es", "next": "https://elsewhere.example/"})
    assert away["Location"] == "/"
    assert client.post("/language/", {"language": "tlh"}).status_code == 422
    assert language() == "es ltr"


def test_who_is_signed_in_reads_the_accounts_language(client_of: Any, ada: Any) -> None:
    type(ada).objects.filter(pk=ada.pk).update(locale="de")
    client = client_of(ada)
    client.cookies["studium_language"] = "fr"
    page = client.get("/courses/", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="de" dir="ltr"' in page
    assert "Kurse suchen" in page


def test_the_catalogues_are_complete_compiled_and_of_this_source() -> None:
    source = catalogues.extracted(students=True)
    for language in catalogues.LANGUAGES:
        stored = catalogues.read(language)
        lacking = [one.id for one in catalogues.missing(catalogues.renewed(language, source))]
        assert lacking == [], f"{language}: run `python -m tools.catalogues` and translate these"
        path = catalogues._path(language)
        assert path.with_suffix(".mo").read_bytes() == catalogues.as_mo(stored)
        assert catalogues.as_po(catalogues.read(language)) == path.read_bytes()
    assert {code for code, _name in settings.LANGUAGES} == {"en", *catalogues.LANGUAGES}


def test_every_translation_has_the_values_of_its_message() -> None:
    value = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
    wrong = []
    for language in catalogues.LANGUAGES:
        for one in catalogues.read(language):
            if not one.id or not catalogues.is_translated(one):
                continue
            many = isinstance(one.id, tuple | list)
            wanted = set(value.findall(one.id[1] if many else one.id))
            for text in one.string if many else (one.string,):
                given = set(value.findall(text))
                # A form for one or two of something may leave the number out.
                if not given <= wanted or (not many and given != wanted):
                    wrong.append(f"{language}: {text}")
    assert wrong == []


def test_an_empty_form_is_not_compiled() -> None:
    catalog = catalogues.Catalog(locale="de")
    catalog.add(("%(n)s day", "%(n)s days"), ("", ""))
    catalog.add("Courses", "Kurse")
    compiled = io.BytesIO(catalogues.as_mo(catalog)).getvalue()
    assert b"Kurse" in compiled
    assert b"%(n)s day" not in compiled


def test_the_guide_for_students_is_there_in_every_language() -> None:
    for name in guide.PAGES["student"]:
        shape = _shape(guide.text_of(name))
        for language in catalogues.LANGUAGES:
            text = guide.text_of(name, language)
            assert text != guide.text_of(name), f"{name} is not translated into {language}"
            assert _shape(text) == shape, f"{name} in {language}"
            assert guide.page(name, language).language == language
    assert guide.page("running", "de").language == "en"


def _shape(text: str) -> tuple[int, int, list[str], list[str]]:
    """Headings, paragraphs, pictures and keys of a page of the guide."""
    keys = sorted(re.findall(r"`[^`]+`", text))
    return text.count("\n## "), text.count("\n\n"), re.findall(r"\((\S+\.webp)\)", text), keys
