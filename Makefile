# Two commands for a new machine with Python 3.11+, git and make:
#   make demo   sets up and scores shipped example isomiRs on shipped example transcripts
#   make test   sets up and runs the tests
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: demo test lint types docs site wheel all clean

demo: $(VENV)/.core
	$(BIN)/dmiso predict --mirnas src/dmiso/examples/isomirs.fa --targets src/dmiso/examples/transcripts.fa \
		--show 12 -o demo-output/sites.tsv
	@echo "The full table: demo-output/sites.tsv; what was planted where: src/dmiso/examples/planted_sites.tsv"

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov=dmiso --cov-report=term:skip-covered

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev
	$(BIN)/mypy

# links lead somewhere, and the numbers of the pages are those measured
docs: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n 0 --timeout 120 docs/checks

# the wheel alone, in an empty environment for each Python named: make wheel PYTHONS='python3.11 python3.12'
PYTHONS ?= $(PYTHON)
wheel:
	$(PYTHON) scripts/try_wheel.py --python $(PYTHONS)

# the documentation as a site in site/; a link or a page that leads nowhere is an error
site: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

# core only: no torch. A stamp remembers that the environment is made, so that a second run takes seconds.
$(VENV)/.core: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dmiso needs Python 3.11 or later; say make PYTHON=python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet -c constraints.txt -e .
	touch $@

$(VENV)/.dev: $(VENV)/.core
	$(PIP) install --quiet -c constraints.txt -e '.[all,dev]'
	touch $@

clean:
	rm -rf $(VENV) demo-output site
