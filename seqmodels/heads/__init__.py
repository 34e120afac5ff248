"""From encoded sequences to predictions."""
