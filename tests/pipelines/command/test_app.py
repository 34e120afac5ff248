from __future__ import annotations

import ast
import sys
import warnings
from pathlib import Path

import pytest

from pipelines.command import main
from textprep.errors import InputError, InputWarning

SUBCOMMANDS = ["prep", "vectors info", "vectors nearest", "train ner", "train sentiment", "evaluate", "predict", "demo"]


@pytest.mark.parametrize("subcommand", ["", *SUBCOMMANDS, "vectors", "train"])
def test_help(textmill, subcommand):
    done = textmill(*subcommand.split(), "--help")
    assert done.code == 0
    assert done.out.startswith(f"Usage: {' '.join(['textmill', *subcommand.split()])}")


def test_version(textmill):
    from importlib.metadata import version

    assert textmill("--version").out == f"textmill {version('textmill')}\n"


@pytest.mark.parametrize("group", ["", "train", "vectors"])
def test_no_arguments_show_the_help(textmill, group):
    done = textmill(*group.split())
    assert done.code == 2
    assert done.err.startswith("Usage: textmill")


@pytest.mark.parametrize(
    "arguments, message",
    [
        ("prep a.txt -o b.txt --recpie words", r"No such option: --recpie"),
        ("prep a.txt", "Missing option '-o'"),
        ("prep -o b.txt", "Missing argument"),
        ("perp a.txt", "No such command 'perp'"),
        ("train nre", "No such command 'nre'"),
        ("train ner --out runs", "Missing option '--train'"),
        ("prep a.txt -o b.txt --threads 0", "Invalid value for '--threads'"),
        ("prep a.txt -o b.txt --threads many", "Invalid value for '--threads'"),
        ("prep a.txt -o b.txt --on-error ignore", "Invalid value for '--on-error'"),
        ("vectors nearest v.txt cat -k 0", "Invalid value for '-k'"),
        ("evaluate run", "Missing argument 'file'"),
    ],
)
def test_wrong_arguments_point_to_the_help(refused, arguments, message):
    shown = refused(*arguments.split())
    assert message.lower() in shown.lower()
    words = arguments.split()
    path = " ".join(["textmill", *words[: 2 if words[0] in ("train", "vectors") else 1]])
    assert "--help')" in shown
    assert path.rsplit(" ", 1)[0] in shown


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys) -> tuple[int, str]:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("textprep.recipes.open_recipe", broken)
    monkeypatch.setattr(sys, "argv", ["textmill", "prep", "a.txt", "-o", "b.txt"])
    with pytest.raises(SystemExit) as stopped:
        main()
    return stopped.value.code, capsys.readouterr().err


def test_a_failure_of_the_machine_is_1(monkeypatch, capsys):
    code, shown = fail_with(OSError(28, "No space left on device", "b.txt"), monkeypatch, capsys)
    assert (code, shown) == (1, "textmill: [Errno 28] No space left on device: 'b.txt'\n")


def test_an_interruption_is_130(monkeypatch, capsys):
    code, shown = fail_with(KeyboardInterrupt(), monkeypatch, capsys)
    assert (code, shown) == (130, "textmill: interrupted; no unfinished output was left\n")


def test_a_fault_of_ours_is_owned_up_to(monkeypatch, capsys):
    monkeypatch.delenv("TEXTMILL_TRACEBACK", raising=False)
    code, shown = fail_with(ZeroDivisionError("division by zero"), monkeypatch, capsys)
    assert code == 1
    assert shown.startswith("textmill: ZeroDivisionError: division by zero (a fault of textmill")
    assert shown.count("\n") == 1
    monkeypatch.setenv("TEXTMILL_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        main()


def test_warnings_are_sentences(monkeypatch, capsys):
    def warn(*_: object) -> None:
        warnings.warn("two rows\nare alike", InputWarning, stacklevel=1)
        warnings.warn("a function\nwill go", UserWarning, stacklevel=1)
        raise InputError("that is all")

    monkeypatch.setattr("textprep.recipes.open_recipe", warn)
    monkeypatch.setattr(sys, "argv", ["textmill", "prep", "a.txt", "-o", "b.txt"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().err == (
        "textmill: two rows are alike\ntextmill: a function will go (a library's UserWarning)\ntextmill: that is all\n"
    )


def test_all_warnings_of_ours_are_about_the_users_data():
    packages = [Path(__file__).parents[3] / name for name in ("textprep", "embeddings", "seqmodels", "pipelines")]
    calls = [
        call
        for package in packages
        for file in package.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "warnings.warn"
    ]
    assert len(calls) > 4
    assert [
        ast.unparse(call) for call in calls if "InputWarning" not in [ast.unparse(each) for each in call.args]
    ] == []
