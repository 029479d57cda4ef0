// Keeps the face alive: opens the stream, finds a way for the picture, comes back when the connection is lost.
import { wait } from './dom.js';
import { Fmp4View } from './view_fmp4.js';
import { JpegView } from './view_jpeg.js';
import { WhepView } from './view_whep.js';
import { Session } from './session.js';

export const views = [WhepView, Fmp4View, JpegView];

const LONGEST_WAIT_S = 20;

/**
 * Events: `state` (detail: { state: connecting | live | lost | paused, problem?, retryIn? }), `said` (the server's events).
 * `session` is the open one, or null.
 */
export class Live extends EventTarget {
  session = null;
  view = null;
  state = 'connecting';

  #options;
  #controls;
  #screen;
  #avatar = 'sample';
  #forced;
  #muted = true;
  #attempt = 0;   // of the latest start(): earlier ones give up when they see a later
  #failures = 0;
  #without = new Set();  // ways that brought no picture on this page

  /** `controls` gives the controls to begin with; `screen`: { video, canvas }; `forced`: a path's name, or 'auto'. */
  constructor({ options, controls, screen, forced }) {
    super();
    this.#options = options;
    this.#controls = controls;
    this.#screen = screen;
    this.#forced = forced;
  }

  #become(state, more = {}) {
    this.state = state;
    this.dispatchEvent(new CustomEvent('state', { detail: { state, ...more } }));
  }

  get avatar() {
    return this.#avatar;
  }

  setOptions(options) {
    this.#options = options;
  }

  show(avatar) {
    this.#avatar = avatar;
    return this.start();
  }

  force(path) {
    this.#forced = path;
    this.#without.clear();
    return this.start();
  }

  setMuted(muted) {
    this.#muted = muted;
    this.view?.setMuted(muted);
  }

  pause() {
    this.#attempt += 1;
    this.#end();
    this.#become('paused');
  }

  /** Opens anew, whatever was open. */
  async start() {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#freeze();
    this.#become('connecting');
    while (attempt === this.#attempt) {
      try {
        await this.#connect(attempt);
        return;
      } catch (problem) {
        if (attempt !== this.#attempt) return;
        this.#end();
        if (problem.code === 'next_way' && !this.#ways().some((way) => way.path === this.#forced)) continue;
        await this.#lost(problem, attempt);
      }
    }
  }

  /** Says what happened, then waits; without an end where only the user can help. */
  async #lost(problem, attempt) {
    this.#failures += 1;
    const needsUser = ['unauthorized', 'not_found', 'bad_request'].includes(problem.code);
    if (needsUser) {
      this.#become('lost', { problem });
      this.#attempt += 1;
      return;
    }
    let seconds = problem.retryAfter || Math.min(LONGEST_WAIT_S, 2 ** (this.#failures - 1));
    for (; seconds > 0 && attempt === this.#attempt; seconds -= 1) {
      this.#become('lost', { problem, retryIn: Math.ceil(seconds) });
      await wait(1000 * Math.min(1, seconds));
    }
    if (attempt === this.#attempt) this.#become('connecting', { again: true });
  }

  #ways() {
    const possible = views.filter((way) => way.possible(this.#options));
    const asked = possible.filter((way) => way.path === this.#forced);
    if (asked.length) return asked;
    const left = possible.filter((way) => !this.#without.has(way));
    if (left.length) return left;
    this.#without.clear();
    return possible;
  }

  async #connect(attempt) {
    this.#end();
    const [way] = this.#ways();
    const session = new Session();
    const { video, canvas } = this.#screen;
    canvas.hidden = way !== JpegView && !('frozen' in canvas.dataset);
    const again = () => attempt === this.#attempt && this.start();
    const view = new way({ video, canvas, onlost: again });
    this.session = session;
    this.view = view;
    view.setMuted(this.#muted);
    view.listen?.(session);
    session.addEventListener('said', ({ detail }) => {
      if (session === this.session) this.dispatchEvent(new CustomEvent('said', { detail }));
    });
    const ready = await session.open({
      avatar: this.#avatar, output: way.output, fps: this.#options.fps.default, size: this.#options.size.default, controls: this.#controls(),
    });
    if (attempt !== this.#attempt) return this.#drop(session, view);
    const closed = new Promise((_, reject) => session.addEventListener('closed', ({ detail }) => reject(detail), { once: true }));
    closed.catch((problem) => {
      if (attempt !== this.#attempt || this.state !== 'live') return;
      this.#end();
      this.#comeBack(problem);
    });
    try {
      await Promise.race([view.start(session, ready), closed]);
    } catch (problem) {
      if (attempt === this.#attempt && session.isOpen) {
        this.#without.add(way);
        throw Object.assign(problem, { code: 'next_way' });
      }
      throw problem;
    }
    if (attempt !== this.#attempt) return this.#drop(session, view);
    view.setMuted(this.#muted);
    this.#failures = 0;
    delete canvas.dataset.frozen;
    canvas.hidden = way !== JpegView;
    this.#become('live', { way });
  }

  async #comeBack(problem) {
    this.#attempt += 1;
    const attempt = this.#attempt;
    await this.#lost(problem, attempt);
    if (attempt === this.#attempt) this.start();
  }

  #drop(session, view) {
    view.stop();
    session.close();
  }

  /** The last picture stays, so that nothing flickers while another way, or another face, is opened. */
  #freeze() {
    const { video, canvas } = this.#screen;
    if (this.state !== 'live') return;
    if (canvas.hidden && video.videoWidth) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext('2d', { alpha: false }).drawImage(video, 0, 0);
    }
    canvas.hidden = false;
    canvas.dataset.frozen = '';
  }

  #end() {
    this.#freeze();
    if (this.session) this.#drop(this.session, this.view);
    this.session = null;
    this.view = null;
  }
}
