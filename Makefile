# Two commands for a newcomer: `make demo` and `make test`. Each makes what it needs from nothing.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# One thread a process: the tests run side by side, and more threads than cores only wait for each other.
TEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

.PHONY: demo test test-all check format docs clean

demo: $(VENV)/installed ## speak, listen, score and report; the last line is the report's path
	$(BIN)/voxeval demo

test: $(VENV)/installed-dev ## the fast tests, under two minutes
	$(TEST)

test-all: $(VENV)/installed-dev ## all tests: real audio, kills, the browser; under fifteen minutes
	$(TEST) -m ""

check: $(VENV)/installed-dev ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(TEST)

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/installed-dev ## write the pages that are made from the code
	$(BIN)/python docs/generate.py

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# uv installs five times faster than pip; it does not look at pip's find-links by itself.
$(BIN)/uv:
	@command -v $(PYTHON) >/dev/null || { echo "voxeval needs $(PYTHON); set PYTHON=path/to/python3.11" >&2; exit 2; }
	@command -v cc >/dev/null || { echo "the speaker encoder needs a C compiler (cc), as in Debian's build-essential" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

INSTALL = UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" $(BIN)/uv pip install --quiet --python $(BIN)/python -c constraints.txt

$(VENV)/installed: $(BIN)/uv pyproject.toml constraints.txt
	$(INSTALL) -e ".[ge2e]"
	@touch $@

$(VENV)/installed-dev: $(BIN)/uv pyproject.toml constraints.txt
	$(INSTALL) -e ".[ge2e,dev]"
	@touch $@ $(VENV)/installed
