// Counts the pictures that a video element really shows.
import { Problem } from './api.js';

export class FrameCount {
  #video;
  #times = [];
  #stopped = false;
  #onfirst = null;

  constructor(video) {
    this.#video = video;
    this.#next();
  }

  #next() {
    if (!('requestVideoFrameCallback' in this.#video)) {
      this.#video.addEventListener('timeupdate', () => this.#shown(performance.now()), { once: true });
      return;
    }
    this.#video.requestVideoFrameCallback((now) => this.#shown(now));
  }

  #shown(now) {
    if (this.#stopped) return;
    this.#times.push(now);
    if (this.#times.length > 240) this.#times.shift();
    this.#onfirst?.();
    this.#next();
  }

  /** Resolves with the first picture; rejects when none comes in time. */
  first(milliseconds) {
    if (this.#times.length) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#onfirst = resolve;
      setTimeout(() => reject(new Problem('no_picture', 'No picture came this way.')), milliseconds);
    });
  }

  /** Pictures a second over the last two seconds. */
  rate() {
    const now = performance.now();
    return this.#times.filter((time) => now - time < 2000).length / 2;
  }

  stop() {
    this.#stopped = true;
  }
}
