// Figures of the connection: in the header when all is well, in full in the connection panel.
import { byId, make } from './dom.js';

const rounded = (value, unit) => (Number.isFinite(value) ? `${Math.round(value)} ${unit}` : '–');

/** Once a second; `window.parlanteMeters` has the newest for tests and the curious. */
export function makeMeters(live) {
  let server = {};
  let lateInAll = 0;  // the server counts them by the second
  live.addEventListener('said', ({ detail }) => {
    if (detail.event === 'stats' || detail.event === 'ready') {
      lateInAll += detail.late ?? 0;
      server = { ...server, ...detail };
    }
  });
  live.addEventListener('state', ({ detail }) => {
    if (detail.state !== 'connecting') return;
    server = {};
    lateInAll = 0;
  });
  setInterval(async () => {
    const { view, state } = live;
    const seen = view && state === 'live' ? await view.measure() : {};
    const delay = seen.delay_ms === undefined ? undefined : (server.latency_ms ?? 0) + seen.delay_ms;
    const offset = seen.offset_ms ?? server.av_offset_ms;
    byId('connection-meters').textContent = state === 'live' && delay !== undefined ? `${Math.round(seen.fps)} fps, ${Math.round(delay)} ms` : '';
    const rows = [
      ['Comes by', state === 'live' ? view.constructor.title : '–'],
      ['Picture', seen.size ? `${seen.size} × ${seen.size}` : '–'],
      ['Frames a second', Number.isFinite(seen.fps) ? seen.fps.toFixed(1) : '–'],
      ['From voice to lips, about', rounded(delay, 'ms')],
      ['Sound after picture', rounded(offset, 'ms')],
      ['Frames late at the server', state === 'live' ? String(lateInAll) : '–'],
      ['Frames dropped here', Number.isFinite(seen.dropped) ? String(seen.dropped) : '–'],
    ];
    window.parlanteMeters = { ...seen, state, path: view?.constructor.path, latency_ms: delay, offset_ms: offset, late: lateInAll, server };
    if (byId('connection').matches(':popover-open')) {
      byId('meters').replaceChildren(...rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]));
    }
  }, 1000);
}
