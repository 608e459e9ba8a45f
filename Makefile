# make demo | demo-line | test | lint | check | bench: each installs what it needs first. PORT=, RECORDS=, VAR=, DATABASE_URL= change the demo.
SHELL := /bin/bash
PYTHON ?= python3
PY := .venv/bin/python
VAR ?= $(CURDIR)/var
PORT ?= 8000
RECORDS ?= 50000
ARGS ?=
ONLY ?=
JOBS ?= auto
export WENMAI_VAR := $(abspath $(VAR))
# where a machine forbids it, each of the many processes would compile all of Python's files anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install demo demo-line test lint check bench messages lock

install: .venv/.installed node_modules/.installed .venv/.messages

.venv/.installed: requirements.lock
	@tools/install-python "$(PYTHON)"
	@touch $@

node_modules/.installed: package-lock.json .venv/.installed
	@tools/install-npm
	@touch $@

.venv/.messages: .venv/.installed $(wildcard locale/*/LC_MESSAGES/django.po)
	@$(PY) tools/messages.py compile
	@touch $@

demo: install
	@exec $(PY) manage.py up --demo --records $(RECORDS) --port $(PORT)

# RECORDS= for both nodes; without it they have none, and are ready in a moment
demo-line: install
	@exec $(PY) -m demo.line --port $(PORT) --records $(if $(filter command line environment,$(origin RECORDS)),$(RECORDS),0)

test: install
	@tools/install-browser
	@$(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: install
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m djlint templates --check --lint
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) tools/messages.py check

check: lint test

bench: install
	@$(PY) -m bench $(if $(ONLY),--only $(ONLY)) $(ARGS)

messages: install
	$(PY) tools/messages.py update

lock:
	.venv/bin/uv pip compile pyproject.toml --group demo --group test --group lint --group tables --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements.lock
