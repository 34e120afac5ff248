"""Translation: a toy language learned, saved, scored as sacrebleu scores it."""

import gzip
import json
import random
from dataclasses import replace

import pyarrow as pa
import pytest
import sacrebleu
from datasets import Dataset

from pipelines import TranslationSettings, load, train_translation
from pipelines.datasets import TextPairs
from pipelines.tasks.translation import Translation
from seqmodels import Beam, Decoding, Hook, Sampling
from textprep import Pipeline, WhiteSpace
from textprep.errors import ArtifactError, ConfigError, InputError
from textprep.settings import with_values

WORDS = {"dog": "Hund", "cat": "Katze", "house": "Haus", "red": "rot", "runs": "läuft", "sees": "sieht", "a": "ein"}
SMALL = with_values(
    TranslationSettings(),
    {
        "data.batch_tokens": 120,
        "model.input.size": 32,
        "model.input.dropout": 0.0,
        "model.encoder.hidden_size": 32,
        "model.decoder.hidden_size": 48,
        "model.head.output_dropout": 0.0,
        "training.epochs": 30,
        "training.learning_rate": 0.01,
        "training.average_decay": 0.9,
        "training.precision": "float32",
        "decoding.max_tokens": 30,
    },
)
ONE_EPOCH = with_values(SMALL, {"training.epochs": 1, "decoding.method.beams": 1, "decoding.max_tokens": 5})

SOURCES = ["a dog runs", "a red cat sees a dog", "a house"]


def translated(text: str) -> str:
    """Every word by its other name, the last one first."""
    return " ".join(WORDS[word] for word in reversed(text.removesuffix(".").split())) + "."


def toy(count: int, seed: int) -> list[tuple[str, str]]:
    rng = random.Random(seed)
    sources = [" ".join(rng.choices(list(WORDS), k=rng.randint(2, 6))) + "." for _ in range(count)]
    return [(text, translated(text)) for text in sources]


@pytest.fixture(scope="module")
def run(one_thread, tmp_path_factory):
    folder = tmp_path_factory.mktemp("translation")
    train_translation(toy(400, 1), toy(40, 2), settings=SMALL, out=folder / "run")
    return load(folder / "run")


def test_a_toy_language_is_learned(run):
    assert run.evaluate(toy(400, 1))["bleu"] > 90
    assert run(["a red dog sees a cat."]) == ["Katze ein sieht Hund rot ein."]
    assert run.records(["a  dog."]) == [{"translation": "Hund ein."}]


def test_scores_are_those_of_sacrebleu_and_their_signatures_are_told(run):
    pairs = toy(30, 3)
    pairs[3] = (pairs[3][0], "Etwas anderes steht hier, T-Shirt.")
    scores = run.evaluate(pairs)
    said, references = run([source for source, _ in pairs]), [[target for _, target in pairs]]
    assert scores["bleu"] == sacrebleu.corpus_bleu(said, references).score < 100
    assert scores["chrf"] == sacrebleu.corpus_chrf(said, references).score
    assert scores["bleu_signature"].startswith("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:")
    assert scores["chrf_signature"].startswith("nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:")
    assert scores["texts"] == 30 and scores["texts_per_second"] > 0
    ids = run.parts.pipeline.ids([target for _, target in pairs])
    assert scores["tokens"] == len(ids.values) + 30


def test_blank_texts_unknown_characters_and_the_order(run):
    texts = ["", "a cat runs.", " \t", "ein 狗 dog.", "a cat."]
    said = run(texts)
    assert (said[0], said[2]) == ("", "")
    assert said[1] == "läuft Katze ein."
    assert "<" not in said[3]  # no special token is ever said
    assert said[4] == run(["a cat."])[0] == "Katze ein."
    assert run([]) == []
    assert run(["", " "]) == ["", ""]


