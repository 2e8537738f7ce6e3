# make lab          install the course (once) and open notebook 0 in JupyterLab; on a machine without a
#                   browser: make lab LAB_OPTIONS=--no-browser, which prints the address to open
# make test         install the same way and run the usual suite (10 to 20 minutes)
# make test-browser the part of the suite that needs Chromium
# make test-busy    both of these beside two endless loops: nothing depends on speed (an hour)
# make test-slow    notebooks stopped, repeated, run under bad conditions; experiments killed (an hour)
# make test-binder  installs the course as mybinder.org does, in an empty folder (10 minutes)
# make test-hub     two learners on a real JupyterHub on this machine, and what can go wrong there; it
#                   needs Linux, root, npm and a Python that every account may execute (10 minutes)
# make hub          what that needs; then `python -m tests.hub` measures a class (results/hub.json)
# make bench        seconds to the same loss as others, the machine's limit, growth, waiting, sliders,
#                   seconds and memory of the notebooks (45 minutes; less where rows are there already)
# make results      measure what is missing of what notebooks 6, 7 and 9 publish (resumable; in a fresh
#                   clone nothing is)
# make test-versions the suite with Python 3.11, 3.12 and 3.13, each in a fresh clone (an hour; with
#                   --keep-going also those after one that fails; make test-python3.12 runs one of them)
# make lint         style of code and notebooks; which room imports which
# make notebooks    run all notebooks from top to bottom and store their outputs
# make handout      two zips in build/: the course for learners, and for who teaches them
# make address REPOSITORY=owner/name BRANCH=main    where the course is public: writes badges and links
# make site         the website in build/site (the first time 15 minutes, for it executes the notebooks)
# make test-site    goes through all its pages in Chromium, Firefox and WebKit, and uses every control
# make site-zip     the same as build/beyond-labels.zip, to hand out: it opens from disk
# make lighthouse   how fast the website's pages are, and for whom they work (10 minutes; needs
#                   Chromium and Lighthouse: npm install --global lighthouse)
# make links        whether the addresses outside that the website names still answer (needs the network)
# make lock         renew constraints.txt
# make audit        look for known weaknesses in the locked packages (needs the network; fails unless
#                   each one was looked up and none has any)
# make CONSTRAINTS= test    in a fresh clone: the suite with today's newest versions, not the locked ones

PYTHON ?= python3
CONSTRAINTS ?= constraints.txt
LAB_OPTIONS ?=
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PYTEST := $(BIN)/python -X warn_default_encoding -m pytest
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(CONSTRAINTS:%=--constraint %)
NVIDIA ?= $(shell nvidia-smi --list-gpus 2>/dev/null)

.PHONY: lab test test-browser test-busy test-slow test-binder test-versions test-hub hub bench \
  results lint notebooks handout address site test-site site-zip links lighthouse lock audit

lab: .venv/course
	$(BIN)/jupyter lab . --LabApp.default_url=/lab/tree/notebooks/00_play.ipynb $(LAB_OPTIONS)

# Tests run in two processes, each on a core of its own (conftest.py). The cells of a notebook belong
# together, so there it is whole files, in the order of their names: small ones come last, and both
# processes end together. `make PROCESSES=1 test` takes longer, and half of the 5 GB of memory.
PROCESSES ?= 2
BY_FILE := --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
# Elsewhere a process that has nothing left takes over what waits for the other one.
BY_TEST := --numprocesses $(PROCESSES) --dist worksteal

test: .venv/suite
	$(PYTEST) $(BY_FILE) -m "not browser and not binder and not slow and not hub" --nbval --nbval-sanitize-with tests/nbval_sanitize.cfg

test-browser: .venv/suite
	$(PYTEST) $(BY_TEST) -m browser tests

# However this ends, its shell is gone then, and so are the loops.
test-busy: .venv/suite
	@for loop in 1 2; do while kill -0 $$$$ 2>/dev/null; do :; done & done; \
	$(MAKE) test && $(MAKE) test-browser

test-slow: .venv/suite
	$(PYTEST) $(BY_TEST) -m slow tests

test-binder: .venv/suite
	$(PYTEST) -m binder -s tests

# An environment that has all of the course's packages, and a few more.
HUB := .venv/hub
hub: $(HUB)/ready
$(HUB)/ready: .venv/suite requirements-hub.txt
	$(BIN)/python -m venv $(HUB)
	$(BIN)/python -c "import sysconfig; print(sysconfig.get_path('purelib'))" > \
	  $(HUB)/$$(cd $(HUB) && echo lib/python3*/site-packages)/course.pth
	$(HUB)/bin/pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-hub.txt
	npm install --silent --prefix $(HUB) configurable-http-proxy@5.3.0
	touch $@

test-hub: hub
	$(PYTEST) -m hub tests

VERSIONS := 3.11 3.12 3.13
test-versions: $(VERSIONS:%=test-python%)

# In a clone of its own, so only what is committed counts.
test-python%:
	clone=$$(mktemp -d) && trap "rm -rf $$clone" EXIT && git clone --quiet . $$clone && \
	  $(MAKE) -C $$clone PYTHON=python$* test

# Where pyenv keeps several versions, each of them is meant by its name.
test-binder test-python%: export PYENV_VERSION = $(shell pyenv versions --bare 2>/dev/null | paste -sd:)

bench: .venv/suite
	$(BIN)/python -m tools.bench

results: .venv/course
	$(BIN)/python -m aehelpers.experiments

lint: .venv/suite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

notebooks: .venv/suite
	$(BIN)/python -m tools.notebooks

handout: .venv/suite
	$(BIN)/python -m tools.handout

BRANCH ?= main
address: .venv/suite
	$(BIN)/python -m tools.heads $(REPOSITORY) $(BRANCH)

site: .venv/suite
	$(BIN)/python -m tools.site build/site

test-site: .venv/suite
	$(PYTEST) $(BY_TEST) tests/website/test_whole_site.py

site-zip: site
	$(BIN)/python -m zipfile --create build/beyond-labels.zip build/site

links: site
	$(BIN)/python -m sphinx --quiet --builder linkcheck --conf-dir website build/site-kept/source build/links

lighthouse: site
	$(BIN)/python -m tools.lighthouse build/site

lock: .venv/suite
	$(BIN)/python -m pip install uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 \
	  --custom-compile-command "make lock" --output-file constraints.txt \
	  requirements.txt requirements-cluster.txt requirements-cuda.txt requirements-test.txt

audit: .venv/course
	$(PIP) pip-audit
	$(BIN)/pip-audit --strict --no-deps --disable-pip --requirement constraints.txt

# The two marks below stand for "installed"; they are renewed when what is installed changes.

.venv/course: requirements.txt constraints.txt pyproject.toml setup.py aehelpers/jupyterlab/aehelpers.json
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	  "The course needs Python 3.11, 3.12 or 3.13; this is %d.%d. Try: make PYTHON=python3.12 lab" % v)'
	$(PYTHON) -m venv .venv
ifeq ($(NVIDIA),)
	$(PIP) --editable .
else
	@echo "An NVIDIA driver is here: TensorFlow is installed with CUDA."
	grep -v '^tensorflow' requirements.txt > .venv/others.txt
	$(PIP) --requirement .venv/others.txt --requirement requirements-cuda.txt
	$(PIP) --no-deps --editable .
endif
	@touch $@

.venv/suite: .venv/course requirements-cluster.txt requirements-test.txt
	$(PIP) --requirement requirements-cluster.txt --requirement requirements-test.txt
	@touch $@
