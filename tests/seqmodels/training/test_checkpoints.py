"""A run that is killed at any moment and resumed is the run that was not disturbed, to the bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from seqmodels.training.checkpoint_file import read_checkpoint
from seqmodels.training.fit import fit
from seqmodels.training.hooks import Hook
from seqmodels.training.settings import TrainingSettings
from textprep.errors import ArtifactError, ConfigError

ROOT = Path(__file__).parents[3]
RUNS = """
import json, math, os, random, signal, sys, warnings
from typing import NamedTuple
import numpy as np
import torch
from torch import nn
from seqmodels import Hook, ParameterGroup, TrainingSettings, fit, save_weights

torch.set_num_threads(1)
warnings.simplefilter("ignore")  # steps that are left out
options = json.loads(sys.argv[2])
CONTINUED, BATCHES = options.pop("continued", False), 7
settings = TrainingSettings(epochs=4, checkpoint_steps=3, average_decay=0.9, warmup_steps=5, **options)
path = sys.argv[1] + "/checkpoint"

class Batch(NamedTuple):
    x: torch.Tensor
    targets: torch.Tensor
    scale: float
    fresh: torch.Tensor

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(5, 6, 2, batch_first=True, dropout=0.3, bidirectional=True)
        self.norm, self.drop, self.output = nn.BatchNorm1d(12), nn.Dropout(0.3), nn.Linear(12, 3)

    def loss(self, batch):
        return self.loss_from(batch, (torch.zeros(4, 1),))[0]

    def loss_from(self, batch, state):
        x = batch.x if state is None else batch.x + state[0].unsqueeze(2)
        x = x + random.random() + np.random.rand()  # a model may draw from any of the generators
        x = self.norm(self.encoder(x)[0].mean(1))
        loss = nn.functional.cross_entropy(self.output(self.drop(x)), batch.targets)
        return loss * batch.scale, (x[:, :1],)

class Batches:
    continued = CONTINUED

    def __len__(self):
        return BATCHES

    def epoch(self, number):
        numbers = torch.Generator().manual_seed(number)
        for _ in range(BATCHES):
            x = torch.randn(4, 6, 5, generator=numbers)
            targets, lot = torch.randint(3, (4,), generator=numbers), torch.rand((), generator=numbers)
            scale = math.nan if settings.skip_not_finite and lot < 0.3 else 1.0
            yield Batch(x + torch.rand(()), targets, scale, torch.rand(4, generator=numbers) < 0.3)

class Kill(Hook):
    def __init__(self, place, steps):
        self.place, self.steps = place, steps

    def now(self, place):
        self.steps -= place == self.place
        if self.steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def on_backward(self, model, state):
        self.now("backward")

    def on_step(self, model, state, loss):
        self.now("step")

    def on_epoch(self, model, state, record):
        self.now("epoch")

    def on_end(self, model, state):
        self.now("end")

def run(name, hook, **options):
    torch.manual_seed(1), np.random.seed(1), random.seed(1)
    model = Model()
    groups = lambda model: [
        ParameterGroup(model.encoder.parameters(), rate=0.5), ParameterGroup(model.norm.parameters(), weight_decay=0.1),
        ParameterGroup(model.output.parameters()),
    ]
    state = fit(model, Batches(), lambda model: {"accuracy": torch.rand(()).item()}, settings, [hook],
                groups=groups, **options)
    save_weights(model, f"{sys.argv[1]}/{name}")
    records = [{key: value for key, value in record.items() if "seconds" not in key} for record in state.records]
    with open(f"{sys.argv[1]}/{name}.json", "w") as file:
        json.dump([records, state.best_epoch, state.best_score, state.ended, state.average.updates], file)

def alone(*arguments, **options):
    child = os.fork()
    if child == 0:
        run(*arguments, **options)
        os._exit(0)
    return os.waitpid(child, 0)[1]

