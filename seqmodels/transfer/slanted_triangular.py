"""The slanted triangular schedule of ULMFiT (Howard & Ruder, "Universal Language Model Fine-tuning for Text
Classification", 2018): a short straight way up to the full rate, and a long one down to a thirty-second of it.
"""

from __future__ import annotations

from seqmodels.training.schedules import SCHEDULES, Moment

CUT = 0.1  # share of the run in which the rate rises
RATIO = 32.0  # how much smaller the lowest rate is than the highest


@SCHEDULES.register("slanted_triangular")
def slanted_triangular(moment: Moment) -> float:
    """From 1/32 up to 1 in the first tenth, then down to 1/32; its rise is the warm-up, whatever warmup_steps is."""
    progress = moment.progress(0)
    height = progress / CUT if progress < CUT else (1.0 - progress) / (1.0 - CUT)
    return (1.0 + height * (RATIO - 1.0)) / RATIO
