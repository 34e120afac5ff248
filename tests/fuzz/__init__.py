"""Hostile use, made up by the thousand: `python -m tests.fuzz --minutes 2 --seed 0 [attack …]`, or `make fuzz`."""
