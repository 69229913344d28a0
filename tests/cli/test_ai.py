"""`studium ai eval`: the table, its history, sheets out and in, and what it refuses."""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from studium.ai.evaluation.gold import OWN_SET
from studium.cli import ai
from studium.lib.errors import Refused


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A set of one short lesson."""
    place = tmp_path_factory.mktemp("set")
    for ending in (".md", ".gold.json"):
        shutil.copy(OWN_SET / f"economics-m48592{ending}", place)
    return place


def said(*words: object) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    ai.configure(parser)
    return parser.parse_args(["eval", *map(str, words)])


def test_the_table_is_printed_and_the_run_kept_beside_the_set(folder, capsys):
    assert ai.run(said("--set", folder)) == 0
    out = capsys.readouterr().out
    assert out.startswith("Engine extractive, version ")
    assert "| span-exact | 1 |" in out
    assert len((folder / "ai-eval-history.jsonl").read_text("utf-8").splitlines()) == 1


def test_json_holds_each_figure_with_its_interval(folder, tmp_path, capsys):
    history = tmp_path / "runs.jsonl"
    assert ai.run(said("--set", folder, "--json", "--history", history)) == 0
    out = json.loads(capsys.readouterr().out)
    exact = next(one for one in out["figures"] if one["name"] == "span-exact")
    assert exact["met"] is True
    assert exact["interval"][1] == 1.0
    assert json.loads(history.read_text("utf-8")) == out


def test_a_sheet_goes_out_and_comes_back(folder, tmp_path, capsys):
    sheet = tmp_path / "sheet.csv"
    assert ai.run(said("--set", folder, "--audit", 3, "--plant", 1, "--sheet", sheet)) == 0
    assert "3 to judge in" in capsys.readouterr().out
    with sheet.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row in rows:
        row.update(key_right="yes", one_key="yes", from_passage="yes")
    with sheet.open("w", encoding="utf-8", newline="") as into:
        writer = csv.DictWriter(into, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert ai.run(said("--read", sheet)) == 0
    out = capsys.readouterr().out
    assert "key_right: 2 of 2" in out
    assert "spoilt ones caught in pass 1: 0 of 1" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--engine", "oracle"), "There is no AI engine 'oracle'"),
        (("--engine", "openai"), "needs --address and --model"),
        (("--set", "nowhere-at-all"), "holds no NAME.gold.json"),
        (("--read", "nowhere.csv"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(words, sentence):
    with pytest.raises(Refused, match=sentence):
        ai.run(said(*words))


class _Nonsense(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = b'{"choices": []}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *words):
        pass


def test_a_model_that_cannot_answer_in_form_is_refused_before_any_lesson(folder):
    server = HTTPServer(("127.0.0.1", 0), _Nonsense)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        with pytest.raises(Refused):
            ai.run(said("--set", folder, "--engine", "openai", "--address", address,
                        "--model", "any"))  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