assert alone("undisturbed", Kill("never", 1)) == 0
kills = random.Random(int(sys.argv[3]))
for place, most in ("step", 12), ("backward", 9), ("epoch", 1), ("step", 9), ("end", 1):
    ended = alone("resumed", Kill(place, kills.randint(1, most)), checkpoint=path, resume=True)
    assert ended in (0, signal.SIGKILL), ended
    print("killed" if ended else "ended")
assert alone("resumed", Kill("never", 1), checkpoint=path, resume=True) == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize(
    ("options", "seed"),
    [
        ({"optimizer": "adamw", "continued": True, "skip_not_finite": 9}, 0),
        ({"optimizer": "nesterov", "clipping": "adaptive", "clip_norm": 0.1, "gradient_noise": 0.1}, 1),
        ({"optimizer": "ntasgd", "trigger": 0, "learning_rate": 0.1, "schedule": "plateau", "recompute": True}, 2),
    ],
)
def test_a_run_killed_at_random_steps_ends_with_the_same_bits(tmp_path: Path, options: dict, seed: int) -> None:
    command = [sys.executable, "-c", RUNS, str(tmp_path), json.dumps(options), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split().count("killed") >= 4
    assert (tmp_path / "resumed").read_bytes() == (tmp_path / "undisturbed").read_bytes()
    assert (tmp_path / "resumed.json").read_text() == (tmp_path / "undisturbed.json").read_text()
    records, *_, ended, averaged = json.loads((tmp_path / "resumed.json").read_text())
    assert ended == "epochs"
    assert any(record["skipped"] for record in records) == ("skip_not_finite" in options)
    assert averaged < 28 or options["optimizer"] != "ntasgd"
    assert averaged > 0


class Model(nn.Module):
    """A plane through points, beside a weight that is frozen."""

    def __init__(self, size: int = 3) -> None:
        super().__init__()
        self.line = nn.Linear(size, 1)
        self.frozen = nn.Parameter(torch.ones(2), requires_grad=False)

    def loss(self, batch: torch.Tensor) -> torch.Tensor:
        return (self.line(batch) - batch.sum(1, keepdim=True)).square().mean()


class Points:
    """Batches of points."""

    def __init__(self, count: int = 4, seed: int = 0) -> None:
        self.batches = torch.randn(count, 5, 3, generator=torch.Generator().manual_seed(seed))

    def __len__(self) -> int:
        return len(self.batches)

    def epoch(self, number: int):
        return iter(self.batches)


def evaluate(model: Model) -> dict[str, float]:
    return {"accuracy": 0.5}


class Stop(Hook):
    """Ends a run after some of its steps, as an error would."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def on_step(self, model, state, loss):
        if state.step == self.steps:
            raise InterruptedError


SETTINGS = TrainingSettings(epochs=3, checkpoint_steps=2)


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The checkpoint of a run that was stopped at its seventh of twelve steps."""
    path = tmp_path / "checkpoint"
    torch.manual_seed(0)
    with pytest.raises(InterruptedError):
        fit(Model(), Points(), evaluate, SETTINGS, [Stop(7)], checkpoint=path)
    return path


def resumed(path: Path, model: Model | None = None, points: Points | None = None, **changes):
    return fit(
        model or Model(), points or Points(), evaluate, replace(SETTINGS, **changes), checkpoint=path, resume=True
    )


class Steps(Hook):
    """Which steps are made."""

    def __init__(self) -> None:
        self.steps: list[int] = []

    def on_start(self, model, state):
        self.steps.append(state.step)

    def on_step(self, model, state, loss):
        self.steps.append(state.step)


def test_a_run_goes_on_from_its_last_checkpoint_and_its_seconds_add_up(stopped: Path) -> None:
    steps = Steps()
    state = fit(Model(), Points(), evaluate, SETTINGS, [steps], checkpoint=stopped, resume=True)
    assert steps.steps == [6, 7, 8, 9, 10, 11, 12]
    seconds = [record["seconds"] for record in state.records]
    assert len(seconds) == 3
    assert seconds == sorted(seconds)
    assert state.ended == "epochs"


def test_a_run_that_has_ended_makes_no_more_steps(stopped: Path) -> None:
    first, again, steps = Model(), Model(), Steps()
    fit(first, Points(), evaluate, SETTINGS, checkpoint=stopped, resume=True)
    fit(again, Points(), evaluate, SETTINGS, [steps], checkpoint=stopped, resume=True)
    assert steps.steps == [12]
    assert again.line.weight.equal(first.line.weight)


def test_without_resume_a_run_begins_anew(stopped: Path) -> None:
    part = stopped.with_name(".checkpoint.abc.part")  # what a process leaves that is killed while it writes
    part.write_bytes(b"")
    steps = Steps()
    with pytest.raises(InterruptedError):
        fit(Model(), Points(), evaluate, SETTINGS, [steps, Stop(1)], checkpoint=stopped)
    assert steps.steps == [0, 1]
    assert list(stopped.parent.iterdir()) == []


def test_without_a_checkpoint_resuming_begins_at_the_beginning(tmp_path: Path) -> None:
    assert len(resumed(tmp_path / "none").records) == 3
    with pytest.raises(ConfigError, match="give a checkpoint"):
        fit(Model(), Points(), evaluate, SETTINGS, resume=True)


@pytest.mark.parametrize(
    ("steps", "minutes", "written"), [(0, 0.0, [4, 8, 12]), (3, 0.0, [3, 4, 6, 8, 9, 12]), (0, 1e-9, range(1, 13))]
)
def test_when_the_state_is_written(tmp_path: Path, steps: int, minutes: float, written: list[int]) -> None:
    class Look(Hook):
        """Which states are found on the disk."""

        def __init__(self) -> None:
            self.seen: list[int] = []

        def on_backward(self, model, state):
            step = read_checkpoint(path)["state"]["run"]["step"] if path.exists() else None
            if step not in [None, *self.seen]:
                self.seen.append(step)

        def on_end(self, model, state):
            self.on_backward(model, state)

    path, look = tmp_path / "checkpoint", Look()
    settings = replace(SETTINGS, checkpoint_steps=steps, checkpoint_minutes=minutes)
    fit(Model(), Points(), evaluate, settings, [look], checkpoint=path)
    assert look.seen == list(written)


@pytest.mark.parametrize(
    "change", [{"learning_rate": 0.5}, {"epochs": 4}, {"optimizer": "sgd"}, {"average_decay": 0.0}, {"seed": 1}]
)
def test_other_settings_are_refused(stopped: Path, change: dict) -> None:
    with pytest.raises(ConfigError, match=f"began with {next(iter(change))} = "):
        resumed(stopped, **change)


def test_how_a_run_is_watched_may_change(stopped: Path) -> None:
    assert len(resumed(stopped, progress=True, checkpoint_steps=0, checkpoint_minutes=1.0).records) == 3


def test_another_model_is_refused_and_not_touched(stopped: Path) -> None:
    larger = Model()
    larger.more = nn.Linear(2, 2)
    frozen = Model()
    frozen.frozen.data[0] = 5
    double = Model().double()
    for model, name in ((larger, "more.bias"), (frozen, "frozen"), (double, "line.bias")):
        before = model.line.weight.detach().clone()
        with pytest.raises(ArtifactError, match=f"model was another one, {name} differs"):
            resumed(stopped, model, Points())
        assert model.line.weight.equal(before)


@pytest.mark.parametrize("points", [Points(5), Points(seed=1)])
def test_other_data_are_refused(stopped: Path, points: Points) -> None:
    with pytest.raises(ArtifactError, match="other training data"):
        resumed(stopped, points=points)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_half_a_file_is_refused(stopped: Path, share: float) -> None:
    content = stopped.read_bytes()
    stopped.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ArtifactError, match="not a whole checkpoint"):
        resumed(stopped)
