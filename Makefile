# The four things one does here. `make demo` and `make test` work on a fresh Debian/Ubuntu machine.
.PHONY: demo test build setup bench lint clean

BUILD ?= build/release

demo: build
	$(BUILD)/bin/parlante render samples/portrait.png samples/speech.flac -o demo.mp4

test: build
	ctest --test-dir $(BUILD) --output-on-failure --no-tests=error

bench: build
	tools/bench $(BUILD)

lint:
	tools/lint $(BUILD)

build: setup
	@test -f $(BUILD)/build.ninja || cmake --preset release -B $(BUILD)
	cmake --build $(BUILD)

setup:
	@tools/setup

clean:
	rm -rf build demo.mp4
