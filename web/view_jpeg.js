// The face as single pictures on a canvas, its sound by Web Audio: what every browser can show.
import { audioContext } from './audio.js';
import { Problem } from './api.js';
import { rateOf } from './frame_count.js';
import { Kind, RATE } from './session.js';

const FIRST_FRAME_MS = 6000;
const LEAD_MS = 70;  // room for the network's jitter
const LOOSE_MS = 30; // sound that is further off its time is set anew

export class JpegView {
  static path = 'jpeg';
  static title = 'Single pictures';
  static output = 'jpeg';
  static possible = (options) => options.outputs.includes('jpeg');

  #origin = null;    // performance time at which sample 0 is due
  #rate = RATE;
  #frames = [];
  #shown = [];
  #dropped = 0;
  #offset = 0;
  #nextSound = 0;
  #muted = true;
  #stopped = false;
  #onfirst = null;

  constructor({ canvas }) {
    this.canvas = canvas;
    this.paint = canvas.getContext('2d', { alpha: false });
  }

  listen(session) {
    session.addEventListener('media', ({ detail }) => {
      if (detail.kind === Kind.video) this.#picture(detail);
      if (detail.kind === Kind.audio) this.#sound(detail);
    });
  }

  async start(session, ready) {
    this.#rate = ready.sound_rate ?? RATE;
    const draw = () => {
      if (this.#stopped) return;
      this.#draw();
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
    if (this.#shown.length) return;
    await new Promise((resolve, reject) => {
      this.#onfirst = resolve;
      setTimeout(() => reject(new Problem('no_picture', 'No picture came this way.')), FIRST_FRAME_MS);
    });
  }

  /** Performance time at which a sample is due; late ones move the whole clock. */
  #due(sample) {
    const now = performance.now();
    const at = (1000 * sample) / this.#rate;
    if (this.#origin === null) this.#origin = now + LEAD_MS - at;
    const early = this.#origin + at - now;
    if (early < 0 || early > 6 * LEAD_MS) this.#origin = now + LEAD_MS - at;
    return this.#origin + at;
  }

  async #picture({ sample, payload }) {
    this.#due(sample);
    let bitmap;
    try {
      bitmap = await createImageBitmap(new Blob([payload], { type: 'image/jpeg' }));
    } catch {
      this.#dropped += 1;
      return;
    }
    if (this.#stopped) return bitmap.close();
    this.#frames.push({ sample, bitmap });
    this.#frames.sort((a, b) => a.sample - b.sample);
    while (this.#frames.length > 30) this.#frames.shift().bitmap.close();
  }

  #draw() {
    const now = performance.now();
    const time = (frame) => this.#origin + (1000 * frame.sample) / this.#rate;
    let latest = null;
    while (this.#frames.length && time(this.#frames[0]) <= now) {
      if (latest) {
        latest.bitmap.close();
        this.#dropped += 1;
      }
      latest = this.#frames.shift();
    }
    if (!latest) return;
    const { bitmap } = latest;
    if (this.canvas.width !== bitmap.width) this.canvas.width = bitmap.width;
    if (this.canvas.height !== bitmap.height) this.canvas.height = bitmap.height;
    this.paint.drawImage(bitmap, 0, 0);
    bitmap.close();
    this.#shown.push(now);
    if (this.#shown.length > 240) this.#shown.shift();
    this.#onfirst?.();
  }

  #sound({ sample, payload }) {
    const due = this.#due(sample);
    if (this.#muted) return;
    const context = audioContext();
    if (context.state !== 'running') return;
    const samples = new Int16Array(payload.buffer, payload.byteOffset, payload.byteLength >> 1);
    const buffer = context.createBuffer(1, samples.length, this.#rate);
    const heard = buffer.getChannelData(0);
    for (let i = 0; i < samples.length; i += 1) heard[i] = samples[i] / 32768;
    const wanted = context.currentTime + (due - performance.now()) / 1000;
    if (Math.abs(this.#nextSound - wanted) > LOOSE_MS / 1000) this.#nextSound = Math.max(wanted, context.currentTime);
    this.#offset = 1000 * (this.#nextSound - wanted);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start(this.#nextSound);
    this.#nextSound += buffer.duration;
  }

  setMuted(muted) {
    this.#muted = muted;
  }

  async measure() {
    return {
      fps: rateOf(this.#shown), size: this.canvas.width,
      delay_ms: LEAD_MS, offset_ms: this.#offset, dropped: this.#dropped,
    };
  }

  stop() {
    this.#stopped = true;
    this.#frames.forEach(({ bitmap }) => bitmap.close());
    this.#frames = [];
  }
}
