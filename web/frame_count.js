// Counts the pictures that a video element really shows.
import { Problem } from './api.js';

/** Of times of frames, in ms: how many a second there were in the last two seconds. */
export function rateOf(times) {
  const now = performance.now();
  const recent = times.filter((time) => now - time < 2000);
  return recent.length < 2 ? recent.length / 2 : (1000 * (recent.length - 1)) / (recent.at(-1) - recent[0]);
}

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
    return rateOf(this.#times);
  }

  stop() {
    this.#stopped = true;
  }
}
