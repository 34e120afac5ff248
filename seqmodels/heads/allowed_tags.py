"""What is known of the tags of some tokens beforehand: masks (batch, time, K) of the tags that are allowed."""

from __future__ import annotations

import torch

from seqmodels.batches.masked_batches import IGNORED
from seqmodels.layers.mask import token_mask
from textprep.errors import InputError

RULED_OUT = -1e9  # as a score; far below what breaks a tag scheme, so that what is known holds even against the scheme


def given_tags(tags: torch.Tensor, count: int) -> torch.Tensor:
    """Only the given tag where one is given, and any where `tags` (batch, time) has `IGNORED`: (batch, time, count)."""
    return (tags.unsqueeze(2) == torch.arange(count, device=tags.device)) | (tags == IGNORED).unsqueeze(2)


def restricted(emissions: torch.Tensor, allowed: torch.Tensor | None, lengths: torch.Tensor) -> torch.Tensor:
    """The scores of tags, (batch, time, K), with those ruled out that are not allowed; all are if `allowed` is None.

    Raises:
        InputError: If the mask does not fit the scores, or leaves a token without any tag.
    """
    if allowed is None:
        return emissions
    if allowed.shape != emissions.shape or allowed.dtype != torch.bool:
        shape, wanted = tuple(allowed.shape), tuple(emissions.shape)
        raise InputError(f"allowed must be true or false for each of {wanted}, not {allowed.dtype} of shape {shape}")
    impossible = token_mask(lengths, emissions.shape[1]) & ~allowed.any(2)  # (batch, time)
    if bool(impossible.any()):
        row, step = impossible.nonzero()[0].tolist()
        raise InputError(f"no tag is allowed at row {row}, step {step} of the batch", remedy="allow one or more")
    return emissions.masked_fill(~allowed, RULED_OUT)
