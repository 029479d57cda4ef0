// One WebSocket stream of the server (docs/server.md): sound in, events and perhaps pictures out.
import { Problem, token } from './api.js';

/** Mono samples a second of all sound that goes to the server and comes from it. */
export const RATE = 48000;

export const Kind = { video: 1, audio: 2, fmp4Init: 3, fmp4Fragment: 4 };

const HEADER_BYTES = 24;

const closings = {
  1001: ['draining', 'The server is shutting down.'],
  1008: ['unauthorized', 'This server asks for an access token.'],
  1013: ['busy', 'All places are taken.'],
};

/** Events: `media` (detail: kind, flags, frame, sample, payload), `said` (the server's JSON event), `closed` (a Problem, or null). */
export class Session extends EventTarget {
  #socket;
  #alive;
  #problem = null;  // what the server said last went wrong; the reason, if it closes right after
  #problemAt = 0;

  /** Resolves to the server's `ready` event; rejects with a Problem. */
  open(config) {
    const address = new URL('/v1/stream', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address);
      this.#socket = socket;
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => {
        const first = { sample_rate: RATE, format: 'pcm_s16le', ...config };
        if (token()) first.token = token();
        socket.send(JSON.stringify(first));
        this.#alive = setInterval(() => this.send({ type: 'keep_alive' }), 10000);
      };
      socket.onmessage = ({ data }) => {
        if (data instanceof ArrayBuffer) return this.#media(data);
        const said = JSON.parse(data);
        if (said.event === 'ready') {
          this.id = said.session;
          resolve(said);
        } else if (said.event === 'error') {
          this.#problem = new Problem(said.code ?? 'failed', said.message ?? 'The stream ended.');
          this.#problemAt = performance.now();
        }
        this.dispatchEvent(new CustomEvent('said', { detail: said }));
      };
      socket.onclose = ({ code, reason }) => {
        clearInterval(this.#alive);
        const [word, sentence] = closings[code] ?? ['lost', 'The connection was lost.'];
        const told = performance.now() - this.#problemAt < 2000 ? this.#problem : null;
        const problem = told ?? new Problem(word, reason && closings[code] ? reason : sentence);
        reject(problem);
        this.dispatchEvent(new CustomEvent('closed', { detail: problem }));
      };
    });
  }

  #media(bytes) {
    if (bytes.byteLength < HEADER_BYTES) return;
    const header = new DataView(bytes);
    this.dispatchEvent(new CustomEvent('media', {
      detail: {
        kind: header.getUint32(0, true),
        flags: header.getUint32(4, true),
        frame: Number(header.getBigInt64(8, true)),
        sample: Number(header.getBigInt64(16, true)),
        payload: new Uint8Array(bytes, HEADER_BYTES),
      },
    }));
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Bytes that wait to be sent: the server, or the network, is slower than we are. */
  get waiting() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** Int16Array, mono, RATE. */
  push(samples) {
    if (this.isOpen) this.#socket.send(samples);
  }

  close() {
    clearInterval(this.#alive);
    if (!this.#socket) return;
    this.#socket.onclose = null;
    this.#socket.onmessage = null;
    this.#socket.close(1000);
  }
}
