"""What a command is told wrongly, it answers with a sentence."""

from __future__ import annotations

import pytest

from studium import cli


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serve", "--port", "99999"], "--port is 99999; it should be a number from 1 to 65535."),
        (["serve", "--workers", "0"], "--workers is 0"),
        (["serve", "--host", "no.such.host.invalid"], "no such address"),
        (["serve", "--demo", "--host", "0.0.0.0"], "Demo mode answers on this machine only"),
        (["worker", "--processes", "99"], "from 1 to 32"),
        (["user", "add", "nobody", "--name", "X", "--no-password"], "not an e-mail address"),
        (["notes", "generate", "nothing"], "There is no course named 'nothing'"),
    ],
)
@pytest.mark.django_db
def test_wrong_input_gets_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    try:
        code = cli.main(arguments)
    except SystemExit as end:
        code = end.code
    assert code in (1, 2)
    assert said in capsys.readouterr().err
