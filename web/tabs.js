// The three panels of the side sheet, as the tab pattern has it: arrow keys between tabs.
import { byId } from './dom.js';

const names = ['direct', 'keep', 'check'];

export function showPanel(name, { focus = false } = {}) {
  for (const each of names) {
    const tab = byId(`tab-${each}`);
    const chosen = each === name;
    tab.setAttribute('aria-selected', chosen);
    tab.tabIndex = chosen ? 0 : -1;
    byId(each).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
}

export function makeTabs() {
  names.forEach((name, i) => {
    const tab = byId(`tab-${name}`);
    tab.addEventListener('click', () => showPanel(name));
    tab.addEventListener('keydown', ({ key }) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: names.length - 1 }[key];
      if (to !== undefined) showPanel(names[(to + names.length) % names.length], { focus: true });
    });
  });
  byId('check-link').addEventListener('click', (event) => {
    event.preventDefault();
    showPanel('check', { focus: true });
    byId('check').scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  });
}
