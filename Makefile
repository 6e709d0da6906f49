# Two commands matter: `make run` opens the app, `make test` checks everything. Both set up what they need.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest
PORT ?= 8501
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
KERNELS := $(wildcard tpm/schedule/*.py tpm/risk/*.py)
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url

.PHONY: run test lint types pytest bench fuzz samples pictures lock lowest fit clean

run: $(VENV)/.compiled
	TPM_SINGLE_USER=1 $(BIN)/python -m streamlit run app.py --server.port $(PORT)

test: lint types pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

pytest: $(VENV)/.dev $(VENV)/.compiled
	bash .ci/browser $(BIN)/python
	$(BIN)/python -m pytest -n 2 --dist loadgroup -q

# The lowest versions that requirements*.txt allow; TESTS="tests/store …" runs a part.
lowest: $(LOWEST)/.installed
	$(LOWEST)/bin/python -m pytest -q -p no:cacheprovider --ignore=tests/browser $(TESTS)

bench: $(VENV)/.bench $(VENV)/.compiled
	$(BIN)/python -m tests.bench

fuzz: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'atheris>=2.3'
	$(BIN)/python tests/fuzz/fuzz_readers.py -max_total_time=$(or $(SECONDS_TO_FUZZ),60)

fit: $(VENV)/.dev
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.fitting --half $(or $(HALF),a) --write

samples: $(VENV)/.run
	$(BIN)/python data/make_samples.py

pictures: $(VENV)/.dev
	bash .ci/browser $(BIN)/python
	$(BIN)/python docs/make_pictures.py

# What is installed: one version of everything for every Python and system, with the hashes of its files. UPGRADE=--upgrade takes the newest.
lock: $(VENV)/bin/uv
	$(COMPILE) $(UPGRADE) requirements.txt --output-file requirements.lock
	$(COMPILE) $(UPGRADE) requirements-dev.txt --constraints requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) $(LOWEST) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed: install one, or say which with make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making an environment in $(VENV)"
	$(PYTHON) -m venv $(VENV)

$(VENV)/bin/uv: | $(VENV)/bin/python
	$(PIP) uv

$(VENV)/.run: requirements.lock | $(VENV)/bin/python
	@echo "Installing what the program needs: a minute or two, once"
	$(PIP) --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.compiled: $(VENV)/.run $(KERNELS)
	@$(BIN)/python -m tpm compile
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@echo "Installing what the tests need"
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	$(PIP) -r requirements-bench.txt
	@touch $@

$(LOWEST)/.installed: requirements.txt requirements-dev.txt $(VENV)/.dev
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(LOWEST)
	$(BIN)/uv pip install --quiet --resolution lowest-direct --python $(LOWEST)/bin/python -r requirements-dev.txt
	@touch $@
