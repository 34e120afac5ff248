# Each target sets up its own .venv the first time; PYTHON names the interpreter to build it with.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check fuzz bench clean

demo: .venv/.installed
	$(BIN)/textmill demo

test: .venv/.installed
	$(BIN)/python -m pytest

check: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: MINUTES ?= 2
fuzz: SEED ?= 0
fuzz: .venv/.installed
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --seed $(SEED) $(ATTACKS)

bench: .venv/.bench
	$(BIN)/python -m benchmarks

.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test,check]'
	touch $@

.venv/.bench: .venv/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	touch $@

clean:
	rm -rf .venv build dist
