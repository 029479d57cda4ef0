// The sliders and switches of the Direct panel, made from the server's table of controls.
import { byId, make } from './dom.js';

const angle = (less, more) => (value) => (value === 0 ? 'straight' : `${Math.abs(value)}° ${value < 0 ? less : more}`);
const times = (value) => (value === 0 ? 'none' : `${Math.round(100 * value)} %`);
const far = (value) => (value === 1 ? 'as in the photo' : `${Math.abs(Math.round(100 * (value - 1)))} % ${value < 1 ? 'nearer' : 'farther'}`);

/** A labelled slider. `onvalue` is told each new value; the filled part begins at the default. */
function slider({ label, least, most, step, standard, text, onvalue }) {
  const id = `slider-${label.toLowerCase().replaceAll(' ', '-')}`;
  const output = make('output', { htmlFor: id });
  const input = make('input', { type: 'range', id, min: least, max: most, step });
  const share = (value) => `${(100 * (value - least)) / (most - least)}%`;
  const show = () => {
    const value = Number(input.value);
    output.value = text(value);
    input.setAttribute('aria-valuetext', text(value));
    input.style.setProperty('--from', share(Math.min(value, standard)));
    input.style.setProperty('--to', share(Math.max(value, standard)));
  };
  const reset = () => {
    input.value = standard;
    show();
  };
  input.addEventListener('input', () => {
    // The default is easy to find again.
    if (Math.abs(input.value - standard) < 0.02 * (most - least)) input.value = standard;
    show();
    onvalue(Number(input.value));
  });
  input.addEventListener('dblclick', () => {
    reset();
    onvalue(standard);
  });
  reset();
  return { element: make('div', { className: 'slider' }, make('label', { htmlFor: id }, label), output, input), reset };
}

function toggle({ label, hint, standard, onvalue }) {
  const input = make('input', { type: 'checkbox', checked: standard, role: 'switch' });
  input.addEventListener('change', () => onvalue(input.checked));
  return {
    element: make('label', { className: 'switch' }, make('span', {}, label, make('small', {}, hint)), input),
    reset: () => (input.checked = standard),
  };
}

export function makeSliders(controls, table) {
  const made = [];
  const put = (place, control) => {
    byId(place).append(control.element);
    made.push(control);
  };
  const pose = [...table.head_pose.default];
  [['Turn', angle('left', 'right')], ['Nod', angle('up', 'down')], ['Tilt', angle('right', 'left')]].forEach(([label, text], axis) => {
    put('sliders-head', slider({
      label, text, least: table.head_pose.min[axis], most: table.head_pose.max[axis], step: 1, standard: table.head_pose.default[axis],
      onvalue: (value) => {
        pose[axis] = value;
        controls.ask('head_pose', pose.some((angleOf, i) => angleOf !== table.head_pose.default[i]) ? [...pose] : null);
      },
    }));
  });
  const plain = (place, label, name, step, text) => {
    const { min, max, default: standard } = table[name];
    put(place, slider({
      label, text, step, least: min, most: max, standard, onvalue: (value) => controls.ask(name, value === standard ? null : value),
    }));
  };
  plain('sliders-head', 'Distance', 'distance', 0.01, far);
  plain('sliders-life', 'Head movement', 'motion_scale', 0.05, times);
  plain('sliders-life', 'Mouth movement', 'mouth_scale', 0.05, times);
  plain('sliders-life', 'Blinks', 'blinks', 1, (value) => (value === 0 ? 'none' : `${value} a minute`));
  put('sliders-life', toggle({
    label: 'Listens', hint: 'Looks, nods and sways while nobody speaks', standard: true, onvalue: (on) => controls.ask('idle', on ? null : 'off'),
  }));
  put('sliders-life', toggle({
    label: 'Hold still', hint: 'Head, brows and gaze rest; mouth and blinks go on', standard: false, onvalue: (on) => controls.ask('still', on || null),
  }));
  controls.addEventListener('reset', () => {
    pose.splice(0, 3, ...table.head_pose.default);
    made.forEach((control) => control.reset());
  });
}
