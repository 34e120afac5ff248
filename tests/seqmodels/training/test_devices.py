"""One process on the processor without accelerate, and several that together do what one does."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from seqmodels.batches.stream_batches import StreamBatches
from seqmodels.training.devices import Devices, find_device, open_devices
from textprep.errors import ConfigError
from textprep.ids import Ids

ROOT = Path(__file__).parents[3]
RUN = """
import json, sys
import numpy as np
import torch
from torch import nn
from seqmodels import (Hook, LanguageModel, LanguageModelSettings, RecurrentSettings, StreamBatches, TokenInputSettings,
                       TokenSizes, TrainingSettings, fit)
from textprep.ids import Ids
from textprep.settings import with_values

folder, rows, options = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
torch.set_num_threads(1)

class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.line, self.seldom = nn.Linear(4, 3), nn.Linear(3, 3)
        self.parts = nn.Linear(3, 2)
        self.register_buffer("tuned", torch.zeros(1))

    def loss(self, batch):
        x, y = batch
        x = torch.tanh(self.line(x))
        loss = nn.functional.cross_entropy(self.parts(x), y)
        if (y == 0).any():  # a process may have no gradient here
            loss = loss + self.seldom(x[y == 0]).square().sum() / len(x)
        return loss

    def loss_weight(self, batch):
        return len(batch[1])

class Batches:  # those of two steps' rows are by turns small and large
    def __init__(self):
        numbers = torch.Generator().manual_seed(0)
        self.x = torch.randn(48, 4, generator=numbers)
        self.y = (torch.rand(48, generator=numbers) > 0.25).long()

    def __len__(self):
        return 48 // rows

    def epoch(self, number):
        order = torch.randperm(48, generator=torch.Generator().manual_seed(number))
        small = max(1, rows // 2) if rows < 8 else rows
        for chosen in order.split([small, 2 * rows - small] * (24 // rows)):
            yield self.x[chosen], self.y[chosen]

class Watch(Hook):
    losses = []

    def on_step(self, model, state, loss):
        self.losses.append(loss)

evaluated = []
torch.manual_seed(0)
model = Model()
settings = TrainingSettings(epochs=3, optimizer="nesterov", learning_rate=0.3, average_decay=0.5, clip_norm=0.5,
                            **options)
watch = Watch()

def evaluate(model):
    evaluated.append(model)
    model.tuned += 1
    return {"accuracy": float(len(evaluated))}

state = fit(model, Batches(), evaluate, settings, [watch], checkpoint=folder + "/checkpoint")

lengths = np.array([9, 30, 2, 14, 60, 7, 25])  # of documents, which are read on from batch to batch
values, offsets = np.random.default_rng(0).integers(0, 20, lengths.sum()), np.append(0, lengths.cumsum())
streams = StreamBatches(Ids(values.astype(np.int32), offsets), streams=4, steps=6, documents="apart")
torch.manual_seed(0)
parts = TokenInputSettings(4, dropout=0.0), RecurrentSettings(hidden_size=4, bidirectional=False)
reader = LanguageModel(with_values(LanguageModelSettings(*parts), {"output_dropout": 0.0}), TokenSizes(20))
fit(reader, streams, lambda model: {"accuracy": 0.5}, TrainingSettings(epochs=1, optimizer="sgd", learning_rate=9.0))

with open(f"{folder}/{'main' if state.is_main else 'other'}.json", "w") as file:
    json.dump({"reader": [weight.tolist() for weight in reader.parameters()],
               "weights": [weight.tolist() for weight in model.parameters()], "losses": watch.losses,
               "evaluated": len(evaluated), "tuned": model.tuned.item(), "ended": state.ended,
               "scores": [r["accuracy"] for r in state.records],
               "accelerate": "accelerate" in sys.modules, "steps": state.step}, file)
"""


RESUMED = """
import json, sys
import numpy as np
import torch
from torch import nn
from seqmodels import Hook, StreamBatches, TrainingSettings, fit
from textprep.ids import Ids

class Model(nn.Module):  # what it carries from batch to batch is different in each process
    def __init__(self):
        super().__init__()
        self.words, self.network, self.next = nn.Embedding(9, 4), nn.GRU(4, 5, batch_first=True), nn.Linear(5, 9)

    def loss_from(self, batch, state):
        before = torch.zeros(1, len(batch.ids), 5) if state is None else state[0].unsqueeze(0)
        carried.append(before.flatten().tolist())
        output, after = self.network(nn.functional.dropout(self.words(batch.ids), 0.5), before)
        return nn.functional.cross_entropy(self.next(output).flatten(0, 1), batch.targets.flatten()), (after[0],)

values = torch.randint(1, 9, (81,), generator=torch.Generator().manual_seed(0)).int().numpy()
batches, carried = StreamBatches(Ids(values, np.array([0, 81])), streams=4, steps=4), []

class Stop(Hook):
    def on_step(self, model, state, loss):
        if state.step == 8:
            raise InterruptedError

def train(*hooks, **options):
    torch.manual_seed(0)
    model = Model()
    settings, checkpoint = TrainingSettings(epochs=3, checkpoint_steps=2), sys.argv[1] + "/checkpoint"
    state = fit(model, batches, lambda model: {"accuracy": 0.5}, settings, hooks, checkpoint=checkpoint, **options)
    return state.is_main, [weight.tolist() for weight in model.parameters()]

_, undisturbed = train()
try:
    train(Stop())
except InterruptedError:
    is_main, resumed = train(resume=True)
with open(f"{sys.argv[1]}/{'main' if is_main else 'other'}.json", "w") as file:
    json.dump([undisturbed, resumed, carried], file)
"""


# When several processes end, gloo's own threads may abort one of them after all is done: leave without that.
LEAVE = "\nimport os, sys\nsys.stderr.flush()\nos._exit(0)\n"


def run(folder: Path, processes: int, rows: int, code: str = RUN, **options: float) -> list[Any]:
    """What each of some processes has to tell after the same training."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", code + LEAVE, str(folder), str(rows), json.dumps(options)]
    started = []
    for index in range(processes):
        place = {"RANK": index, "LOCAL_RANK": index, "WORLD_SIZE": processes, "LOCAL_WORLD_SIZE": processes}
        place |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": 1}
        environment = os.environ | ({name: str(value) for name, value in place.items()} if processes > 1 else {})
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True))
    errors = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [0] * processes, "\n".join(errors)
    names = ["main", "other"][:processes]
    return [json.loads((folder / f"{name}.json").read_text()) for name in names]


