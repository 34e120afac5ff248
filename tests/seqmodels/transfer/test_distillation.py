import numpy as np
import pytest
import torch
from scipy.special import expit, log_softmax, softmax
from torch import nn

from seqmodels.training.fit import fit
from seqmodels.training.settings import TrainingSettings
from seqmodels.transfer.distillation import Distillation, distillation_loss
from seqmodels.transfer.ensembles import ClassifierEnsemble
from textprep.errors import ConfigError, InputError


def divergence(student, teacher, temperature):
    """T² KL(teacher ‖ student) written out: (...)."""
    wanted = softmax(teacher / temperature, -1)
    difference = log_softmax(teacher / temperature, -1) - log_softmax(student / temperature, -1)
    return temperature**2 * (wanted * difference).sum(-1)


def test_a_courses_worked_example():
    student, teacher = torch.tensor([[1.0, 2.0, 3.0]]), torch.tensor([[3.0, 2.0, 1.0]])
    assert distillation_loss(student, teacher, temperature=2).item() == pytest.approx(1.280627, abs=1e-6)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0])
def test_equal_to_the_formula_written_out(temperature):
    rng = np.random.default_rng(0)
    student, teacher = rng.normal(size=(2, 3, 4, 5))
    found = distillation_loss(torch.from_numpy(student), torch.from_numpy(teacher), temperature)
    assert found.item() == pytest.approx(divergence(student, teacher, temperature).mean())


def test_the_gradient():
    student, teacher = torch.randn(2, 3, 4, dtype=torch.float64)
    student.requires_grad_()
    assert torch.autograd.gradcheck(lambda scores: distillation_loss(scores, teacher, 3.0), student)


def test_no_rows_and_sure_teachers():
    assert distillation_loss(torch.zeros(0, 3), torch.zeros(0, 3)) == 0
    sure = torch.tensor([[1e4, 0.0, 0.0]])
    assert distillation_loss(sure, sure).item() == 0
    assert torch.isfinite(distillation_loss(sure.flip(-1), sure, 1.0))


@torch.no_grad()
def test_a_classifiers_loss(classifier, sentences):
    student, teacher, batch = classifier(seed=1).eval(), classifier("transformer", seed=2), next(iter(sentences()))
    both = Distillation(student, teacher, temperature=3.0, mix=0.7).eval()
    own, wanted = student(batch).numpy(), teacher(batch).numpy()
    right = -np.take_along_axis(log_softmax(own, -1), batch.targets.numpy()[:, None], 1).mean()
    assert both.loss(batch).item() == pytest.approx(0.7 * divergence(own, wanted, 3.0).mean() + 0.3 * right, rel=1e-5)
    assert Distillation(student, teacher, mix=0.0).loss(batch).item() == pytest.approx(right, rel=1e-5)


@torch.no_grad()
def test_a_linear_model_beside_the_student_is_left_out_as_in_its_own_loss(classifier, sentences):
    student, teacher, batch = classifier(seed=1, ngrams=1.0), classifier(seed=2), next(iter(sentences()))
    before = Distillation(student, teacher).eval().loss(batch)
    student.ngrams.bias += torch.tensor([1.0, 3.0])
    assert Distillation(student, teacher).eval().loss(batch) == before


@torch.no_grad()
def test_several_labels_are_distributions_over_two_choices_each(multi_label, sentences, corpus):
    student, teacher = multi_label(seed=1).eval(), multi_label(seed=2)
    batch = next(iter(sentences(targets=np.stack([corpus.labels] * 2, 1))))
    found = Distillation(student, teacher, temperature=1.0, mix=1.0).eval().loss(batch).item()
    p, q = expit(student(batch).double().numpy()), expit(teacher(batch).double().numpy())
    wanted = q * np.log(q / p) + (1 - q) * np.log((1 - q) / (1 - p))
    assert found == pytest.approx(wanted.mean(), rel=1e-4)


@pytest.mark.parametrize("decoder", ["crf", "softmax"])
@torch.no_grad()
def test_taggers_are_compared_token_by_token_and_summed_over_a_row(tagger, tagged, decoder):
    student, teacher, batch = tagger(decoder, seed=1).eval(), tagger(decoder, seed=2), next(iter(tagged()))
    both = Distillation(student, teacher, temperature=1.0, mix=0.25).eval()
    p, q = student.marginals(batch).double().numpy(), teacher.marginals(batch).double().numpy()
    mask = batch.mask.numpy()
    each = (q * np.log(np.maximum(q, 1e-37) / np.maximum(p, 1e-37))).sum(-1)
    taught = each[mask].sum() / len(batch.lengths)
    assert both.loss(batch).item() == pytest.approx(0.25 * taught + 0.75 * student.loss(batch).item(), rel=1e-4)


def test_only_the_student_learns(tagger, tagged):
    student, teacher, batch = tagger(seed=1), tagger(seed=2), next(iter(tagged()))
    both = Distillation(student, teacher, mix=1.0)
    both.train().loss(batch).backward()
    assert all(weight.grad is None and not weight.requires_grad for weight in teacher.parameters())
    assert student.head.decoder.transitions.grad.any()
    assert student.encoder.ahead[0].weight_hh_l0.grad.any()


def agreement(student, teacher, batches):
    return {"accuracy": float((student.predict(batches).argmax(1) == teacher.predict(batches).argmax(1)).mean())}


def test_a_student_learns_from_an_ensemble_without_any_targets(classifier, sentences, corpus):
    teacher = ClassifierEnsemble([classifier("transformer", seed=seed) for seed in (1, 2)])
    settings = TrainingSettings(epochs=12, learning_rate=0.02, warmup_steps=0, average_decay=0.0)
    right = sentences(seed=0)

    def accuracy(model):
        return {"accuracy": float((model.decide(model.predict(right)) == corpus.labels).mean())}

    fit(teacher, right, accuracy, settings)
    assert accuracy(teacher)["accuracy"] > 0.9
    before = {name: value.clone() for name, value in teacher.state_dict().items()}
    student, texts = classifier("transformer", seed=3), sentences(seed=0, targets=None)
    both = Distillation(student, teacher, mix=1.0, remember=texts)
    assert agreement(student, teacher, texts)["accuracy"] < 0.8
    state = fit(both, texts, lambda both: agreement(both.student, teacher, texts), settings)
    assert state.best_score > 0.9
    assert agreement(student, teacher, texts)["accuracy"] == state.best_score
    assert all(value.equal(before[name]) for name, value in teacher.state_dict().items())


def test_what_cannot_be(classifier, tagger, sentences):
    student = classifier()
    other = classifier()
    other.labels = ["yes", "no"]
    with pytest.raises(ConfigError, match="labels"):
        Distillation(student, other)
    with pytest.raises(ConfigError, match="a Linear cannot be a student"):
        Distillation(nn.Linear(1, 1), nn.Linear(1, 1))
    for options in ({"temperature": 0.0}, {"mix": 1.5}, {"mix": -0.1}):
        with pytest.raises(ConfigError, match=r"above 0 and mix within 0\.\.1"):
            Distillation(student, classifier(), **options)
    with pytest.raises(ConfigError, match=r"shapes \(2, 3\) and \(2, 4\)"):
        distillation_loss(torch.zeros(2, 3), torch.zeros(2, 4))
    with pytest.raises(InputError, match="no targets"):
        Distillation(student, classifier()).loss(next(iter(sentences(targets=None))))
