"""Addresses that are looked up by their first part are the same addresses."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLResolver, path, re_path
from django.urls.resolvers import RegexPattern

from studium.lib.addresses import by_first_part


def view(request: HttpRequest) -> HttpResponse:
    raise AssertionError("Only its address is looked up.")


def resolver() -> tuple[URLResolver, list[str]]:
    patterns = by_first_part(
        [
            path("exams/", view, name="exams"),
            path("healthz", view, name="healthz"),
            path("courses/<slug:slug>/", view, name="course"),
            path("<slug:word>/all/", view, name="word"),
            re_path("^key/(?P<key>[a-z]+)/$", view, name="key"),
            path("exams/<uuid:exam_id>/", view, {"more": 1}, name="exam"),
            path("courses/all/", view, name="hidden"),
        ]
    )
    return URLResolver(RegexPattern("^/"), patterns), [str(one.pattern) for one in patterns]


def test_those_with_the_same_first_word_stand_together_where_the_first_of_them_stood() -> None:
    _, shown = resolver()

    assert shown == ["exams/", "healthz", "courses/", "<slug:word>/all/", "^key/(?P<key>[a-z]+)/$"]


@pytest.mark.parametrize(
    ("address", "name", "values"),
    [
        ("/exams/", "exams", {}),
        ("/healthz", "healthz", {}),
        ("/courses/all/", "course", {"slug": "all"}),  # the earlier one, as it was before
        ("/key/a/", "key", {"key": "a"}),
        ("/other/all/", "word", {"word": "other"}),
    ],
)
def test_an_address_is_found_and_made_as_before(
    address: str, name: str, values: dict[str, str]
) -> None:
    site, _ = resolver()

    found = site.resolve(address)

    assert (found.url_name, found.kwargs) == (name, values)
    assert f"/{site.reverse(name, **values)}" == address


def test_values_that_a_view_is_given_besides_come_along() -> None:
    site, _ = resolver()

    found = site.resolve("/exams/00000000-0000-0000-0000-000000000001/")

    assert found.url_name == "exam"
    assert found.kwargs["more"] == 1
    assert found.route == "exams/<uuid:exam_id>/"


def test_nothing_else_is_found() -> None:
    site, _ = resolver()

    for address in ("/exams", "/courses/a/b/", "/nothing"):
        with pytest.raises(Resolver404):
            site.resolve(address)
