# `make serve` and `make test` set up everything they need; they want Python >= 3.11 and nothing else.
# HOST, PORT, WORKERS and all other settings come from the environment (`make settings` lists them).

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev tables serve test docs lint format types check settings openapi clients pages schema calibrate bench stress mutants structure image-check sbom lock clean

# The first interpreter that is new enough; `make PYTHON=/path/to/python …` names another.
PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,\
	$(shell $(name) -c 'import sys; sys.version_info < (3, 11) or print("$(name)")' 2>/dev/null)))

ENVIRONMENT := .venv
RUN := $(ENVIRONMENT)/bin/python -m
INSTALL := $(RUN) pip install --disable-pip-version-check --require-hashes
COMPILE := $(RUN) uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links

# The manual is built in an environment of its own, from every page and by what builds it.
DOCS_ENVIRONMENT := .venv-docs
MANUAL := build/manual.zip
MANUAL_SOURCES := requirements-docs.txt $(shell find docs tools/manual -type f -not -path '*/__pycache__*')

# Which scenarios `make stress` runs (all if empty), and for how many seconds a load lasts.
ONLY :=
DURATION := 60

# What `make mutants` draws: how many, by which seed, and of which modules (all of the engine if empty).
SIZE := 100
SEED := 1
PATHS :=

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-11s %s\n", $$1, $$2 }' Makefile

$(ENVIRONMENT)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, but none was found on the PATH." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; $(PYTHON) is " + sys.version.split()[0] + ".")'
	@echo "Making an environment in $(ENVIRONMENT) ..."
	$(PYTHON) -m venv $(ENVIRONMENT) || { rm -rf $(ENVIRONMENT); exit 1; }

$(ENVIRONMENT)/runtime: requirements.txt | $(ENVIRONMENT)/bin/python
	@echo "Installing what the service needs (once, about half a minute) ..."
	$(INSTALL) -r requirements.txt
	@touch $@

$(ENVIRONMENT)/development: requirements-dev.txt | $(ENVIRONMENT)/bin/python
	@echo "Installing what the tests need as well (once, about a minute) ..."
	$(INSTALL) -r requirements-dev.txt
	@touch $@ $(ENVIRONMENT)/runtime

$(ENVIRONMENT)/tables: requirements-batch.txt pyproject.toml | $(ENVIRONMENT)/runtime
	$(INSTALL) -r requirements-batch.txt
	$(RUN) pip install --disable-pip-version-check --quiet --no-deps --editable .
	@touch $@

$(DOCS_ENVIRONMENT)/installed: requirements-docs.txt | $(ENVIRONMENT)/bin/python
	@rm -rf $(DOCS_ENVIRONMENT)
	$(ENVIRONMENT)/bin/python -m venv $(DOCS_ENVIRONMENT)
	$(DOCS_ENVIRONMENT)/bin/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements-docs.txt
	@touch $@

$(MANUAL): $(DOCS_ENVIRONMENT)/installed $(MANUAL_SOURCES)
	@$(DOCS_ENVIRONMENT)/bin/python -m tools.manual $@

setup: $(ENVIRONMENT)/runtime ## Install what the service needs
setup-dev: $(ENVIRONMENT)/development ## Install what the tests and checks need as well
tables: $(ENVIRONMENT)/tables ## Install what scores tables: the module questionnaire_scoring, the command

# The manual is built while the service already answers, and only where a page has changed.
# (Through a variable, so that `make --dry-run` does not run it.)
MANUAL_MAKE := $(MAKE) --silent
serve: setup ## Serve on http://HOST:PORT (default http://127.0.0.1:8000)
	@$(MANUAL_MAKE) --question $(MANUAL) || { mkdir -p build; \
		echo "Building the manual meanwhile (once, about half a minute); until then /docs lists the paths."; \
		{ nice $(MANUAL_MAKE) $(MANUAL) >build/manual.log 2>&1 && echo "The manual is built: see /docs." \
			|| echo "The manual could not be built, see build/manual.log; /docs lists the paths." >&2; } & }
	@exec $(ENVIRONMENT)/bin/gunicorn

docs: setup $(MANUAL) ## Build the manual and check it: no warning, no dead link, nothing from elsewhere

test: setup-dev docs ## Run all tests
	$(RUN) pytest -n auto

lint: setup-dev ## Check style
	$(RUN) ruff check .
	$(RUN) ruff format --check .

format: setup-dev ## Put the code into the common format
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

types: setup-dev ## Check types
	$(RUN) mypy

check: setup ## Check all instrument definitions and their worked examples
	$(RUN) service check

settings: setup ## Show all settings
	@$(RUN) service settings

openapi: setup-dev ## Write openapi.yaml and the types of the Python client
	$(RUN) service openapi

clients: openapi ## Write openapi.yaml and the types of both clients (needs Node.js and `npm ci`)
	npm run --silent client:types

pages: setup ## Write docs/instruments/, one page per instrument
	$(RUN) service pages

schema: setup ## Write instruments/instrument.schema.json
	$(RUN) service schema

calibrate: setup ## Simulate the alert rules' error rates (ten minutes on two free cores) and write them
	$(RUN) service calibrate

bench: setup-dev ## Measure speed (needs wrk and Chromium)
	@for name in client in_process monitor http tokens fhir cds startup library metrics drawings batch console limits; do $(RUN) benchmarks.$$name || exit 1; done

stress: setup-dev ## Load, disturb and kill it; write docs/reliability.md (ONLY="drain reload", DURATION in seconds)
	@$(RUN) benchmarks.stress --only $(ONLY) --duration $(DURATION)

mutants: setup-dev ## Put errors into the engine and see whether tests notice (PATHS, SIZE, SEED)
	@$(RUN) tools.mutants $(PATHS) --size $(SIZE) --seed $(SEED)

structure: setup-dev ## Print figures of how the service is built, beside those of other projects
	@$(RUN) tools.structure

image-check: setup-dev ## Build the image and run it (root, buildah and debootstrap; three minutes at first)
	$(RUN) pytest -v -rs -s tests/deploy/image_check.py

sbom: $(addprefix deploy/image/sbom-,$(addsuffix .cdx.json,jwt otel)) ## Write the lists of the packages in the image

deploy/image/sbom-%.cdx.json: requirements-%.txt pyproject.toml | setup-dev
	rm -rf build/image-$*
	$(ENVIRONMENT)/bin/python -m venv --without-pip build/image-$*
	$(RUN) pip --python build/image-$*/bin/python install --quiet --require-hashes -r $<
	$(ENVIRONMENT)/bin/cyclonedx-py environment build/image-$*/bin/python --pyproject pyproject.toml \
		--output-reproducible --short-PURLs -o $@

lock: setup-dev ## Choose the newest allowed versions and write the lock files
	$(COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade pyproject.toml --extra jwt -c requirements.txt -o requirements-jwt.txt
	$(COMPILE) --upgrade pyproject.toml --extra jwt --extra otel --group dev -c requirements-jwt.txt -o requirements-dev.txt
	$(COMPILE) --upgrade pyproject.toml --extra batch -c requirements-dev.txt -o requirements-batch.txt
	$(COMPILE) --upgrade --group pyproject.toml:docs -o requirements-docs.txt
	$(COMPILE) --upgrade pyproject.toml --extra jwt --extra otel -c requirements-dev.txt -o requirements-otel.txt
	$(COMPILE) --upgrade pyproject.toml --extra spark -c requirements-dev.txt -o requirements-spark.txt

clean: ## Remove everything that was installed or generated
	rm -rf $(ENVIRONMENT) $(DOCS_ENVIRONMENT) build node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
