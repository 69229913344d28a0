"""The lock files answer pyproject.toml, and belong to no machine."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from tools import lock

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = (lock.RUNTIME, lock.DEVELOPMENT)


def test_the_locks_are_in_step_with_the_project():
    assert lock.check(ROOT) == []


@pytest.mark.parametrize("name", LOCKS)
def test_each_pin_is_a_version_that_the_project_allows(name):
    pins = lock.pins_of((ROOT / name).read_text("utf-8"))
    asked = [Requirement(line) for line in lock.wanted(PROJECT, name)]
    refused = [
        f"{line} but {pins[lock.plain_name(line.name)]}"
        for line in asked
        if pins[lock.plain_name(line.name)] not in line.specifier
    ]
    assert refused == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_changed_dependency_makes_the_lock_stale(name):
    text = (ROOT / name).read_text("utf-8")
    changed = {**PROJECT, "project": {**PROJECT["project"], "dependencies": ["django~=6.0"]}}
    assert any("another pyproject.toml" in fault for fault in lock.faults_of(changed, name, text))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda text: text + "--extra-index-url https://x.example/simple\n", "an address"),
        (lambda text: text + "--find-links /opt/x\n", "an address"),
        (lambda text: text + "nh3 @ file:///tmp/nh3.whl\n", "an address"),
        (lambda text: text + "\nunknown==1.0\n", "without a hash"),
        (lambda text: text.replace("\ndjango==", "\ndjongo=="), "no pin for django"),
    ],
)
def test_a_spoilt_lock_is_noticed(spoil, complaint):
    text = spoil((ROOT / lock.RUNTIME).read_text("utf-8"))
    faults = lock.faults_of(PROJECT, lock.RUNTIME, text)
    assert any(complaint in fault for fault in faults), faults
