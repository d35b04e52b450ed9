# Needs Python 3.11 or newer, make and a package index; everything else is fetched by what stands here.
# Variables: PYTHON=python3.12, VENV=.venv, and for `make run` the settings in the README (PORT=9000 …).

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
UV := 0.13.9

python := $(VENV)/bin/python
pip := $(python) -m pip --quiet --disable-pip-version-check install
which_python := import sys; print(sys.version, sys.base_prefix)
new_enough := import sys; sys.version_info >= (3, 11) or sys.exit("imageapp needs Python 3.11 or newer, \
and $(PYTHON) is %s. Name another one: make $(MAKECMDGOALS) PYTHON=python3.12" % sys.version.split()[0])
# What `make` may empty or remove: nothing that it did not make.
venv_is_ours := [ ! -e $(VENV) ] || [ -e $(VENV)/pyvenv.cfg ] || \
	{ echo "$(VENV) is no virtual environment: it is left alone. Name another folder: VENV=.venv" >&2; exit 1; }

.DEFAULT_GOAL := help
.SUFFIXES:
.PHONY: help run vips test test-compose bench contact-sheet lighthouse screenshots lint format translations lock clean FORCE

help: ## list the targets
	@awk -F ' *:.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/checkout ## install what is missing, then serve http://127.0.0.1:8000
	@exec $(python) -m imageapp.serve

vips: $(VENV)/app.lock ## install libvips as well, for IMAGEAPP_IMAGING_ENGINE=vips
	$(pip) --require-hashes -r requirements/vips.lock

test: $(VENV)/dev.lock $(VENV)/checkout ## run every test but the container's (TESTS=tests/images: only those, without coverage)
ifdef TESTS
	$(python) -m pytest $(TESTS)
else
	$(python) -m pytest --ignore=tests/compose -n $(JOBS) --dist loadgroup \
		--cov --cov-branch --cov-report=term --cov-fail-under=90
endif

test-compose: $(VENV)/dev.lock $(VENV)/checkout ## build and drive the container; needs Docker with Compose
	$(python) -m pytest tests/compose

bench: $(VENV)/dev.lock $(VENV)/checkout ## measure, and print the table
	$(python) -m benchmarks

contact-sheet: $(VENV)/dev.lock $(VENV)/checkout ## every test picture beside its thumbnails, on a page to be looked at
	@$(python) -m benchmarks.contact_sheet

lighthouse: $(VENV)/dev.lock $(VENV)/checkout ## what Lighthouse thinks of the pages, on a phone; needs Chromium and npm's registry
	@$(python) -m benchmarks.lighthouse

screenshots: $(VENV)/dev.lock $(VENV)/checkout ## take the pictures of docs/screenshots anew; needs Chromium
	@$(python) -m benchmarks.screenshots

lint: $(VENV)/dev.lock $(VENV)/checkout ## style, types, templates, and who may import whom
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/pyright --pythonpath $(python)
	$(VENV)/bin/djlint --lint --quiet templates
	$(VENV)/bin/lint-imports

format: $(VENV)/dev.lock ## put the Python code into its shape
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

translations: $(VENV)/checkout ## collect what is said in code and templates into the catalogues, and compile them
	$(python) -m imageapp.catalogues

lock: build/uv-$(UV)/bin/uv ## pin what requirements/*.in ask for (UPGRADE=1: at the newest versions)
	@cd requirements && for name in build app vips dev; do \
		echo "requirements/$$name.lock"; \
		set -- "$$name.in"; \
		case $$name in vips) set -- "$$@" --constraint app.lock;; dev) set -- "$$@" --constraint app.lock --constraint vips.lock;; esac; \
		"$(CURDIR)/$<" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-strip-extras \
			$(if $(UPGRADE),--upgrade) --custom-compile-command "make lock" "$$@" --output-file "$$name.lock" || exit 1; \
	done

clean: ## remove .venv and everything else that can be made anew; the data folder stays
	@$(venv_is_ours)
	rm -rf $(VENV) build .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The files below are copies of what is installed, compared by content: a checkout that only touches dates, or a second
# `make run`, installs nothing. FORCE lets the comparison, and not the date, decide.
$(VENV)/pyvenv.cfg: FORCE
	@command -v $(PYTHON) >/dev/null || { echo "imageapp needs Python 3.11 or newer, and there is no $(PYTHON) here." >&2; exit 1; }
	@$(PYTHON) -c '$(new_enough)'
	@[ "$$($(python) -c 'import pip; $(which_python)' 2>&1)" = "$$($(PYTHON) -c '$(which_python)')" ] || { \
		$(venv_is_ours); echo "Making $(VENV) …"; \
		$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }; }

$(VENV)/app.lock: $(VENV)/pyvenv.cfg FORCE
	@cat requirements/app.lock requirements/build.lock | cmp -s - $@ || { \
		echo "Installing requirements/app.lock into $(VENV) …"; \
		$(pip) --require-hashes -r requirements/app.lock -r requirements/build.lock && \
		cat requirements/app.lock requirements/build.lock >$@; }

$(VENV)/dev.lock: $(VENV)/app.lock FORCE
	@cmp -s requirements/dev.lock $@ || { \
		echo "Installing requirements/dev.lock into $(VENV) …"; \
		$(pip) --require-hashes -r requirements/dev.lock && cp requirements/dev.lock $@; }

# Which folder `import imageapp` finds, wherever a command is started from.
$(VENV)/checkout: $(VENV)/app.lock FORCE
	@echo "$(CURDIR)" | cat - setup.cfg pyproject.toml | cmp -s - $@ || { \
		$(pip) --no-deps --no-build-isolation --no-index --editable . && \
		echo "$(CURDIR)" | cat - setup.cfg pyproject.toml >$@; }

build/uv-$(UV)/bin/uv:
	@$(PYTHON) -c '$(new_enough)'
	$(PYTHON) -m venv build/uv-$(UV)
	build/uv-$(UV)/bin/python -m pip --quiet --disable-pip-version-check install uv==$(UV)