def test_two_processes_learn_what_one_learns_from_batches_of_twice_the_size(tmp_path: Path) -> None:
    (alone,) = run(tmp_path / "one", 1, 8)
    main, other = run(tmp_path / "two", 2, 2, accumulate=2)
    assert main["weights"] == other["weights"]
    for ours, wanted in zip(main["weights"] + main["reader"], alone["weights"] + alone["reader"], strict=True):
        torch.testing.assert_close(torch.tensor(ours), torch.tensor(wanted), rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(torch.tensor(main["losses"]), torch.tensor(alone["losses"]), rtol=1e-4, atol=1e-6)
    assert main["losses"] == other["losses"]
    assert (alone["steps"], main["steps"], other["steps"]) == (18, 18, 18)
    assert (main["evaluated"], other["evaluated"], other["scores"]) == (3, 0, [1, 2, 3])  # only the main one evaluates
    assert (main["tuned"], other["tuned"]) == (3, 3)  # what evaluation has fitted is the best epoch's everywhere
    assert (main["ended"], other["ended"]) == ("epochs", "epochs")
    assert (alone["accelerate"], main["accelerate"]) == (False, True)


def test_two_processes_stop_together_when_time_runs_out(tmp_path: Path) -> None:
    main, other = run(tmp_path / "two", 2, 4, minutes=1e-9)
    assert (main["steps"], other["steps"]) == (1, 1)
    assert (main["ended"], other["ended"]) == ("minutes", "minutes")
    assert main["weights"] == other["weights"]


def test_two_processes_resume_to_the_bit(tmp_path: Path) -> None:
    (undisturbed, resumed, carried), (other, _, others) = run(tmp_path / "two", 2, 1, RESUMED)
    assert resumed == undisturbed == other
    for states in (carried, others):
        assert [len(state) for state in states] == [2 * 5] * (15 + 8 + 9)  # of two streams each, all steps were made
        assert states[6:15] == states[23:]  # the run that was resumed at its sixth step has carried the same
    assert carried[1] != others[1]


def test_a_last_step_with_too_few_batches_takes_some_twice() -> None:
    shares = [list(Devices(torch.device("cpu"), index, 3).share(range(8))) for index in range(3)]
    assert shares == [[0, 3, 6], [1, 4, 7], [2, 5, 6]]


def test_batches_that_continue_each_other_are_shared_row_by_row() -> None:
    values = np.arange(1, 18, dtype=np.int32)
    batches = StreamBatches(Ids(values, np.array([0, 17])), streams=4, steps=2)
    first, second = (list(Devices(torch.device("cpu"), index, 2).share(batches, True)) for index in range(2))
    assert [batch.ids.tolist() for batch in first] == [[[1, 2], [9, 10]], [[3, 4], [11, 12]]]
    assert [batch.ids.tolist() for batch in second] == [[[5, 6], [13, 14]], [[7, 8], [15, 16]]]


def test_batches_go_to_the_device() -> None:
    batches = [torch.ones(2), torch.ones(3)]
    assert [batch.device.type for batch in Devices(torch.device("meta")).share(batches)] == ["meta", "meta"]
    assert all(mine is given for mine, given in zip(Devices(torch.device("cpu")).share(batches), batches, strict=True))


def test_threads_are_as_asked_for_and_given_back() -> None:
    before = torch.get_num_threads()
    with open_devices("cpu", before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with open_devices("cpu"):
        assert torch.get_num_threads() == before
    with pytest.raises(KeyError), open_devices("cpu", before + 1):
        raise KeyError
    assert torch.get_num_threads() == before


def test_devices_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_device("cpu") == torch.device("cpu")
    for cuda, mps, first in ((True, True, "cuda"), (False, True, "mps"), (False, False, "cpu")):
        monkeypatch.setattr(torch.cuda, "is_available", lambda answer=cuda: answer)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda answer=mps: answer)
        assert find_device("auto") == torch.device(first)
    for name in ("cuda", "mps"):
        with pytest.raises(ConfigError, match=f"no device '{name}' here"):
            find_device(name)
