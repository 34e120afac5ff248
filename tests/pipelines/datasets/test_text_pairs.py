from pipelines.datasets import LabelledPairs, TextPairs, held_out


def test_pairs_are_chosen_with_both_sides():
    pairs = TextPairs(["a", "b", "c"], ["A", "B", "C"], "s", ("x", "y"))
    chosen = pairs.select([2, 0], "part")
    assert chosen == TextPairs(["c", "a"], ["C", "A"], "part", ("x", "y"))
    assert (len(pairs), len(chosen)) == (3, 2)


def test_labelled_pairs_are_chosen_with_their_labels():
    pairs = LabelledPairs(["a", "b"], ["A", "B"], ["0", "1"], "s", ("x", "y", "z"))
    assert pairs.select([1], "part") == LabelledPairs(["b"], ["B"], ["1"], "part", ("x", "y", "z"))
    assert len(pairs) == 2


def test_they_can_be_divided_like_all_examples():
    numbers = [str(i) for i in range(10)]
    for pairs in (TextPairs(numbers, numbers, "s"), LabelledPairs(numbers, numbers, numbers, "s", ("a", "b", "c"))):
        train, dev = held_out(pairs, 0.2, seed=0)
        assert sorted(train.first + dev.second) == numbers
        assert (len(dev), dev.source) == (2, "s (part held out)")
