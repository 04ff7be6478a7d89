# SPDX-License-Identifier: Apache-2.0
# GNU make, 3.81 or newer. `make help` names the targets; all that is made goes to $(BUILD).
BUILD = build
PREFIX = /usr/local
CFLAGS ?= -O2 -g
WERROR = -Werror# WERROR= where a compiler newer than ours warns
AWK = awk
PKG_CONFIG = pkg-config
FUZZ_SECONDS = 60
FUZZ = harden
Q = $(if $(V),,@)# V=1 shows the commands

PKGS = libpcre2-8 jansson yaml-0.1 zlib
COMPILE := $(CC) -std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wwrite-strings -Wformat=2 $(WERROR) -pthread -I. -Isrc -I$(BUILD) \
	$(shell $(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null) $(CPPFLAGS) $(CFLAGS)
LINK = @mkdir -p $(@D) && echo '  LINK  $@' && $(if $(V),set -x;) $(CC) -pthread $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
# A static archive where there is one: four shared libraries less to load are half the start-up. STATIC= asks for none.
STATIC = 1
archive = $(if $(STATIC),$(shell f=`$(CC) -print-file-name=$(1:-l%=lib%.a) 2>/dev/null`; [ -f "$$f" ] && echo "$$f"))
LIBS := $(foreach l,$(shell $(PKG_CONFIG) --libs $(PKGS) 2>/dev/null),$(or $(if $(filter -l%,$l),$(call archive,$l)),$l)) $(LDLIBS)
CMOCKA := $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)
TIDY = -*,clang-analyzer-*,-clang-analyzer-security.insecureAPI.*,-clang-analyzer-valist.*,bugprone-*, \
	-bugprone-easily-swappable-parameters,-bugprone-sizeof-expression,-bugprone-reserved-identifier, \
	-clang-analyzer-core.NullDereference,-clang-analyzer-core.NonNullParamChecker,-clang-analyzer-optin.performance.Padding, \
	-clang-analyzer-core.UndefinedBinaryOperatorResult,-bugprone-narrowing-conversions,-bugprone-implicit-widening-of-multiplication-result
SAN = -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=address,undefined

