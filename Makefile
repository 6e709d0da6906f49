# Two commands matter: `make run` opens the app, `make test` checks everything. Both set up what they need.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run test lint types pytest bench fuzz samples pictures clean

run: $(VENV)/.run
	TPM_SINGLE_USER=1 $(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: lint types pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

pytest: $(VENV)/.dev
	bash .ci/browser $(BIN)/python
	$(BIN)/python -m pytest -n 2 --dist loadgroup -q

bench: $(VENV)/.bench
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=2.3'
	$(BIN)/python tests/fuzz/fuzz_readers.py -max_total_time=$(or $(SECONDS_TO_FUZZ),60)

samples: $(VENV)/.run
	$(BIN)/python data/make_samples.py

pictures: $(VENV)/.dev
	bash .ci/browser $(BIN)/python
	$(BIN)/python docs/make_pictures.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed: install one, or say which with make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@
