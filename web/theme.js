// Light, dark, or as the system has it.
import { byId, icon } from './dom.js';

const themes = [['', 'half', 'Theme: as the system'], ['light', 'sun', 'Theme: light'], ['dark', 'moon', 'Theme: dark']];

export function makeThemeButton() {
  const button = byId('theme-button');
  let at = Math.max(0, themes.findIndex(([name]) => name === (localStorage.getItem('parlante.theme') ?? '')));
  const show = () => {
    const [name, picture, label] = themes[at];
    if (name) document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
    button.replaceChildren(icon(picture));
    button.setAttribute('aria-label', label);
    button.title = label;
  };
  button.addEventListener('click', () => {
    at = (at + 1) % themes.length;
    localStorage.setItem('parlante.theme', themes[at][0]);
    show();
  });
  show();
}
