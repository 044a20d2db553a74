# The one door for people. `make` alone says what there is.

VENV := .venv
URL ?= http://127.0.0.1:8000
ARGS ?=
# One test process per core; they share one PostgreSQL and one RabbitMQ.
SIDE_BY_SIDE := -n auto --maxprocesses 8 --dist worksteal

# Containers are reached at the gateway's port; what the walk signs with lies beside their secrets.
GATEWAY = http://127.0.0.1:$(or $(shell sed -n 's/^GATEWAY_PORT=//p' .env 2>/dev/null),8080)
IN_CONTAINERS = $(filter $(GATEWAY),$(URL:/=))

# The first interpreter on the path that is new enough; name another with `make PYTHON=/path/to/python ...`.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

.DEFAULT_GOAL := help
.PHONY: help run demo up down check-deploy test test-lanes test-deep bench check fmt docs lock clean

help:  ## say what there is
	@echo "Casebridge. What you can do here:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run  ## start all three services on one port, walk the main job, keep serving (Ctrl-C ends it)
	@exec $(VENV)/bin/python -m services run $(ARGS)

demo: $(VENV)/.run  ## walk the main job against a running system: make demo URL=http://host:port
	@$(if $(IN_CONTAINERS),CASEBRIDGE_DATA=deploy/secrets) exec $(VENV)/bin/python -m services demo --url $(URL) \
		$(if $(IN_CONTAINERS),--receiver http://receiver:8099) $(ARGS)

up: $(VENV)/.run  ## build and start everything in containers; makes missing secrets first
	@$(VENV)/bin/python -m services secrets
	docker compose up --detach --build --wait
	@echo "Serving on $(GATEWAY). Try it: make demo URL=$(GATEWAY)"

down:  ## stop and remove the containers; data stays in its volumes
	docker compose --profile sample --profile operator down --remove-orphans

check-deploy: $(VENV)/.dev  ## that the compose file, the example environment and the image's recipe are sound
	docker compose --profile sample --profile operator config --quiet
	$(VENV)/bin/python -m services env --check
	bash -n deploy/postgres/services.sh
	@if command -v hadolint >/dev/null; then hadolint deploy/Dockerfile; else \
		echo "hadolint is not installed: the Dockerfile was not linted"; fi

test: $(VENV)/.dev  ## every test but the long ones, once: make test ARGS="-k custody"
	@exec $(VENV)/bin/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

test-lanes: $(VENV)/.dev  ## again on PostgreSQL + RabbitMQ, whatever ran without them
	@exec $(VENV)/bin/python -m pytest $(SIDE_BY_SIDE) -m "second_lane and not deep" $(ARGS)

test-deep: $(VENV)/.dev  ## both, the long tests too, and many more random examples per property
	@exec $(VENV)/bin/python -m pytest $(SIDE_BY_SIDE) -m "deep or not deep" --hypothesis-profile=deep $(ARGS)

bench: $(VENV)/.dev  ## measure, beside bare endpoints: make bench ARGS="cases --sizes 1000,50000" or "delivery latency"
	@exec $(VENV)/bin/python -m bench $(or $(ARGS),cases)

check: $(VENV)/.dev  ## format, lint, types, and that the generated documents are up to date
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m services openapi --check

fmt: $(VENV)/.dev  ## put the code in its format
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

docs: $(VENV)/.dev  ## write the generated documents and event schemas anew
	$(VENV)/bin/python -m services openapi
	$(VENV)/bin/python -m pytest --quiet --update tests/contracts

lock:  ## write the hash locks anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --generate-hashes --no-header --extra dev -c requirements.lock \
		pyproject.toml -o requirements-dev.lock

clean:  ## remove the environment and all caches (never the data in var/)
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment is made once, and again when its lock changes. The development lock holds the other one.
$(VENV)/.run: requirements.lock
	$(call environment,requirements.lock)
	@touch $@

$(VENV)/.dev: requirements-dev.lock requirements.lock
	$(call environment,requirements-dev.lock)
	@touch $@ $(VENV)/.run

define environment
	@test -n "$(PYTHON)" || { \
		echo "Casebridge needs Python 3.11 or newer, and none is on the path." >&2; \
		echo "Install one (Debian 12, Ubuntu 24.04: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Casebridge needs Python 3.11 or newer; $(PYTHON) is older or does not run." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments. Debian, Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(VENV)/bin/python -m pip --version >/dev/null 2>&1 || { \
		echo "Making $(VENV) with $$($(PYTHON) -V) ..."; $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing what $(1) names ..."
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
endef
