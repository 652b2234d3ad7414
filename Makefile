# Everything runs from .venv, made here with nothing but python3, python3-venv and make.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# System packages of the tests, installed when root on Debian; elsewhere the tests use the wheels or name what is missing.
PACKAGES := curl openssl postgresql redis-server poppler-utils libzbar0 chromium
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --quiet

.PHONY: help setup develop packages demo run test lint format types schema schema-check lock explorer explorer-check
.PHONY: bench portal portal-check typed-clients typed-clients-check
.PHONY: chaos gallery wheel ci

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

setup: .venv/.runtime ## make .venv with what demo and run need (skipped when up to date)
develop: .venv/.develop ## add the tools that the tests need

demo: setup ## issue, verify, tamper, update and revoke sample certificates; writes out/
	$(BIN)/pramaan demo --out out

run: setup ## serve on embedded backends; prints addresses and a ready client key
	$(BIN)/pramaan serve --with-worker --welcome

# One process more than cores, for many tests wait: for a lease, a page, a server that starts.
test: develop packages ## run every test against real servers
	$(BIN)/python -m pytest -n $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist loadfile $(ARGS)

lint: develop ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: develop ## ruff: mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: develop ## mypy --strict on source and tests
	$(BIN)/mypy

schema: develop ## print schema.graphql from code
	$(BIN)/python -m tests.schema_text > .venv/schema.graphql && mv .venv/schema.graphql schema.graphql

lock: develop ## pin every dependency by hash again (LOCK_ARGS=--upgrade for newer versions)
	$(LOCK) $(LOCK_ARGS) --group dev --output-file requirements/dev.txt
	$(LOCK) $(LOCK_ARGS) --constraints requirements/dev.txt --output-file requirements/runtime.txt
	$(BIN)/uv pip compile --group tools --constraints requirements/dev.txt --universal --python-version 3.11 \
	  --generate-hashes --no-header --quiet --output-file requirements/tools.txt
	$(BIN)/uv pip compile --group clients $(LOCK_ARGS) --universal --python-version 3.11 \
	  --generate-hashes --no-header --quiet --output-file requirements/clients.txt

# Node and npm from PATH, else from the wheel. The builder makes its directory anew.
EXPLORER := gateway/pages/graphiql
define build-explorer
	export PATH="$$PATH:$(CURDIR)/$(BIN)" && cd web/explorer && npm ci --ignore-scripts --silent && node build.js $(abspath $(1))
endef

PORTAL := gateway/pages/portal
define build-portal
	export PATH="$$PATH:$(CURDIR)/$(BIN)" && cd web/portal && npm ci --ignore-scripts --silent && npm run --silent check \
	  && node build.js $(abspath $(1))
endef

portal: develop ## build the pages of the public, holders and administrators from web/portal
	$(call build-portal,$(PORTAL))

portal-check: develop ## do the types fit, and the same bytes as committed?
	$(call build-portal,.venv/portal)
	diff -r $(PORTAL) .venv/portal

explorer: develop ## build the GraphiQL page of development from web/explorer
	$(call build-explorer,$(EXPLORER))

explorer-check: develop ## the same bytes as committed?
	$(call build-explorer,.venv/explorer)
	diff -r $(EXPLORER) .venv/explorer

# Clients in Python and TypeScript, made in a directory of the project's shape from its schema.graphql and web/operations.
PYTHON_CLIENT := web/clients/python/pramaan_client/generated
TYPESCRIPT_CLIENT := web/clients/typescript/operations.ts
define make-clients
	rm -rf $(1)/$(PYTHON_CLIENT)
	cd $(1) && $(CURDIR)/.venv/clients/bin/ariadne-codegen --config $(CURDIR)/web/clients/python/pyproject.toml >/dev/null
	$(BIN)/ruff format --quiet --isolated --line-length 120 --config format.skip-magic-trailing-comma=true $(1)/$(PYTHON_CLIENT)
	export PATH="$$PATH:$(CURDIR)/$(BIN)" && cd web/clients/typescript && npm ci --ignore-scripts --silent \
	  && node generate.js $(CURDIR)/schema.graphql $(CURDIR)/web/operations $(abspath $(1))/$(TYPESCRIPT_CLIENT) \
	  && npm run --silent check
endef

typed-clients: develop .venv/.clients ## make the typed clients of web/clients from schema.graphql and web/operations
	$(call make-clients,.)

typed-clients-check: develop .venv/.clients ## the same files as committed, and do their types fit?
	rm -rf .venv/made && mkdir -p .venv/made/$(dir $(PYTHON_CLIENT)) .venv/made/$(dir $(TYPESCRIPT_CLIENT))
	cp -r schema.graphql .venv/made && cp -r web/operations .venv/made/web
	$(call make-clients,.venv/made)
	diff -r -x __pycache__ $(PYTHON_CLIENT) .venv/made/$(PYTHON_CLIENT)
	diff $(TYPESCRIPT_CLIENT) .venv/made/$(TYPESCRIPT_CLIENT)

gallery: setup ## draw every language and layout, and a contact sheet, to docs/gallery
	$(BIN)/pramaan templates gallery --out docs/gallery

bench: develop ## print rates, as ratios measured in one run
	$(BIN)/python -m bench

chaos: develop packages ## the long run that kills processes and empties queues
	$(BIN)/python -m pytest -m chaos tests/chaos $(ARGS)

ci: ## what continuous integration runs
	.ci/run

# The stamps. `sync` makes the environment exactly what the file says; pip is the fallback where uv has no wheel.
.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.tools: requirements/tools.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

define install
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $(1) \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes $(addprefix -r ,$(1))
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endef

.venv/.runtime: .venv/.tools requirements/runtime.txt pyproject.toml
	$(call install,requirements/runtime.txt requirements/tools.txt)
	@touch $@

.venv/.develop: .venv/.tools requirements/dev.txt pyproject.toml
	$(call install,requirements/dev.txt)
	@touch .venv/.runtime $@

.venv/.clients: .venv/.tools requirements/clients.txt
	$(BIN)/python -m venv .venv/clients
	$(BIN)/uv pip sync --quiet --python .venv/clients/bin/python --require-hashes requirements/clients.txt \
	  || .venv/clients/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/clients.txt
	@touch $@

# Services that the packages would start are none of ours: each test starts its own server and stops it.
packages:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  missing=$$(for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	  if [ -n "$$missing" ]; then \
	    echo "installing" $$missing; \
	    mkdir -p /etc/postgresql-common && touch /etc/postgresql-common/createcluster.conf; \
	    grep -q '^create_main_cluster' /etc/postgresql-common/createcluster.conf \
	      || echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	      apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  fi; \
	fi
