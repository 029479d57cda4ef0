// Where the face looks: drag on it, or arrow keys. It holds the place until it is asked back to the viewer.
import { announce, byId, clamp } from './dom.js';

const KEY_STEP = 0.1;

export function makeGaze(controls) {
  const pad = byId('gaze-pad');
  const reticle = byId('reticle');
  const back = byId('gaze-reset');
  let at = null;  // [x, y] of the picture, or null: at the viewer

  function look(x, y) {
    at = [clamp(x, -0.5, 1.5), clamp(y, -0.5, 1.5)];
    reticle.hidden = back.hidden = false;
    reticle.style.left = `${100 * clamp(at[0], 0.03, 0.97)}%`;
    reticle.style.top = `${100 * clamp(at[1], 0.03, 0.97)}%`;
    controls.ask('gaze', `screen:${at[0].toFixed(3)},${at[1].toFixed(3)}`);
  }

  function lookBack() {
    if (!at) return;
    at = null;
    if (document.activeElement === back) pad.focus();
    reticle.hidden = back.hidden = true;
    controls.ask('gaze', null);
    announce('It looks at you.');
  }

  const place = (event) => {
    const box = pad.getBoundingClientRect();
    look((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  pad.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    place(event);
  });
  pad.addEventListener('pointermove', (event) => pad.hasPointerCapture(event.pointerId) && place(event));
  pad.addEventListener('dblclick', lookBack);
  pad.addEventListener('keydown', (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (event.key === 'Escape' || event.key === 'Home') lookBack();
    if (!step) return;
    event.preventDefault();
    const [x, y] = at ?? [0.5, 0.5];
    look(x + KEY_STEP * step[0], y + KEY_STEP * step[1]);
    const side = at[0] < 0.45 ? 'left' : at[0] > 0.55 ? 'right' : '';
    const height = at[1] < 0.45 ? 'up' : at[1] > 0.55 ? 'down' : '';
    announce(`It looks ${[side, height].filter(Boolean).join(' and ') || 'straight ahead'}.`);
  });
  back.addEventListener('click', lookBack);
  controls.addEventListener('reset', lookBack);
}
