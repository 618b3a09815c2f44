# `make lab` opens the course, `make test` checks it. Each target is what one could type by hand.

PYTHON      ?= python3
VENV        ?= .venv
TORCH       ?= yes
TORCH_INDEX ?=
LAB_ARGS    ?=
TEST_ARGS   ?= -n 2 --dist loadscope
CHAPTERS    ?=

# Always through python: the other scripts in bin/ hold the path at which they were installed, and
# fail after the folder has moved.
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt

# JupyterLab refuses root unless told; a machine without a display gets the address, not a browser.
AS_ROOT    := $(if $(filter 0,$(shell id -u)),--allow-root)
HAS_SCREEN := $(DISPLAY)$(WAYLAND_DISPLAY)$(BROWSER)$(filter-out Linux,$(shell uname -s))
NO_BROWSER := $(if $(HAS_SCREEN),,--no-browser)

# Where JupyterLab finds the jupyter_server_config.json of this folder, besides the reader's own.
CONFIG_PATH := JUPYTER_CONFIG_PATH="$(CURDIR)$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}"

.DEFAULT_GOAL := help
.PHONY: help lab test chapters build bench lint format torch clean

help:
	@echo "make lab       install into $(VENV) and open chapters/index.ipynb in JupyterLab"
	@echo "make test      install what the tests need and run all of them"
	@echo "make chapters  execute every chapter on every backend into build/"
	@echo "make build     execute the chapters on NumPy and store their outputs in chapters/"
	@echo "make bench     measure what the README's figures come from"
	@echo "make lint      look for mistakes and wrong layout;  make format  puts the layout right"
	@echo "make torch     install torch, or another build of it;  make clean  removes build/ and $(VENV)"
	@echo ""
	@echo "PYTHON=python3.12   the Python that $(VENV) is made with, 3.11 to 3.13"
	@echo "TORCH=no            leave torch out: everything runs on NumPy"
	@echo "TORCH_INDEX=URL     take torch alone from this index, for a CPU or a CUDA build"
	@echo "LAB_ARGS='...'      more options for jupyter lab, such as --port=9999"
	@echo "TEST_ARGS='...'     other options for pytest, such as tests/house -x"
	@echo "CHAPTERS='...'      only these chapters, such as 01"

lab: $(VENV)/.course
ifneq ($(TORCH),no)
	@test -e $(VENV)/.torch || test -e $(VENV)/.torch-failed || $(MAKE) --no-print-directory $(VENV)/.torch \
	  || { touch $(VENV)/.torch-failed; echo "torch could not be installed, so the chapters run on NumPy. 'make torch' tries again."; }
endif
	$(CONFIG_PATH) $(BIN)/python -m jupyterlab --LabApp.default_url=/lab/tree/chapters/index.ipynb $(NO_BROWSER) $(AS_ROOT) $(LAB_ARGS)

# Without torch half of the tests would be skipped, so that must be asked for: TORCH=no.
test: $(VENV)/.test $(if $(filter no,$(TORCH)),,$(VENV)/.torch)
	$(BIN)/python -m pytest $(if $(filter no,$(TORCH)),,--require-torch) $(TEST_ARGS)

chapters: $(VENV)/.course $(if $(filter no,$(TORCH)),,$(VENV)/.torch)
	$(BIN)/python -m chapters run $(CHAPTERS) --output build

build: $(VENV)/.course $(if $(filter no,$(TORCH)),,$(VENV)/.torch)
	$(BIN)/python -m chapters build $(CHAPTERS)

bench: $(VENV)/.test $(if $(filter no,$(TORCH)),,$(VENV)/.torch)
	$(BIN)/python -m benchmarks

lint: $(VENV)/.test
	$(BIN)/python -m ruff check && $(BIN)/python -m ruff format --check

format: $(VENV)/.test
	$(BIN)/python -m ruff check --fix && $(BIN)/python -m ruff format

torch: $(VENV)/.course
	rm -f $(VENV)/.torch $(VENV)/.torch-failed
	$(MAKE) --no-print-directory $(VENV)/.torch

clean:
	rm -rf build $(VENV)

# The stamps: each says that a step of the installation is done for the files it depends on.

define CHECK_PYTHON
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    sys.exit("The course needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is Python %d.%d. "
             "Name another one, for example: make lab PYTHON=python3.12" % sys.version_info[:2])
try:
    import ensurepip, venv
except ImportError:
    sys.exit("$(PYTHON) comes without its venv module. "
             "On Debian and Ubuntu: apt install python3-venv, then run make again.")
endef
export CHECK_PYTHON

$(VENV)/.python:
	@command -v $(PYTHON) > /dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13, or name one: make lab PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c "$$CHECK_PYTHON"
	$(PYTHON) -m venv $(VENV)
	@touch $@

# What is installed is a link to this folder, so its stamp says which: moved or copied, install anew.
INSTALLED_IN := $(shell cat "$(VENV)/.course" 2> /dev/null)
ifneq "$(INSTALLED_IN)" "$(CURDIR)"
.PHONY: $(VENV)/.course
endif

$(VENV)/.course: $(VENV)/.python pyproject.toml constraints.txt
	@echo "Installing the course into $(VENV); the first time this takes a minute or two."
	$(PIP) --quiet -e .
	@rm -f $(VENV)/.torch-failed
	@echo "$(CURDIR)" > $@

$(VENV)/.test: $(VENV)/.course
	$(PIP) --quiet -e '.[test]'
	@touch $@

# From the index that is named, only torch itself; what it depends on comes from pip's own source.
$(VENV)/.torch: $(VENV)/.course
	$(if $(TORCH_INDEX),$(PIP) --force-reinstall --no-deps --index-url $(TORCH_INDEX) torch)
	$(PIP) torch || { echo "torch could not be installed. TORCH_INDEX=URL names another index, TORCH=no does without it."; exit 1; }
	@touch $@
