"""`textmill generate`: what a language model writes."""

from pathlib import Path

import pytest

from pipelines import load
from seqmodels import Beam, Decoding, Greedy, Sampling

LEARNED = ["the cat sat on the mat", "a dog ran in the park"]


@pytest.mark.parametrize("text", LEARNED)
def test_it_goes_on_as_it_has_learned(textmill, language_model, text):
    first, rest = text.split(" ", 1)
    done = textmill("generate", language_model.folder, first, "--method", "greedy")
    assert (done.code, done.out, done.err) == (0, text + "\n", "")
    (said,) = language_model.run.generate([first])
    assert said == " " + rest


def test_the_pieces_of_a_stream_are_the_text(language_model):
    run = load(language_model.folder)
    for method in (Greedy(), Sampling(seed=3)):
        whole = run.generate([""], Decoding(method, max_tokens=12))[0]
        assert "".join(run.stream("", Decoding(method, max_tokens=12))) == whole


def test_seed_and_settings(textmill, language_model):
    command = ("generate", language_model.folder, "the", "--max-tokens", "6", "--set", "temperature=3")
    outputs = [textmill(*command, "--seed", seed).out for seed in (1, 1, 2, 3, 4)]
    assert outputs[0] == outputs[1]
    assert len(set(outputs)) > 1
    wanted = language_model.run.generate(["the"], Decoding(Sampling(temperature=3.0, seed=2), max_tokens=6))[0]
    assert outputs[2] == f"the{wanted}\n"
    assert "<unk>" not in "".join(outputs)


def test_a_stop_text_ends_it(textmill, language_model):
    assert language_model.run.generate(["the"], stop=["sat on"]) == [" cat"]
    done = textmill("generate", language_model.folder, "the", "--method", "greedy", "--stop", "on the")
    assert done.out == "the cat sat on the\n"  # what was streamed cannot be taken back


def test_a_beam_search_gives_its_best_texts(textmill, language_model):
    done = textmill(
        "generate", language_model.folder, "the cat", "--method", "beam", "--set", "n_best=2", "--max-tokens", "10"
    )
    lines = done.out.splitlines()
    assert (lines[0], len(lines)) == (LEARNED[0], 2)
    assert lines == [
        "the cat" + said for said in language_model.run.generate(["the cat"], Decoding(Beam(n_best=2), 10))
    ]


def test_the_prompt_may_come_from_standard_input(textmill, language_model):
    done = textmill("generate", language_model.folder, "-", "--method", "greedy", stdin=b"a dog\n")
    assert done.out == LEARNED[1] + "\n"


def test_all_settings_are_listed(textmill):
    listed = textmill("generate", "--list-settings").out
    for setting in ("top_p = 1.0", "beams = 4", 'kind = "contrastive"', "repetition_penalty = 1.0"):
        assert setting in listed


def test_what_is_refused(refused, language_model, sentiment):
    assert "does not write text; give one of lm" in refused("generate", sentiment.folder, "a film")
    assert "did you mean 'beam'" in refused("generate", language_model.folder, "--method", "beem")
    assert "unknown setting 'top_pp'" in refused("generate", language_model.folder, "--set", "top_pp=1")
    assert "the stop text ' ' has no tokens" in refused("generate", language_model.folder, "--stop", " ")
    assert "there is no such run folder" in refused("generate", "none", "a")
    assert list(Path.cwd().iterdir()) == []
