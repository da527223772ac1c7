# One truth for people, pre-commit and CI: every job of the repository is a target here.
unexport PYTHONDONTWRITEBYTECODE
SHELL := /bin/bash
PY := .venv/bin/python
BIN := .venv/bin
SERVE ?= 1
SYSTEM_PACKAGES := chromium
RECORD := tests/accounts tests/jobs tests/web tests/cli/test_audit.py tests/cli/test_doctor.py tests/cli/test_people.py

.DEFAULT_GOAL := help
.PHONY: help setup demo quick test check fix faults proof bench recipe docs lock

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: .venv/.ready ## Install everything this needs: system packages, Python packages, the command

.venv/.ready: requirements-dev.lock pyproject.toml
	@./tools/system-packages $(SYSTEM_PACKAGES)
	test -x $(PY) || python3 -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check "$$(grep -oE '^uv==[0-9.]+' requirements-dev.lock)"
	$(BIN)/uv pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements-dev.lock
	$(BIN)/uv pip install -q --python $(PY) --no-deps --no-build-isolation -e .
	touch $@

demo: setup ## Make a hotline's year, attribute it, measure it, show the table (SERVE=0 never waits)
	SERVE=$(SERVE) ./tools/demo

quick: setup ## Core and stats only, under ten seconds
	$(BIN)/pytest -q tests/core tests/stats -m "not slow" -x

test: setup ## All tests; those of the record a second time, on a real PostgreSQL
	$(BIN)/pytest -q -n 2 --dist worksteal
	$(BIN)/pytest -q -n 2 --dist worksteal --postgresql $(RECORD)

check: setup ## All static checks; runs everything, then counts
	@./tools/check

fix: setup ## Format and mend what can be mended by machine
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

faults: setup ## Every kill point and full disk, on the whole road (minutes)
	$(BIN)/pytest -q -n 2 tests/journeys -m faults

proof: setup ## What the method page says of bounds, intervals and verdicts, over invented worlds (ten minutes)
	$(PY) benchmarks/proof

bench: setup ## Speed and memory, as ratios against peers in the same run (minutes)
	$(PY) benchmarks/run.py

recipe: setup ## The main road on real data: make recipe DATA=DIR
	$(PY) docs/recipes/online_list.py "$(DATA)"

docs: setup ## Write the generated pages again
	$(PY) tools/docs.py

lock: ## Resolve the dependencies again
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate pyproject.toml --group build --group dev -o requirements-dev.lock
