# The only door to this repository. Needs make and Python 3.11 or later with venv; it brings everything else.

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# The console is built into the gateway's package, which serves it.
CONSOLE := deploy/gateway/src/labelstream_gateway/console/index.html
CONSOLE_SOURCES := $(shell find console -name node_modules -prune -o -type f ! -name '*.md' -print)
CONSOLE_TOOLS := console/node_modules/.ready
CONSOLE_CHECKED := $(VENV)/.console-checked
NODE := .ci/node
MEMBERS := libs/contracts libs/common libs/client services/job-service services/label-service \
	services/sync-service services/team-service deploy/gateway deploy/local
SOURCES := $(addsuffix /src,$(MEMBERS))
# The one on PATH, else the one in the virtual environment.
UV = $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)
# For what is handed on: make test ARGS="-k relay", make up ARGS="--port 9000".
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install up demo test test-unit test-integration check fmt bench bench-quick bench-plots screenshots generate lock audit \
	check-style check-types check-imports check-layout check-generated check-lock check-console

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) $(CONSOLE) ## Bring everything that is ever needed into .venv (once, needs a network)

up: $(INSTALLED) $(CONSOLE) ## Start the whole platform on this machine
	@$(BIN)/labelstream up $(ARGS)

demo: $(INSTALLED) $(CONSOLE) ## Label 1,000 of 1,797 images and watch the events arrive
	@$(BIN)/labelstream demo $(ARGS)

test: $(INSTALLED) $(CONSOLE) ## Run every test (containers when Docker answers, else child processes)
	$(BIN)/pytest $(ARGS)

test-unit: $(INSTALLED) ## Run the tests that need no backing service
	$(BIN)/pytest tests/unit tests/contract $(ARGS)

test-integration: $(INSTALLED) ## Run the tests against real backing services, without e2e and faults
	$(BIN)/pytest tests/integration $(ARGS)

check: check-style check-types check-imports check-layout check-generated check-lock check-console ## Lint, types, import rules, layout, generated files

check-style: $(INSTALLED)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

check-types: $(INSTALLED)
	$(BIN)/mypy $(SOURCES) tests bench .ci

check-imports: $(INSTALLED)
	$(BIN)/lint-imports --no-logo

check-layout: $(INSTALLED)
	$(BIN)/python .ci/layout.py

check-generated: $(INSTALLED)
	$(BIN)/python .ci/generated.py --check

check-generated: $(CONSOLE_TOOLS)

check-console: $(CONSOLE_CHECKED)

# Nothing changed since it last passed: nothing to check.
$(CONSOLE_CHECKED): $(CONSOLE_SOURCES) $(CONSOLE_TOOLS)
	$(NODE) npm --prefix console run --silent check
	@touch $@

$(CONSOLE): $(CONSOLE_SOURCES) $(CONSOLE_TOOLS)
	$(NODE) npm --prefix console run --silent build -- --logLevel warn
	@touch $@

$(CONSOLE_TOOLS): console/package.json console/package-lock.json | $(INSTALLED)
	$(NODE) npm --prefix console ci --silent
	@touch $@

check-lock:
	@! grep -nE '^(--|.*://|.* @ )' requirements.lock || { echo 'requirements.lock names an index or an address'; false; }
	@! grep -n '"resolved"' console/package-lock.json || { echo 'console/package-lock.json names a registry'; false; }

fmt: $(INSTALLED) $(CONSOLE_TOOLS) ## Format, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NODE) npm --prefix console run --silent fmt

bench: $(INSTALLED) ## Measure beside the floors; writes bench/results
	$(BIN)/python -m bench $(ARGS)

bench-quick: $(INSTALLED) ## Show in under 3 minutes that the benchmarks run
	$(BIN)/python -m bench --quick $(ARGS)

bench-plots: $(INSTALLED) ## Draw the newest results' growth into docs/growth.svg
	$(BIN)/python -m bench.plotting

screenshots: $(INSTALLED) $(CONSOLE) ## Take the pictures in docs/screenshots anew (needs chromium)
	SCREENSHOTS=1 $(BIN)/pytest tests/e2e/console/test_screenshots.py $(ARGS)

generate: $(INSTALLED) $(CONSOLE_TOOLS) ## Write the generated files anew
	$(BIN)/python .ci/generated.py

lock: $(BIN)/uv.ready ## Resolve the dependencies into requirements.lock (UPGRADE=1: the newest of all)
	$(UV) lock --quiet $(if $(UPGRADE),--upgrade)
	$(UV) export --quiet --frozen --all-packages --all-groups --all-extras --no-emit-workspace --no-annotate --no-header \
		--output-file requirements.lock

audit: $(INSTALLED) ## Ask the vulnerability service about every dependency (needs a network)
	$(BIN)/python .ci/audit.py

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'Labelstream needs Python 3.11 or later; found none on PATH.' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/uv.ready: | $(BIN)/python
	@command -v uv >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# hatchling stands in the lock, so that the members are built without fetching anything unpinned.
$(INSTALLED): requirements.lock $(addsuffix /pyproject.toml,$(MEMBERS)) | $(BIN)/uv.ready
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirement requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation $(addprefix --editable ,$(MEMBERS))
	$(BIN)/python -m labelstream_local.fetch
	@touch $@
