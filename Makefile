# Two commands matter: `make run` and `make test`. Each installs what it needs into .venv first.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
SOURCES := manage.py config decision_aid questionnaires tests

# Tests use nothing that runs on the machine, unless CANDOR_TEST_SERVICES=1 says to use the PostgreSQL and the
# Redis of DATABASE_URL and REDIS_URL.
OURS := DATABASE_URL REDIS_URL
OTHERS := ALLOWED_HOSTS CANDOR_BROKER_URL CANDOR_VAR DEBUG DJANGO_SETTINGS_MODULE EMAIL_HOST LOG_LEVEL PORT PUBLIC_URL \
	S3_BUCKET S3_ENDPOINT_URL SECRET_KEY WEB_THREADS WEB_WORKERS
WITHOUT := env $(patsubst %,-u %,$(if $(filter 1,$(CANDOR_TEST_SERVICES)),$(OTHERS),$(OURS) $(OTHERS)))

.PHONY: help install run test check bench lock

help:
	@echo 'make run      start everything and print the addresses (PORT=8001 make run for another port)'
	@echo 'make test     run the tests; TESTS="tests/config -k broker" for some of them'
	@echo 'make check    format, lint, types, import contracts, missing migrations, system checks'
	@echo 'make bench    measure'
	@echo 'make install  what the others do first: the locked packages into .venv'
	@echo 'make lock     write the lock files anew from pyproject.toml'

install: $(INSTALLED)

$(INSTALLED): requirements-dev.lock
	@command -v $(PYTHON) >/dev/null || { echo 'Candor needs Python 3.11 or newer, and there is no $(PYTHON): install it, on Debian with `apt install python3-venv`.' >&2; exit 1; }
	@$(PYTHON) config/install.py
	@touch $@

run: install
	@$(BIN)/python -m config.supervisor

test: install
	@$(WITHOUT) $(BIN)/pytest --numprocesses auto --dist loadfile $(TESTS)

check: install
	$(BIN)/ruff format --check --quiet $(SOURCES)
	$(BIN)/ruff check --quiet $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports --no-logo
	$(WITHOUT) $(BIN)/python manage.py makemigrations --check --dry-run
	$(WITHOUT) $(BIN)/python manage.py check

bench: install
	@for script in tests/benchmarks/measure_*.py; do $(WITHOUT) PYTHONPATH=. $(BIN)/python "$$script" || exit 1; done

lock: install
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml \
		--group pyproject.toml:embedded --no-header -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml \
		--group pyproject.toml:embedded --group pyproject.toml:dev -c requirements.lock --no-header \
		-o requirements-dev.lock
