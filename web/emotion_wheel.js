// Eight moods around a disc: the knob's direction mixes neighbours, its distance from the middle is the strength.
import { clamp, make } from './dom.js';

// Neighbours are kin, so that every mix on the way is a mood people have; clockwise from the top.
const around = ['surprise', 'happiness', 'calm', 'sadness', 'contempt', 'disgust', 'anger', 'fear'];
const STEP = 360 / around.length;

/** Strengths by name of a place on the disc. */
export function mixAt(degrees, strength) {
  const place = (((degrees % 360) + 360) % 360) / STEP;
  const first = Math.floor(place) % around.length;
  const share = place - Math.floor(place);
  const mix = {};
  const put = (index, value) => {
    const rounded = Math.round(100 * value) / 100;
    if (rounded > 0) mix[around[index % around.length]] = rounded;
  };
  put(first, strength * (1 - share));
  put(first + 1, strength * share);
  return mix;
}

const inWords = (mix) => Object.entries(mix).map(([name, strength]) => `${name} ${Math.round(100 * strength)} %`).join(', ') || 'neutral';

export function makeWheel(place, controls) {
  let degrees = 0;
  let strength = 0;
  const knob = make('span', { className: 'wheel-knob' });
  const disc = make('div', {
    className: 'wheel-disc', tabIndex: 0, role: 'slider', 'aria-label': 'Mood. Left and right turn to another mood, up and down make it stronger or weaker, Home is neutral.',
    'aria-valuemin': 0, 'aria-valuemax': 100,
  }, knob);
  const names = around.map((name, i) => {
    const button = make('button', { className: 'wheel-name', type: 'button', 'aria-pressed': false }, name);
    const turn = (i * STEP * Math.PI) / 180;
    button.style.left = `${50 + 42 * Math.sin(turn)}%`;
    button.style.top = `${50 - 42 * Math.cos(turn)}%`;
    button.onclick = () => {
      const on = mixAt(degrees, strength)[name] && Object.keys(mixAt(degrees, strength)).length === 1;
      set(i * STEP, on ? 0 : 0.7);
    };
    return button;
  });
  place.append(disc, ...names);

  function show() {
    const mix = mixAt(degrees, strength);
    const turn = (degrees * Math.PI) / 180;
    knob.style.left = `${50 + 50 * strength * Math.sin(turn)}%`;
    knob.style.top = `${50 - 50 * strength * Math.cos(turn)}%`;
    disc.setAttribute('aria-valuenow', Math.round(100 * strength));
    disc.setAttribute('aria-valuetext', inWords(mix));
    names.forEach((button, i) => {
      const own = mix[around[i]];
      button.setAttribute('aria-pressed', Boolean(own));
      if (own) button.dataset.strength = own;
      else delete button.dataset.strength;
    });
  }

  function set(newDegrees, newStrength) {
    degrees = ((newDegrees % 360) + 360) % 360;
    strength = clamp(newStrength, 0, 1);
    if (strength < 0.06) strength = 0;
    show();
    controls.ask('emotion', strength ? mixAt(degrees, strength) : null);
  }

  const follow = (event) => {
    const box = disc.getBoundingClientRect();
    const x = (event.clientX - box.left) / (box.width / 2) - 1;
    const y = (event.clientY - box.top) / (box.height / 2) - 1;
    set((Math.atan2(x, -y) * 180) / Math.PI, Math.hypot(x, y));
  };
  disc.addEventListener('pointerdown', (event) => {
    disc.setPointerCapture(event.pointerId);
    follow(event);
  });
  disc.addEventListener('pointermove', (event) => disc.hasPointerCapture(event.pointerId) && follow(event));
  disc.addEventListener('dblclick', () => set(degrees, 0));
  disc.addEventListener('keydown', (event) => {
    const moves = { ArrowLeft: [-15, 0], ArrowRight: [15, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1], Home: [0, -1], End: [0, 1] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    set(degrees + move[0], Math.round(10 * (strength + move[1])) / 10);
  });
  controls.addEventListener('reset', () => {
    strength = 0;
    show();
  });
  show();
}
