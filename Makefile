# Everything runs in a virtual environment that the first target makes; Python, make and the package index are enough.
# Another Python: make test PYTHON=python3.13 VENV=.venv313

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
READY := $(VENV)/ready
DOCS := $(VENV)-docs

.DEFAULT_GOAL := test
.PHONY: demo test lint bench bench-all deep shuffled typed coverage mutation test-all versions wheel-test docs pictures clean

# The library alone, which is all that the demonstration needs; then what checks it.
$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(READY): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

$(DOCS)/ready: pyproject.toml
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/python -m pip install --quiet --editable '.[docs]'
	touch $@

demo: $(INSTALLED)
	$(BIN)/python examples/quickstart.py

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

# Last, so that the closing line of pytest is the last line.
test: lint
	$(BIN)/python -m pytest -n auto

# The small set, about two minutes; the first time it also installs the peers in .venv-peers.
bench: $(READY)
	$(BIN)/python benchmarks/run.py

# Everything up to 100,000 mentees, into the page: about an hour, on a machine that does nothing else.
bench-all: $(READY)
	$(BIN)/python benchmarks/run.py --all --write docs/benchmarks.md

# The lowest versions on Python 3.11, the newest on Python 3.12 and 3.13, each with the installed wheel.
versions: $(READY)
	$(BIN)/python tools/versions.py lowest between newest

# The installed wheel on this Python, without the sources beside it.
wheel-test: $(READY)
	$(BIN)/python tools/versions.py here

# The pictures of the reference, from the lines that stand above them there.
pictures: $(READY)
	$(BIN)/python tools/pictures.py

# The site, into site/, from the pages and the docstrings; a link or a name that leads nowhere ends it.
docs: $(DOCS)/ready
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --quiet --clean

# Ten times as many made-up texts and programs; the same ones in every run.
deep: $(READY)
	$(BIN)/python -m pytest -n auto --hypothesis-profile=deep tests/test_convention.py tests/test_json_doors.py tests/test_reading_fuzz.py

# Every branch of what is proven, scored, posed and chosen has a test; the rest is reported.
WHOLE := */mentormatch/proof*.py,*/mentormatch/scores.py,*/mentormatch/problem.py,*/mentormatch/choices/*
coverage: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --quiet
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered
	$(BIN)/coverage report --show-missing --fail-under=100 --include='$(WHOLE)'

# A sample of small changes to the code, each of which some test must notice: within a quarter of an hour.
mutation: $(READY)
	$(BIN)/python tools/mutation.py

# No test needs another before it; another order: make shuffled SEED=7
SEED ?= 1
shuffled: $(READY)
	$(BIN)/python -m pytest -n auto --shuffle=$(SEED)

# How much of the types a type checker can read.
typed: $(READY)
	$(BIN)/python tools/typed.py

test-all: test shuffled deep typed coverage mutation docs wheel-test versions

clean:
	rm -rf $(VENV) $(DOCS) .venv-peers build dist site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
