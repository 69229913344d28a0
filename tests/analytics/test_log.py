"""Reading logs of answers: generous with what is missing, exact about what is wrong."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from studium.analytics.evaluation.log import BadLog, ResponseLog, read

HEAD = "order,user,item,concepts,ts,kind,correct,fold\n"


def log_of(tmp_path: Path, text: str) -> ResponseLog:
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_a_full_log_is_read_as_it_stands(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        HEAD + "0,ada,q1,loops;lists;loops,10,practice,1,2\n"
        "1,max,q1,loops,12,study,,0\n"
        "2,max,q2,,15,posttest,0.25,0\n",
    )
    assert [tuple(one) for one in log] == [(0, 0, (0, 1), 10.0, 1.0), (1, 1, (), 15.0, 0.25)]
    assert list(log.is_exam) == [0, 1]
    assert log.nothing_asked == 1
    assert log.fold_of == {0: 2, 1: 0}
    assert (len(log.users), len(log.items), len(log.concepts)) == (2, 2, 2)
    assert log.has_times
    assert log.has_concepts
    assert log.has_folds


def test_who_answered_nothing_is_nobody_of_the_log(tmp_path: Path) -> None:
    log = log_of(tmp_path, HEAD + "0,ada,q1,,1,study,,3\n1,max,q1,,2,practice,1,0\n")
    assert list(log.users) == ["max"]
    assert log.folds == [0]


def test_three_columns_are_enough(tmp_path: Path) -> None:
    log = log_of(tmp_path, "correct,user,item\n1,ada,q1\nfalse,max,q1\n")
    assert [one.share for one in log] == [1.0, 0.0]
    assert [one.at for one in log] == [0.0, 0.0]
    assert not log.has_times
    assert not log.has_concepts
    assert not log.has_folds


def test_folds_are_made_of_the_name_alone(tmp_path: Path) -> None:
    rows = [f"u{n},q1,1" for n in range(200)]
    forth = log_of(tmp_path, "user,item,correct\n" + "\n".join(rows))
    back = log_of(tmp_path, "user,item,correct\n" + "\n".join(reversed(rows)))
    assert forth.folds == [0, 1, 2, 3, 4]
    named = [dict(zip(log.users, log.fold_of.values(), strict=True)) for log in (forth, back)]
    assert named[0] == named[1]
    assert named[0]["u0"] == 4  # so it must be on every machine


def test_the_column_order_is_the_order_of_arrival_else_the_file_is(tmp_path: Path) -> None:
    mixed = log_of(
        tmp_path, HEAD + "2,ada,q3,,3,,1,0\n0,max,q1,,1,posttest,0,1\n1,ada,q2,,2,,1,0\n"
    )
    assert [one.at for one in mixed] == [1.0, 2.0, 3.0]
    assert list(mixed.is_exam) == [1, 0, 0]
    plain = log_of(tmp_path, "user,item,correct,ts\nada,q1,1,9\nmax,q1,1,3\n")
    assert [one.at for one in plain] == [9.0, 3.0]


def test_a_missing_time_is_the_persons_last_one_and_dates_are_taken(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        "user,item,correct,ts\nada,q1,1,1970-01-01T00:01:00Z\nmax,q1,1,\nada,q2,1,\n",
    )
    assert [one.at for one in log] == [60.0, 0.0, 60.0]


def test_packed_files_tabs_marks_and_empty_lines_are_read(tmp_path: Path) -> None:
    packed = tmp_path / "log.data"
    packed.write_bytes(gzip.compress("\ufeffuser\titem\tcorrect\nada\tq,1\t1\n\n".encode()))
    log = read(packed)
    assert [one.share for one in log] == [1.0]
    assert list(log.items) == ["q,1"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0,,q1,,1,,1,0", "`user` is empty"),
        ("0,ada,q1,,1,,2,0", "`correct` is '2'"),
        ("0,ada,q1,,1,,nan,0", "`correct` is 'nan'"),
        ("0,ada,q1,,1,,yes,0", "`correct` is 'yes'"),
        ("0,ada,q1,,soon,,1,0", "`ts` is 'soon'"),
        ("0,ada,q1,,1e999,,1,0", "`ts` is '1e999'"),
        ("first,ada,q1,,1,,1,0", "`order` is 'first'"),
        ("0,ada,q1,,1,,1,1.5", "`fold` is '1.5'"),
        ("0,ada,q1,,1,,1,4", "fold 0 before"),
        ("0,ada,q1,a,b,1,,1,0", "9 cells where the first line names 8"),
        ('0,ada,"q1,,1,,1,0', "mend the quotes"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_what_to_do(
    tmp_path: Path, row: str, said: str
) -> None:
    with pytest.raises(BadLog) as refused:
        log_of(tmp_path, HEAD + "0,ada,q1,,1,practice,1,0\n" + row + "\n")
    assert "log.csv, line 3: " in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file is empty"),
        ("user,item\nada,q1\n", "line 1: the column `correct` is missing"),
        ("user,item,correct,user\nada,q1,1,max\n", "line 1: the column `user` is there twice"),
        ("user,item,correct\nada,q1,\n", "no answer in it"),
    ],
)
def test_a_log_without_what_is_needed_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadLog, match=said):
        log_of(tmp_path, text)


def test_files_that_cannot_be_read_are_refused_with_their_name(tmp_path: Path) -> None:
    whole = gzip.compress(b"user,item,correct\n" + b"".join(b"u%d,q,1\n" % n for n in range(9000)))
    (tmp_path / "cut.csv.gz").write_bytes(whole[:-2000])
    (tmp_path / "latin.csv").write_bytes(b"user,item,correct\nj\xfcrg,q1,1\n")
    for name, said in (
        ("cut.csv.gz", "damaged or cut off"),
        ("latin.csv", "not UTF-8"),
        ("none.csv", "no such file"),
        (".", "this is a folder"),
    ):
        with pytest.raises(BadLog, match=said) as refused:
            read(tmp_path / name)
        assert str(tmp_path) in str(refused.value)
