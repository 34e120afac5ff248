"""From a trained model to the next one: fine-tuning, small additions to a frozen model, distillation, ensembles,
published checkpoints.
"""
