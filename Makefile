# Two commands do everything on a machine with Python 3.11+ and make: `make demo` and `make test`.
# The environment is made from requirements.lock: by uv where it is installed, else by venv and pip.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test test-spark lint types check bench docs lock clean

demo: $(STAMP)
	@$(BIN)/harvester demo demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

# The engine for Apache Spark, and data frames in, in an environment of its own (the extra weighs 640 MB); Java 17 has to be there.
SPARK := .venv-spark

test-spark: $(SPARK)/.installed
	$(SPARK)/bin/python -m pytest tests/dedupe/test_dedupe_spark.py tests/dedupe/test_dedupe_frames.py

$(SPARK)/.installed: pyproject.toml
	@$(PYTHON) -m venv --clear $(SPARK)
	@$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[spark]' pytest pandas polars
	@touch $@

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

check: test lint types

bench: $(STAMP)
	$(BIN)/python -m benchmarks

docs: $(STAMP)
	$(BIN)/python docs/make_commands.py
	$(BIN)/python docs/make_sources.py
	$(BIN)/python docs/make_sequence.py

lock:
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-header --no-annotate \
	    --no-emit-index-url --no-emit-find-links -o requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) $(SPARK) build dist demo *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "harvester needs Python 3.11 or later; try make PYTHON=python3.11")'
	@echo "Setting up $(VENV) from requirements.lock (once)..."
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --clear --python "$(PYTHON)" $(VENV); \
	    else $(PYTHON) -m venv --clear $(VENV); fi
	@if command -v uv >/dev/null 2>&1; then install="uv pip install --python $(BIN)/python"; \
	    else install="$(BIN)/python -m pip install --disable-pip-version-check"; fi; \
	{ $$install --require-hashes -r requirements.lock && $$install --no-deps -e . ; } >$(VENV)/install.log 2>&1 \
	    || { cat $(VENV)/install.log; echo "The set-up failed; its log is $(VENV)/install.log"; exit 1; }
	@touch $(STAMP)
