// Takes: what was said, and the signed videos that the server makes of it.
import { Problem, json, request, upload } from './api.js';
import { wavFile } from './audio.js';
import { announce, byId, clock, icon, make, wait } from './dom.js';
import { drawBars } from './wave.js';

const MOST_TAKES = 6;
const POLL_MS = 500;

/** `oncheck` is given a finished video to verify. */
export class Keep {
  #options;
  #oncheck;
  #count = 0;

  constructor(options, oncheck) {
    this.#options = options;
    this.#oncheck = oncheck;
    const choice = (id, label, values, standard, text) => byId('clip-choices').append(
      make('label', { className: 'field' }, label, make('select', { id }, ...values.map((value) => make('option', { value, selected: value === standard }, text(value))))));
    choice('clip-size', 'Picture', options.clip_size.choices, options.clip_size.default, (size) => `${size} × ${size}`);
    choice('clip-fps', 'Frames a second', options.fps.choices, options.fps.default, (fps) => `${fps}`);
  }

  add(take) {
    this.#count += 1;
    byId('takes-empty').hidden = true;
    byId('keep-count').hidden = false;
    byId('keep-count').textContent = this.#count;
    const bars = make('canvas', { 'aria-hidden': 'true' });
    const body = make('div', { className: 'actions' });
    const title = take.source === 'microphone' ? 'You said' : take.name;
    const element = make('li', { className: 'take' },
      make('header', {}, make('h3', {}, title), make('small', {}, clock(take.seconds))), bars, body);
    const list = byId('takes');
    list.prepend(element);
    while (list.children.length > MOST_TAKES) {
      const film = list.lastChild.querySelector('video');
      if (film) URL.revokeObjectURL(film.src);
      list.lastChild.remove();
    }
    new ResizeObserver(() => drawBars(bars, levels(take.samples, bars.clientWidth / 7))).observe(bars);
    this.#offer(take, body);
    announce('A take is ready to be kept as a video.');
  }

  #offer(take, body) {
    const start = make('button', { className: 'primary', onclick: () => this.#make(take, body) }, icon('film'), 'Make the video');
    body.replaceChildren(start);
    return start;
  }

  async #make(take, body) {
    const bar = make('progress', { max: 1, 'aria-label': 'Making the video' });
    const text = make('small', { role: 'status' }, 'Sending');
    let job = null;
    let cancelled = false;
    const cancel = make('button', { className: 'quiet', onclick: () => {
      cancelled = true;
      if (job) request(`/v1/jobs/${job}`, { method: 'DELETE' }).catch(() => {});
      this.#offer(take, body).focus();
    } }, 'Cancel');
    body.replaceChildren(bar, text, cancel);
    cancel.focus();
    try {
      const form = new FormData();
      form.append('avatar', take.avatar);
      form.append('options', JSON.stringify({ fps: Number(byId('clip-fps').value), size: Number(byId('clip-size').value), controls: take.keyframes }));
      form.append('audio', wavFile(take.samples), 'take.wav');
      job = (await upload('/v1/jobs', form)).id;
      for (;;) {
        if (cancelled) return;
        const now = await json(`/v1/jobs/${job}`);
        if (now.state === 'done') break;
        if (now.state === 'failed' || now.state === 'cancelled') {
          throw new Problem(now.error?.code ?? now.state, now.error?.message ?? 'The video could not be made.');
        }
        if (now.state === 'running') bar.value = now.progress ?? 0;
        text.textContent = now.state === 'queued' ? 'Waiting for its turn' : `${Math.round(100 * (now.progress ?? 0))} %`;
        await wait(POLL_MS);
      }
      text.textContent = 'Fetching';
      const video = await (await request(`/v1/jobs/${job}/result`)).blob();
      request(`/v1/jobs/${job}`, { method: 'DELETE' }).catch(() => {});
      if (!cancelled) this.#done(video, body);
    } catch (problem) {
      if (cancelled) return;
      if (!(problem instanceof Problem)) throw problem;
      this.#offer(take, body).before(make('p', { className: 'problem', role: 'alert' }, problem.message));
    }
  }

  #done(video, body) {
    const address = URL.createObjectURL(video);
    const file = new File([video], 'parlante.mp4', { type: 'video/mp4' });
    const save = make('a', { className: 'primary', href: address, download: file.name }, icon('download'), 'Download');
    const check = make('button', { className: 'quiet', onclick: () => this.#oncheck(file) }, icon('seal'), 'Check it');
    body.before(make('video', { src: address, controls: true, playsInline: true, preload: 'metadata', 'aria-label': 'The finished video' }));
    body.parentElement.querySelector('canvas').remove();
    body.replaceChildren(save, check);
    save.focus();
    announce('The video is ready and signed.');
  }
}

/** Loudness of `count` equal parts. */
function levels(samples, count) {
  const whole = Math.max(1, Math.floor(count));
  const step = samples.length / whole;
  return Array.from({ length: whole }, (_, i) => {
    const part = samples.subarray(Math.floor(i * step), Math.floor((i + 1) * step));
    let sum = 0;
    for (const sample of part) sum += sample * sample;
    return Math.sqrt(sum / Math.max(1, part.length)) / 32768;
  });
}
