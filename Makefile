# The four things one does here. `make demo` and `make test` work on a fresh Debian/Ubuntu machine.
# The demo builds the command only; tests and benches wait until they are asked for.
.PHONY: demo test build configure setup bench lint clean

BUILD ?= build/release

demo: configure
	cmake --build $(BUILD) --target parlante
	$(BUILD)/bin/parlante render samples/portrait.png samples/speech.flac -o demo.mp4 --consent synthetic

test: build
	@tools/setup_tests $(BUILD)
	ctest --test-dir $(BUILD) -j $$(nproc) --output-on-failure --no-tests=error

bench: build
	tools/bench $(BUILD)

lint:
	tools/lint $(BUILD)

build: configure
	cmake --build $(BUILD)

configure: setup
	@test -f $(BUILD)/build.ninja || cmake --preset release -B $(BUILD)

setup:
	@tools/setup

clean:
	rm -rf build demo.mp4