# All of src but main.c, and every transform, is the library; tests link it as the program does.
MAIN = $(wildcard src/main.c)
LIB_SRC = $(sort $(wildcard src/*/*.c transforms/*.c))
UNIT = $(sort $(wildcard tests/unit/test_*.c))
RUNNERS = $(wildcard tests/fixtures/run.c tests/corpus/run.c tests/shell/run.c tests/bench/run.c)
SUPPORT = $(wildcard tests/support/*.c)
FUZZERS = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
GEN = $(patsubst data/%.tsv,$(BUILD)/gen/catalog_%.h,$(wildcard data/*.tsv))
REPEATED = accounts configs daemons drops eol# tables with several rows for a key
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIB = $(BUILD)/libdfharden.a
PROGRAM = $(MAIN:src/main.c=$(BUILD)/dfharden)
UNIT_BIN = $(UNIT:tests/unit/%.c=$(BUILD)/tests/%)
RUNNER_BIN = $(RUNNERS:tests/%/run.c=$(BUILD)/tests/%)

# Command lines for tests/run; $(1) is the build under test.
compiled = $(UNIT:tests/unit/%.c=$(1)/tests/%) \
	$(if $(wildcard tests/fixtures/run.c),'$(1)/tests/fixtures tests/fixtures')
DOCS = $(if $(wildcard docs/transforms.md),'$(BUILD)/dfharden explain all | diff docs/transforms.md -')
CHECKS = 'sh tools/layers' 'sh tools/rooms' $(DOCS) $(call compiled,$(BUILD)) \
	$(if $(wildcard tests/shell/run.c),'$(BUILD)/tests/shell examples tests/fixtures') \
	$(patsubst %,'sh %',$(sort $(wildcard tests/e2e/*.sh)))
RUN = DFHARDEN='$(abspath $(BUILD)/dfharden)' sh tests/run
MAKE_IN = $(MAKE) --no-print-directory
# A second make sees what deps has installed. It takes a -j of its own unless one was given.
AGAIN = $(if $(filter print,$(DEPS)),:,$(MAKE_IN) DEPS=skip \
	$(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)))
HAS_SAN := $(if $(filter test-run,$(MAKECMDGOALS)),$(shell mkdir -p $(BUILD) && echo 'int main(void) { return 0; }' | \
	$(CC) $(SAN) -x c -o $(BUILD)/probe - 2>/dev/null && $(BUILD)/probe 2>/dev/null && echo yes))
need = @command -v $(1) >/dev/null 2>&1 || { echo 'make $@: $(1) is not installed' >&2; exit 1; }
# A stamp is written only when what it holds has changed.
stamp = @mkdir -p $(@D); new='$(subst ','\'',$(1))'; [ "$$(cat $@ 2>/dev/null)" = "$$new" ] || printf '%s\n' "$$new" >$@

all: $(LIB) $(PROGRAM) ## the program (the default)
tests: all $(UNIT_BIN) $(RUNNER_BIN)
.PHONY: all tests help deps demo demo-run test test-run check san san-build fuzz corpus shell lab bench layers docs accept \
	format lint install uninstall clean FORCE
.DELETE_ON_ERROR:
.SUFFIXES:
$(if $(filter deps demo test clean,$(MAKECMDGOALS)),$(eval .NOTPARALLEL:))

$(BUILD)/flags: FORCE
	$(call stamp,$(COMPILE) $(LDFLAGS) $(LIBS) $(shell $(CC) --version 2>/dev/null | head -n 1))
$(BUILD)/members: FORCE
	$(call stamp,$(LIB_SRC))
$(BUILD)/gen/catalog_%.h: data/%.tsv tools/catalog.awk
	@mkdir -p $(@D) && echo '  GEN   $@'
	$(Q)LC_ALL=C $(AWK) -f tools/catalog.awk -v table=$* $(if $(filter $*,$(REPEATED)),-v repeat=1) $< >$@
$(BUILD)/obj/%.o: %.c $(BUILD)/flags | $(GEN)
	@mkdir -p $(@D) && echo '  CC    $<'
	$(Q)$(COMPILE) $(if $(filter tests/%,$<),-Itests) -MMD -MP -c -o $@ $<
$(LIB): $(call objects,$(LIB_SRC)) $(BUILD)/members
	@echo '  AR    $@'
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)
$(BUILD)/dfharden: $(call objects,src/main.c) $(LIB)
	$(LINK)
$(UNIT_BIN): $(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(call objects,$(SUPPORT)) $(LIB)
	$(LINK) $(CMOCKA)
$(RUNNER_BIN): $(BUILD)/tests/%: $(BUILD)/obj/tests/%/run.o $(call objects,$(SUPPORT)) $(LIB)
	$(LINK)
$(FUZZERS:%=$(BUILD)/tests/%): $(BUILD)/tests/%: $(BUILD)/obj/tests/fuzz/%.o $(call objects,$(SUPPORT)) $(LIB)
	$(LINK) -fsanitize=fuzzer
-include $(patsubst %.o,%.d,$(call objects,$(MAIN) $(LIB_SRC) $(UNIT) $(RUNNERS) $(SUPPORT) $(FUZZERS:%=tests/fuzz/%.c)))

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1	\2/p' Makefile | expand -t 12
deps: ## install the packages that are missing (DEPS=skip: do not; DEPS=print: print what would run, and stop)
	@DEPS='$(DEPS)' CC='$(CC)' sh tools/deps
demo: deps ## show what it does to the Dockerfiles in examples/ (DEMO_COLOR=1: in colour, terminal or not)
	+@$(AGAIN) demo-run
demo-run: all
	@color=auto; if [ -t 1 ] || [ '$(DEMO_COLOR)' = 1 ]; then color=always; fi; \
		$(BUILD)/dfharden --diff --color $$color examples
test: deps ## all that needs no network: check, and unit tests and fixtures under ASan and UBSan
	+@$(AGAIN) test-run
test-run: tests $(if $(HAS_SAN),san-build)
	$(if $(HAS_SAN),,@echo 'make test: $(CC) has no AddressSanitizer that works here; that part is left out' >&2)
	@$(RUN) $(CHECKS) $(if $(HAS_SAN),$(call compiled,$(BUILD)/san))
check: tests ## before a commit: unit tests, fixtures, e2e, layers, rooms, docs
	@$(RUN) $(CHECKS)
san-build:
	+@$(MAKE_IN) BUILD='$(BUILD)/san' CFLAGS='$(SAN)' tests
san: san-build ## unit tests and fixtures under ASan and UBSan
	@$(RUN) $(call compiled,$(BUILD)/san)
fuzz: ## libFuzzer (clang) on the whole pipeline (FUZZ=harden) or the shell reader (FUZZ=shell), for FUZZ_SECONDS=60
	$(call need,clang)
	+@$(MAKE_IN) BUILD='$(BUILD)/fuzz' CC=clang CFLAGS='$(SAN),fuzzer-no-link' $(BUILD)/fuzz/tests/fuzz_$(FUZZ)
	@mkdir -p $(BUILD)/fuzz/$(FUZZ)
	$(BUILD)/fuzz/tests/fuzz_$(FUZZ) -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(BUILD)/fuzz/ \
		$(BUILD)/fuzz/$(FUZZ) $(wildcard tests/fixtures examples)
corpus: all san-build ## check the invariants on the Dockerfiles in the folder CORPUS=, under ASan and UBSan
	@[ -d '$(CORPUS)' ] || { echo 'make corpus: set CORPUS to a folder of Dockerfiles' >&2; exit 1; }
	@$(BUILD)/san/tests/corpus '$(CORPUS)'
shell: tests ## hold the reader of shell scripts against dash, bash and shfmt, on the Dockerfiles in the folder CORPUS=
	@[ -d '$(CORPUS)' ] || { echo 'make shell: set CORPUS to a folder of Dockerfiles' >&2; exit 1; }
	@$(BUILD)/tests/shell '$(CORPUS)'
lab: all ## hold the configuration that is predicted for images against what Docker makes of the Dockerfiles in LAB=
	@[ -d '$(LAB)' ] || { echo 'make lab: set LAB to a laboratory (tests/lab/run says what it wants)' >&2; exit 1; }
	@LAB='$(LAB)' DFHARDEN='$(abspath $(BUILD)/dfharden)' IGNORE_LABELS='$(IGNORE_LABELS)' CASES='$(CASES)' \
		STANDINS='$(STANDINS)' tests/lab/run
bench: tests ## CPU time against that of cat, on the Dockerfiles in the folder CORPUS=
	@BUILD='$(BUILD)' CORPUS='$(CORPUS)' DFHARDEN='$(abspath $(BUILD)/dfharden)' tests/bench/run
layers: ## does any file include or call what its room must not
	@sh tools/layers
docs: all ## write docs/transforms.md anew
	$(BUILD)/dfharden explain all >$(BUILD)/transforms.md && cp $(BUILD)/transforms.md docs/transforms.md
accept: tests ## write the expectation of CASE=tests/fixtures/x/y anew, for review
	@[ -d '$(CASE)' ] || { echo 'make accept: set CASE to a folder in tests/fixtures' >&2; exit 1; }
	$(BUILD)/tests/fixtures --accept '$(CASE)'
format: ## clang-format, in place
	$(call need,clang-format)
	clang-format -i $(wildcard src/*.[ch] src/*/*.[ch] transforms/*.c tests/*/*.[ch])
lint: $(GEN) ## clang-tidy, else cppcheck
	@if command -v clang-tidy >/dev/null 2>&1; then \
		clang-tidy --quiet --warnings-as-errors='*' --checks='$(TIDY)' $(MAIN) $(LIB_SRC) -- \
			$(filter-out $(CC) -Werror,$(COMPILE)); \
	elif command -v cppcheck >/dev/null 2>&1; then \
		cppcheck -q --std=c11 --error-exitcode=1 -Isrc -I$(BUILD) --enable=warning,portability $(MAIN) $(LIB_SRC); \
	else echo 'make lint: neither clang-tidy nor cppcheck is installed' >&2; exit 1; fi
install: all ## to $(DESTDIR)$(PREFIX)
	install -d '$(DESTDIR)$(PREFIX)/bin' && install -m 755 $(BUILD)/dfharden '$(DESTDIR)$(PREFIX)/bin'
	[ ! -f docs/dfharden.1 ] || { man='$(DESTDIR)$(PREFIX)/share/man/man1'; \
		install -d "$$man" && install -m 644 docs/dfharden.1 "$$man"; }
uninstall: ## from there
	rm -f '$(DESTDIR)$(PREFIX)/bin/dfharden' '$(DESTDIR)$(PREFIX)/share/man/man1/dfharden.1'
clean: ## remove $(BUILD)
	rm -rf '$(BUILD)'
