# make lab   open the collection          make run   run and save every notebook
#            (ARGS=--no-browser and the like are passed on to JupyterLab)
# make test  prove that everything holds  make data  refresh checksums, dictionary, metadata
# make lock  renew the pinned packages    make register note new findings and fingerprints
# make site  build the web pages (REPOSITORY=owner/name REF=v1.2.3 ADDRESS=https://…)
# make browser  build them and try each, and one cell of each notebook in JupyterLab (needs Chromium)
# make clean remove what make installed

SHELL := /bin/sh
VENV := .venv
TOOLS := .venv-tools
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
TOOLS_READY := $(TOOLS)/.ready

# Nothing of the user's own settings may change a drawing or a result.
HERMETIC := env -u MATPLOTLIBRC -u PYTEST_ADDOPTS -u MPLBACKEND PYTHONHASHSEED=0 PYTHONPATH="$(CURDIR)/src" \
	MPLCONFIGDIR="$(CURDIR)/$(VENV)/mpl" IPYTHONDIR="$(CURDIR)/$(VENV)/ipython" \
	JUPYTERLAB_WORKSPACES_DIR="$(CURDIR)/$(VENV)/workspaces"

# JupyterLab's question whether it may fetch news would lie over the first cell.
NEWS := "@jupyterlab/apputils-extension:announcements"

.PHONY: lab test run data check register site browser lock clean setup tools

setup: $(READY)
tools: $(TOOLS_READY)

# The stamps hold the folder they were made in: an environment copied or moved with it is made anew.
STALE := $(shell for stamp in $(READY) $(TOOLS_READY); do \
	[ ! -f $$stamp ] || [ "$$(cat $$stamp)" = "$(CURDIR)" ] || rm -rf "$$(dirname $$stamp)"; done)

$(VENV)/.packages: requirements.txt tools/setup.sh
	@sh tools/setup.sh $(VENV) requirements.txt
	@touch $@

$(READY): $(VENV)/.packages pyproject.toml
	@$(PY) -m pip install -q --no-deps --no-build-isolation --disable-pip-version-check -e .
	@$(HERMETIC) $(PY) -c "import matplotlib.font_manager, seaborn"
	@$(VENV)/bin/jupyter labextension disable --level=sys_prefix $(NEWS) 2>/dev/null
	@echo "$(CURDIR)" > $@

$(TOOLS_READY): tools/requirements.txt tools/setup.sh
	@sh tools/setup.sh $(TOOLS) tools/requirements.txt
	@echo "$(CURDIR)" > $@

# The workspaces let an address such as /lab/workspaces/NAME#cell-id=ID open a notebook at a cell.
lab: $(READY)
	@$(HERMETIC) $(PY) tools/workspaces.py
	@$(HERMETIC) $(VENV)/bin/jupyter lab --ServerApp.root_dir="$(CURDIR)" notebooks/00_start_here.ipynb $(ARGS)

test: $(READY) $(TOOLS_READY)
	@$(TOOLS)/bin/ruff check -q . && $(TOOLS)/bin/ruff format -q --check .
	@$(HERMETIC) $(PY) -m helpers check
	@before=$$(git status --porcelain; git diff | git hash-object --stdin); \
	$(HERMETIC) TOOLS="$(CURDIR)/$(TOOLS)/bin" $(PY) -m pytest || exit 1; \
	after=$$(git status --porcelain; git diff | git hash-object --stdin); \
	[ "$$before" = "$$after" ] || { echo "The tests changed tracked files:"; git status --short; exit 1; }

run: $(READY)
	@$(HERMETIC) $(PY) -m helpers run

data: $(READY)
	@$(HERMETIC) $(PY) -m helpers data

check: $(READY)
	@$(HERMETIC) $(PY) -m helpers check

register: $(READY)
	@$(HERMETIC) $(PY) -m helpers register

site: $(READY) $(TOOLS_READY)
	@$(HERMETIC) $(PY) -m helpers site --to site --force --pagefind "$(TOOLS)/bin/python -m pagefind_bin" \
	$(if $(REPOSITORY),--repository "$(REPOSITORY)") $(if $(REF),--ref "$(REF)") \
	$(if $(ADDRESS),--address "$(ADDRESS)")

browser: site
	@$(TOOLS)/bin/python tests/browser/check.py site
	@$(HERMETIC) $(TOOLS)/bin/python tests/browser/lab.py $(PY)

lock: $(TOOLS_READY)
	@sh tools/lock.sh $(TOOLS)/bin/uv
	@$(PY) tools/environment.py

clean:
	rm -rf $(VENV) $(TOOLS)
