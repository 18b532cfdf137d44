# demo: see it work. test: prove it. check: format, lint, types, tests (what CI runs). prove: the long proofs, whole.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: demo test check prove lint pictures clean

demo: $(VENV)/.demo
	$(RUN)/commsvc demo

test: $(VENV)/.test servers
	$(RUN)/pytest

check: lint test

lint: $(VENV)/.test
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy commsvc scheduler.py

prove: $(VENV)/.test servers
	COMMSVC_PROVE=1 $(RUN)/pytest --timeout=3600

pictures: $(VENV)/.test
	COMMSVC_PICTURES=1 $(RUN)/pytest tests/console

# The real neighbours that tests meet; a missing one is named, and the run fails.
.PHONY: servers
servers:
	@sh tests/servers/install.sh

$(VENV)/.demo: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "commsvc needs Python 3.11 or newer")'
	test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --quiet --disable-pip-version-check --upgrade pip
	$(RUN)/python -m pip install --quiet --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.demo
	$(RUN)/python -m pip install --quiet --quiet --disable-pip-version-check --group dev
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
