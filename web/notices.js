// Sentences over the face: what went wrong, what to know, and what can be done about it.
import { byId, icon, make } from './dom.js';

const shown = new Map();

/** Shows or renews the notice of this name. `action`: [words, function]. `seconds`: how long it stays; 0: until taken away. */
export function notice(name, sentence, { tone = 'plain', action, seconds = 0 } = {}) {
  const before = shown.get(name);
  if (before && before.sentence === sentence) return;
  const text = make('span', {}, sentence);
  const element = make('div', { className: 'notice', dataset: { tone } },
    tone === 'plain' ? null : icon('warning'), text,
    action ? make('button', { className: 'quiet', onclick: action[1] }, action[0]) : null,
    make('button', { className: 'icon-button', 'aria-label': 'Close this message', onclick: () => unnotice(name) }, icon('close')));
  if (tone === 'bad') element.setAttribute('role', 'alert');
  unnotice(name);
  byId('notices').append(element);
  shown.set(name, { element, sentence });
  if (seconds) setTimeout(() => shown.get(name)?.element === element && unnotice(name), 1000 * seconds);
}

export function unnotice(name) {
  shown.get(name)?.element.remove();
  shown.delete(name);
}
