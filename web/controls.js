// What is asked of the face besides its words: the values of docs/controls.md, with the server's ranges and defaults.

const THROTTLE_MS = 50;

/** Event `asked` (detail: the changed values), at most twenty times a second, and `reset`. */
export class Controls extends EventTarget {
  #values = {};
  #changed = {};
  #timer = null;
  #sent = 0;

  /** Everything that differs from the defaults: what a new session begins with. */
  all() {
    return { ...this.#values };
  }

  get(name, otherwise) {
    return this.#values[name] ?? otherwise;
  }

  /** `null` goes back to the default. */
  ask(name, value) {
    if (value === null) delete this.#values[name];
    else this.#values[name] = value;
    this.#changed[name] = value;
    this.#timer ??= setTimeout(() => this.#tell(), Math.max(0, this.#sent + THROTTLE_MS - performance.now()));
  }

  reset() {
    for (const name of Object.keys(this.#values)) this.ask(name, null);
    this.dispatchEvent(new Event('reset'));
  }

  #tell() {
    const detail = this.#changed;
    this.#changed = {};
    this.#timer = null;
    this.#sent = performance.now();
    this.dispatchEvent(new CustomEvent('asked', { detail }));
  }
}
