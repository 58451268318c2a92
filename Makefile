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

.PHONY: help install run test check coverage mutants fuzz bench survive quality screenshots handbook lock

help:
	@echo 'make run      start everything and print the addresses (PORT=8001 make run for another port)'
	@echo 'make test     run the tests; TESTS="tests/config -k broker" for some of them'
	@echo 'make check    format, lint, types, import contracts, missing migrations, system checks'
	@echo 'make coverage fail unless the tests of the two pure packages run every branch of them'
	@echo 'make mutants  change the pure packages, a mistake at a time, and count what no test notices; docs/mutation.md'
	@echo 'make fuzz     ten minutes of a fuzzer against the condition language (FUZZ_SECONDS=60 make fuzz for less)'
	@echo 'make bench    measure'
	@echo 'make survive  send 1,000 forms while workers and broker are killed at random (CANDOR_SUBMISSIONS=100 for fewer)'
	@echo 'make quality  visit every page: axe, HTML, weight and Lighthouse, into docs/quality.md (needs npm, Chromium)'
	@echo 'make screenshots  every page on a phone and at a desk, in two pretended languages too, into screenshots/'
	@echo 'make handbook  the pictures of docs/handbook.md, taken anew from a service of its own (needs Chromium)'
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
	@$(WITHOUT) $(BIN)/pytest --numprocesses auto --dist worksteal $(TESTS)

check: install
	$(BIN)/ruff format --check --quiet $(SOURCES)
	$(BIN)/ruff check --quiet $(SOURCES)
	$(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports --no-logo
	$(WITHOUT) $(BIN)/python manage.py makemigrations --check --dry-run
	$(WITHOUT) $(BIN)/python manage.py check

# Each package by its own tests, but for those of generated inputs: which branches run may not hang on chance.
coverage: install
	$(call covered,questionnaires/definition,tests/questionnaires/definition)
	$(call covered,decision_aid/scoring,tests/decision_aid/scoring)

covered = @$(WITHOUT) COVERAGE_FILE=out/coverage/$(notdir $(1)) $(BIN)/coverage run --branch --source=$(1) \
	-m pytest -q -p no:cacheprovider -m 'not hypothesis' $(2) && \
	COVERAGE_FILE=out/coverage/$(notdir $(1)) $(BIN)/coverage report --show-missing --skip-covered --fail-under=100

mutants: install
	@$(WITHOUT) nice -n 15 $(BIN)/python -m tests.mutation $(MUTANTS)

# The fuzzer is no dependency: it has wheels for Linux only, and nothing else needs it.
fuzz: install
	@test -d out/fuzzing/venv || $(BIN)/uv venv -q --python $(BIN)/python out/fuzzing/venv
	@$(BIN)/uv pip install -q --python out/fuzzing/venv/bin/python atheris==3.0.0 hypothesis
	@PYTHONPATH=. nice -n 15 out/fuzzing/venv/bin/python tests/fuzzing/fuzz_conditions.py -max_total_time=$(or $(FUZZ_SECONDS),600)
	@cat out/fuzzing/costs.json

bench: install
	@for script in tests/benchmarks/measure_*.py; do $(WITHOUT) PYTHONPATH=. $(BIN)/python "$$script" || exit 1; done

survive: install
	@$(WITHOUT) PYTHONPATH=. $(BIN)/python tests/benchmarks/survive.py

quality: install
	@$(WITHOUT) PYTHONPATH=. $(BIN)/python tests/quality/measure.py

screenshots: install
	@$(WITHOUT) PYTHONPATH=. $(BIN)/python tests/quality/screenshots.py

handbook: install
	@$(WITHOUT) PYTHONPATH=. $(BIN)/python tests/quality/handbook.py

lock: install
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml \
		--group pyproject.toml:embedded --no-header -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml \
		--group pyproject.toml:embedded --group pyproject.toml:dev -c requirements.lock --no-header \
		-o requirements-dev.lock
