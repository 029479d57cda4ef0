// The face as fragmented MP4 over the WebSocket: where WebRTC cannot pass.
import { Problem } from './api.js';
import { FrameCount } from './frame_count.js';
import { Kind } from './session.js';

const FIRST_FRAME_MS = 6000;
const CLOSE_S = 0.08;  // from the newest picture, to begin with; each stall widens it
const WIDEST_S = 0.4;
const FAR_S = 0.9;     // further behind, it jumps
const KEPT_S = 20;

const Source = window.ManagedMediaSource ?? window.MediaSource;

export class Fmp4View {
  static path = 'fmp4';
  static title = 'MP4 over WebSocket';
  static output = 'fmp4';
  static possible = (options) => options.outputs.includes('fmp4') && Boolean(Source?.isTypeSupported('video/mp4; codecs="avc1.42E01F, opus"'));

  #waiting = [];
  #buffer = null;
  #stopped = false;
  #close = CLOSE_S;
  #stall = () => (this.#close = Math.min(WIDEST_S, 1.4 * this.#close));

  constructor({ video, onlost }) {
    this.video = video;
    this.onlost = onlost;
    this.frames = new FrameCount(video);
  }

  /** Listens for pictures; call it before the session opens, so that none is missed. */
  listen(session) {
    session.addEventListener('media', ({ detail }) => {
      if (detail.kind !== Kind.fmp4Init && detail.kind !== Kind.fmp4Fragment) return;
      this.#waiting.push(detail.payload);
      this.#feed();
    });
  }

  async start(session, ready) {
    if (!Source.isTypeSupported(ready.mime)) throw new Problem('no_picture', 'This browser cannot play the stream.');
    const source = new Source();
    this.video.disableRemotePlayback = true;
    this.video.src = URL.createObjectURL(source);
    await new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
    URL.revokeObjectURL(this.video.src);
    this.#buffer = source.addSourceBuffer(ready.mime);
    this.#buffer.addEventListener('updateend', () => this.#follow());
    this.video.onerror = () => !this.#stopped && this.onlost();
    this.#feed();
    await this.frames.first(FIRST_FRAME_MS);
    this.video.addEventListener('waiting', this.#stall);
  }

  #feed() {
    if (this.#stopped || !this.#buffer || this.#buffer.updating || !this.#waiting.length) return;
    const parts = this.#waiting.splice(0);
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    try {
      this.#buffer.appendBuffer(bytes);
    } catch {
      this.onlost();
    }
  }

  /** Keeps the picture near its newest end, gently where that is enough. */
  #follow() {
    if (this.#stopped) return;
    const { video } = this;
    const held = this.#buffer.buffered;
    if (held.length) {
      const end = held.end(held.length - 1);
      const behind = end - video.currentTime;
      if (video.currentTime < held.start(0) || behind > FAR_S) video.currentTime = Math.max(held.start(0), end - this.#close);
      if (behind > 2 * this.#close) video.playbackRate = 1.06;
      else if (behind < 1.3 * this.#close) video.playbackRate = 1;
      if (video.paused) video.play().catch(() => {});
      if (end - held.start(0) > 2 * KEPT_S && !this.#buffer.updating) this.#buffer.remove(0, end - KEPT_S);
    }
    if (!this.#buffer.updating) this.#feed();
  }

  setMuted(muted) {
    this.video.muted = muted;
  }

  async measure() {
    const held = this.video.buffered;
    const behind = held.length ? held.end(held.length - 1) - this.video.currentTime : 0;
    return {
      fps: this.frames.rate(), size: this.video.videoWidth, delay_ms: 1000 * behind,
      dropped: this.video.getVideoPlaybackQuality?.().droppedVideoFrames,
    };
  }

  stop() {
    this.#stopped = true;
    this.frames.stop();
    this.video.onerror = null;
    this.video.removeEventListener('waiting', this.#stall);
    this.video.playbackRate = 1;
    this.video.removeAttribute('src');
    this.video.load();
  }
}