def test_other_decoding(run):
    texts = [source for source, _ in toy(12, 5)]
    assert run.translate(texts, Decoding(max_tokens=30)) == [translated(text) for text in texts]
    several = Decoding(Beam(beams=4, n_best=3), max_tokens=30)
    assert run.translate(texts, several) == run.translate(texts, replace(several, method=Beam(beams=4)))
    drawn = Decoding(Sampling(seed=3, temperature=3.0), max_tokens=30)
    assert run.translate(texts, drawn) == run.translate(texts, drawn) != [translated(text) for text in texts]
    with pytest.warns(UserWarning, match=r"12 translations are cut off after 1 tokens \(decoding.max_tokens\)"):
        cut = Translation(with_values(SMALL, {"decoding.max_tokens": 1}))
        type(run)(cut, replace(run.parts, settings=cut.settings)).evaluate(toy(12, 5))


def test_a_prefix_stands_in_front_of_every_source():
    given = [("A: " + source, target) for source, target in toy(50, 1)]
    task = Translation(with_values(SMALL, {"data.prefix": "A: "}))
    one = task.prepare(TextPairs(*_sides(toy(50, 1)), "toy"), [], None)
    other = Translation(SMALL).prepare(TextPairs(*_sides(given), "toy"), [], None)
    assert one.pipeline == other.pipeline
    assert one.batches.first.ids.values.tolist() == other.batches.first.ids.values.tolist()
    assert task.sources(["a dog", " "]) == ["A: a dog", ""]


@pytest.mark.filterwarnings("ignore:on the development data")
def test_a_vocabulary_for_each_side(tmp_path):
    with pytest.raises(ConfigError, match=r"model\.shared is for one vocabulary"):
        train_translation(toy(20, 1), toy(5, 2), settings=with_values(ONE_EPOCH, {"data.joint": False}))
    values = {"data.joint": False, "model.shared": False, "training.epochs": 20, "data.batch_tokens": 60}
    settings, folder = with_values(SMALL, values), tmp_path / "run"
    toys = [(source, " ".join(map(WORDS.get, source.split()))) for source in SOURCES] * 20
    run = train_translation(toys, toys, settings=settings, out=folder)
    assert not {"▁Hund", "▁ein"} & set(run.parts.pipeline.vocabulary.words)
    assert {"▁Hund", "▁ein"} <= set(run.parts.target_pipeline.vocabulary.words)
    again = load(folder)
    assert again.parts.target_pipeline == run.parts.target_pipeline
    assert again(SOURCES) == run(SOURCES) == [target for _, target in toys[: len(SOURCES)]]
    train_translation(toys, toys, settings=with_values(settings, {"training.epochs": 1}), out=folder, overwrite=True)
    (folder / "targets" / "vocabulary.jsonl").unlink()
    with pytest.raises(ArtifactError, match=r"targets/vocabulary\.jsonl is missing"):
        load(folder)


class Records(Hook):
    def __init__(self):
        self.all = []

    def on_epoch(self, model, state, record):
        self.all.append(record)


@pytest.mark.parametrize("metric, names", [("perplexity", {"perplexity"}), ("bleu", {"perplexity", "bleu", "chrf"})])
@pytest.mark.filterwarnings("ignore:on the development data")
def test_each_epoch_tells_the_perplexity_and_bleu_only_if_it_chooses(metric, names):
    records = Records()
    settings = with_values(ONE_EPOCH, {"training.metric": metric})
    train_translation(toy(20, 1), toy(5, 2), settings=settings, hooks=[records])
    assert {"perplexity", "bleu", "chrf"} & set(records.all[0]) == names


def _sides(pairs):
    return [source for source, _ in pairs], [target for _, target in pairs]


def _files(folder):
    pairs = toy(20, 1)
    for side, ending in zip(_sides(pairs), ("en", "de"), strict=True):
        (folder / f"train.{ending}").write_text("\n".join(["", *side]) + "\n")
    return pairs


