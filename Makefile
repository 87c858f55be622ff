# Fixlore: every target says in one line what it does; `make help` prints them.

# The address and the data folder of `make run`: make run PORT=8010 HOST=0.0.0.0 DATA=/srv/fixlore
PORT ?= 8000
HOST ?= 127.0.0.1
DATA ?=
ifneq ($(DATA),)
export FIXLORE_DATA := $(abspath $(DATA))
endif

# Which Python makes the environment: make run PYTHON=/path/to/python3.12
PYTHON ?=
export PYTHON

VENV := .venv/bin
CODE := manage.py config products accounts wiki

# Values of a made-up production site, for the deployment checks.
MADE_UP_SITE := FIXLORE_ENV=production FIXLORE_ALLOWED_HOSTS=fixlore.example FIXLORE_SITE_URL=https://fixlore.example \
	FIXLORE_MAIL_URL=smtp+tls://mail.example:587

.DEFAULT_GOAL := help
.PHONY: help setup run test test-main test-browser check bench format pictures

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile

setup: ## make the environment with all that checks and tests need
	@sh config/setup.sh test

run: ## install, migrate, load the demo and serve on http://127.0.0.1:8000 (PORT=, HOST=, DATA=)
	@sh config/setup.sh run
	@$(VENV)/python -m config.launch --host "$(HOST)" --port "$(PORT)"

test: setup ## run all tests, those in a real browser included
	@$(VENV)/python -m tests.browser.chromium
	@status=0; \
	$(MAKE) --no-print-directory test-main || status=1; \
	$(MAKE) --no-print-directory test-browser || status=1; \
	exit $$status

test-main: setup ## run the tests that need no browser
	@$(VENV)/python -m pytest -q -n auto --dist worksteal --ignore=tests/browser tests

# A process of their own: Playwright's event loop makes Django refuse the database in the tests that follow.
test-browser: setup ## run the tests that drive a real browser
	@DJANGO_ALLOW_ASYNC_UNSAFE=true $(VENV)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal tests/browser

check: setup ## run every check: style, templates, types, dependencies, migrations, deployment
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	$(VENV)/mypy $(CODE)
	$(VENV)/deptry .
	@data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && export FIXLORE_DATA="$$data" && \
	secret() { $(VENV)/python -c 'import secrets; print(secrets.token_urlsafe(48))'; } && \
	echo manage.py makemigrations --check && \
	$(VENV)/python manage.py makemigrations --check --dry-run && \
	echo manage.py check --deploy && \
	env $(MADE_UP_SITE) FIXLORE_SECRET_KEY="$$(secret)" FIXLORE_FIELD_KEY="$$(secret)" \
		$(VENV)/python manage.py check --deploy --fail-level WARNING

bench: setup ## run every benchmark at its small size (one JSON object each)
	@for file in $$(grep -l '__main__' benchmarks/*.py); do \
		$(VENV)/python -m benchmarks.$$(basename $$file .py) --json || exit 1; \
	done

format: setup ## put code and templates into the one style
	$(VENV)/ruff check --fix
	$(VENV)/ruff format
	$(VENV)/djade --target-version 5.2 $$(find templates -name '*.html')

pictures: setup ## take the pictures of docs/pictures again, from the demo data
	@$(VENV)/python -m tests.browser.chromium
	@$(VENV)/python -m tests.browser.pictures
