"""Noise on what a model reads, in training only, so that it leans less on single tokens and numbers: any tokens in
place of some (Xie et al., "Data Noising as Smoothing in Neural Network Language Models", 2017), and normal noise.

Tokens that are left out need no file: `nn.Dropout1d` makes the vectors of whole steps zero.
"""

from __future__ import annotations

import torch
from torch import nn


class RandomTokens(nn.Module):
    """Puts any id in place of a share of the ids, each as likely.

    Args:
        share: Of the ids.
        words: Ids there are, 0..words - 1.
    """

    def __init__(self, share: float, words: int) -> None:
        super().__init__()
        self.share, self.words = share, words

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """The ids (batch, time), some of them replaced in training."""
        if not self.training or self.share == 0:
            return ids
        replaced = torch.rand(ids.shape, device=ids.device) < self.share
        return torch.where(replaced, torch.randint_like(ids, self.words), ids)


class NormalNoise(nn.Module):
    """Adds independent normal numbers.

    Args:
        deviation: Their standard deviation.
    """

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`x`, of any shape, with noise in training."""
        return x + self.deviation * torch.randn_like(x) if self.training and self.deviation else x