def test_what_is_read(tmp_path):
    pairs = _files(tmp_path)
    task = Translation(with_values(SMALL, {"data.source": "en", "data.target": "de"}))
    wanted = _sides(pairs)

    def sides(read):
        return read.first, read.second

    assert sides(task.read(tmp_path / "train")) == wanted
    for ending in ("en", "de"):
        file = tmp_path / f"train.{ending}"
        (tmp_path / f"packed.{ending}.gz").write_bytes(gzip.compress(file.read_bytes()))
    assert sides(task.read(tmp_path / "packed")) == wanted
    (tmp_path / "t.tsv").write_text("de\ten\n" + "".join(f"{target}\t{source}\n" for source, target in pairs))
    assert sides(task.read(tmp_path / "t.tsv")) == wanted
    rows = [{"translation": {"en": source, "de": target}} for source, target in pairs]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert sides(task.read(tmp_path / "t.jsonl")) == wanted
    assert sides(task.read(Dataset(pa.Table.from_pylist(rows), fingerprint="toy"))) == wanted
    assert sides(task.read(pairs)) == wanted
    numbered = Translation(with_values(SMALL, {"data.source": "1", "data.target": "0", "data.header": False}))
    assert sides(numbered.read(tmp_path / "t.tsv"))[0] == ["en", *wanted[0]]


def test_what_cannot_be_read(tmp_path):
    _files(tmp_path)
    with pytest.raises(InputError, match=r"train: .*how two files of lines end is not known; set data\.source"):
        Translation(SMALL).read(tmp_path / "train")
    task = Translation(with_values(SMALL, {"data.source": "en", "data.target": "de"}))
    with pytest.raises(InputError, match=r"test\.en: there is no such file"):
        task.read(tmp_path / "test")
    with (tmp_path / "train.de").open("a") as file:
        file.write("zu viel\n")
    with pytest.raises(InputError, match=r"train\.en.*ends after 21 lines, where .*train\.de has 22"):
        task.read(tmp_path / "train")
    with pytest.raises(InputError, match=r"the pairs given:2: 'ab' is no pair of texts"):
        task.read([("a", "b"), "ab"])
    with pytest.raises(InputError, match="there are no pairs"):
        task.read([])


def test_what_cannot_be_learned_from(run, tmp_path):
    pairs = toy(10, 1)
    with pytest.raises(ConfigError, match="leave out vectors"):
        train_translation(pairs, pairs, settings=SMALL, vectors="glove.txt")
    with pytest.raises(InputError, match=r"every pair has more than 1 tokens on a side"):
        train_translation(pairs, pairs, settings=with_values(SMALL, {"data.max_length": 1}))
    Pipeline(WhiteSpace()).fit(["a b"]).save(tmp_path / "pipeline")
    with pytest.raises(ConfigError, match="has no special token bos"):
        train_translation(pairs, pairs, settings=with_values(SMALL, {"data.recipe": str(tmp_path / "pipeline")}))


@pytest.mark.filterwarnings("ignore:on the development data")
def test_long_pairs_are_left_out_and_the_report_says_so(tmp_path):
    settings = with_values(ONE_EPOCH, {"data.max_length": 12})
    train_translation([*toy(20, 1), ("dog " * 50, "Hund")], toy(5, 2), settings=settings, out=tmp_path / "run")
    report = (tmp_path / "run" / "report.md").read_text()
    assert "- training pairs that were left out, as too long or empty: 1\n" in report
    assert "- bleu_signature: nrefs:1|" in report


@pytest.mark.filterwarnings("ignore:on the development data")
def test_a_source_longer_than_the_context():
    values = {
        "model.encoder.kind": "transformer",
        "model.encoder.positions": "learned",
        "model.encoder.context": 16,
        "model.decoder.kind": "transformer",
        "model.decoder.positions": "learned",
        "model.decoder.context": 8,
        "decoding.max_tokens": 50,
        "data.max_length": 7,
        "data.recipe": "white_space",
    }
    small = train_translation(toy(40, 1), toy(5, 2), settings=with_values(ONE_EPOCH, values))
    assert len(small(["a dog runs."])[0].split()) <= 8  # the target's context ends it
    with pytest.raises(InputError, match=r"begins 'dog dog .*' has 17 tokens, and the model reads 16 at most; cut it"):
        small(["a dog.", "dog " * 17])


def test_a_card_of_other_sizes_is_damaged():
    words = ["x"] * 5
    sizes = {"source": 5, "target": 5, "start": 2, "end": 3}
    assert Translation.restored(sizes, None, words)[0].source == 5
    with pytest.raises(ConfigError, match="sizes of 5 words, where there are 4"):
        Translation.restored(sizes, None, words[1:])
