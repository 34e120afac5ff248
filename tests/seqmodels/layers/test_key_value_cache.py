import threading

import pytest
import torch

from seqmodels.layers.key_value_cache import first_slots, next_slots
from seqmodels.layers.transformer import TransformerSettings

SMALL = TransformerSettings(hidden_size=8, layers=2, heads=2, inner_size=16, causal=True)


def encoder():
    torch.manual_seed(0)
    return SMALL.build(3).eval()


def vectors(rows, time, seed=1):
    return torch.randn(rows, time, 3, generator=torch.Generator().manual_seed(seed))


def ones(rows):
    return torch.ones(rows, dtype=torch.int64)


def after(net, x, *, parts):
    """The state behind `x`, read in parts of the same number of steps."""
    state = None
    for part in x.chunk(parts, 1):
        state = net(part, ones(len(x)) * part.shape[1], state).state
    return state


def test_places_are_each_rows_own():
    first = first_slots(torch.tensor([3, 1]), 4)
    assert (first.places.tolist(), first.used, first.first) == ([[0, 1, 2, 3]], 4, True)
    keys = torch.zeros(2, 1, 4, 2)
    behind = next_slots(torch.tensor([1, 2]), 2, (*first.state, keys, keys))
    assert (behind.places.tolist(), behind.before, behind.used) == ([[3, 4], [1, 2]], 3, 5)
    assert behind.state[0].tolist() == [4, 3]
    even = next_slots(torch.tensor([1, 1]), 1, (torch.tensor([3, 3]), torch.tensor([4, 4]), keys, keys))
    assert even.places.tolist() == [[3]]


def test_keys_lie_at_their_places():
    past, new = torch.arange(1.0, 9).view(2, 1, 4, 1), torch.arange(11.0, 15).view(2, 1, 2, 1)
    state = (torch.tensor([3, 1]), torch.tensor([4, 4]), past, past)
    slots = next_slots(torch.tensor([1, 2]), 2, state)
    joined = slots.append(past, new)[:, 0, :, 0]
    assert joined[0, :5].tolist() == [1, 2, 3, 11, 12]
    assert joined[1, :3].tolist() == [5, 13, 14]
    assert past.flatten().tolist() == [*range(1, 9)]


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode])
def test_tokens_are_written_behind_the_others_and_seldom_copied(context):
    net, places = encoder(), []
    with context():
        state = after(net, vectors(2, 2), parts=1)
        for step in range(300):
            state = net(vectors(2, 1, step), ones(2), state).state
            places.append(state[2].data_ptr())
    changes = sum(one != other for one, other in zip(places, places[1:], strict=False))
    assert changes < 10
    assert state[2].shape[2] < 2 * 302


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode, torch.enable_grad])
@pytest.mark.parametrize("lengths", [[1, 1], [1, 0]])
def test_others_can_go_on_from_the_same_state(context, lengths):
    """A prompt that is read once and gone on from several times, each also step by step."""
    net, lengths = encoder(), torch.tensor(lengths)
    with context():
        state = after(net, vectors(2, 6), parts=3)
        copies = [part.detach().clone() for part in state]
        first, second = (net(vectors(2, 1, seed), lengths, state) for seed in (5, 6))
        again = net(vectors(2, 1, 5), lengths, state)
        torch.testing.assert_close(again.output, first.output)
        on = [net(vectors(2, 1, 7), ones(2), each.state).output for each in (first, second, again)]
        whole = [torch.cat([vectors(2, 6), vectors(2, 1, seed)], 1) for seed in (5, 6)]
        for output, x in zip(on, whole, strict=False):
            known = net(x, torch.tensor([6, 6]) + lengths).state
            torch.testing.assert_close(output, net(vectors(2, 1, 7), ones(2), known).output, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(on[0], on[2])
    assert not torch.allclose(on[0][0], on[1][0])
    for part, copy in zip(state[2:], copies[2:], strict=True):
        torch.testing.assert_close(part[:, :, :6], copy[:, :, :6])


@pytest.mark.parametrize(
    "choose",
    [
        lambda part: part[:1],
        lambda part: part[torch.tensor([1, 0, 1])],
        lambda part: part[:1].expand(3, *part.shape[1:]),
        lambda part: part[:1].repeat_interleave(2, 0),
        lambda part: part.detach(),
    ],
)
def test_chosen_repeated_and_detached_rows_are_states_of_their_own(choose):
    net, x = encoder(), vectors(2, 6)
    with torch.no_grad():
        state = after(net, x, parts=6)
        chosen = tuple(choose(part) for part in state)
        rows = len(chosen[0])
        got = net(vectors(rows, 1, 3), ones(rows), chosen)
        got = net(vectors(rows, 1, 4), ones(rows), got.state)
        alone = net(torch.cat([choose(x), vectors(rows, 1, 3), vectors(rows, 1, 4)], 1), ones(rows) * 8)
        torch.testing.assert_close(got.output, alone.output[:, -1:], atol=1e-5, rtol=1e-5)
        more = net(vectors(2, 1, 9), ones(2), state).output
        torch.testing.assert_close(more, net(torch.cat([x, vectors(2, 1, 9)], 1), ones(2) * 7).output[:, -1:])


def test_states_of_inference_can_be_gone_on_from_outside():
    net, x = encoder(), vectors(2, 7)
    with torch.inference_mode():
        state = after(net, x[:, :6], parts=3)
    with torch.no_grad():
        torch.testing.assert_close(net(x[:, 6:], ones(2), state).output, net(x, ones(2) * 7).output[:, 6:])


def test_what_is_kept_for_a_gradient_is_not_written_into():
    net, x = encoder(), vectors(2, 7).requires_grad_()
    state = after(net, x[:, :6], parts=3)
    with torch.no_grad():
        net(x[:, 6:], ones(2), state)
        net(x[:, 6:], ones(2), tuple(part.detach() for part in state))
    net(x[:, 6:], ones(2), state).output.sin().sum().backward()
    gradient, x.grad = x.grad, None
    net(x, ones(2) * 7).output[:, 6:].sin().sum().backward()
    torch.testing.assert_close(gradient, x.grad)


def test_gradients_are_recorded_behind_a_prompt_that_was_read_without():
    net, x = encoder(), vectors(2, 9)
    with torch.no_grad():
        state = after(net, x[:, :6], parts=3)
    outputs = []
    for step in (6, 7, 8):
        output, state = net(x[:, step : step + 1], ones(2), state)
        outputs.append(output)
    torch.cat(outputs, 1).sin().sum().backward()
    assert all(weight.grad.isfinite().all() for weight in net.parameters())
    torch.testing.assert_close(torch.cat(outputs, 1), net(x, ones(2) * 9).output[:, 6:], atol=1e-5, rtol=1e-5)


def test_threads_that_go_on_from_one_state_do_not_meet():
    net, outputs = encoder(), {}
    with torch.no_grad():
        state = after(net, vectors(1, 4), parts=4)

    def go_on(seed):
        with torch.no_grad():
            mine, last = state, None
            for step in range(40):
                last, mine = net(vectors(1, 1, seed + step), ones(1), mine)
        outputs[seed] = last

    threads = [threading.Thread(target=go_on, args=(seed,)) for seed in (100, 200, 300)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, output in outputs.items():
        x = torch.cat([vectors(1, 4), *(vectors(1, 1, seed + step) for step in range(40))], 1)
        torch.testing.assert_close(output, net(x, ones(1) * 44).output[:, -1:], atol=1e-5, rtol=1e-5)
