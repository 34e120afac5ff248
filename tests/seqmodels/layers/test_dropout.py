import torch

from seqmodels.layers.dropout import LockedDropout


def test_locked_dropout_drops_a_feature_for_a_whole_sequence():
    torch.manual_seed(0)
    dropout = LockedDropout(0.5)
    y = dropout(torch.ones(40, 7, 30))
    assert set(y.unique().tolist()) == {0.0, 2.0}
    assert (y == y[:, :1]).all()
    assert not (y == y[:1]).all()
    assert abs(y.mean() - 1) < 0.1
    assert dropout.eval()(y) is y
    assert LockedDropout(1.0)(y).abs().sum() == 0
