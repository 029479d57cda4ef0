// Whether a film or picture says that it is made by AI, in plain words.
import { Problem, upload } from './api.js';
import { byId, icon, make } from './dom.js';
import { showPanel } from './tabs.js';

const consentWords = {
  self: "the maker's own face", permitted: 'a person who agreed', synthetic: 'nobody: made or drawn', historic: 'a person of the past',
};

/** The heading for a report of the server: [tone, icon, words]. */
function heading(report) {
  const { state, fits_file: fits } = report.manifest ?? {};
  const signed = state && state !== 'none';
  if (report.marked && signed && fits === false) return ['warn', 'warning', 'Made by AI, and changed since'];
  if (report.marked && (!signed || report.manifest.says_ai || report.mark?.found)) return ['good', 'seal', 'Yes: made by AI'];
  if (signed && fits === false) return ['warn', 'warning', 'Signed, and changed since'];
  if (signed) return ['good', 'seal', 'Signed by its maker'];
  return ['plain', 'question', 'No marks found'];
}

function details(report) {
  const { manifest = {}, mark = {} } = report;
  const signed = manifest.state && manifest.state !== 'none';
  const rows = [['Signed data', !signed ? 'none' : `${{ trusted: 'by a signer trusted here', valid: 'by a signer not known here', invalid: 'does not hold' }[manifest.state] ?? manifest.state}`]];
  if (signed) {
    rows.push(['Unchanged', manifest.fits_file === true ? 'yes' : manifest.fits_file === false ? 'no' : 'cannot be said']);
    if (manifest.made) rows.push(['Made', /T\d/.test(manifest.made) ? new Date(manifest.made).toLocaleString() : manifest.made]);
    if (manifest.program) rows.push(['With', `${manifest.program} ${manifest.version ?? ''}`]);
    if (manifest.consent) rows.push(['The face', manifest.consent_text ?? consentWords[manifest.consent] ?? manifest.consent]);
    if (manifest.inputs?.length) rows.push(['Made from', manifest.inputs.join(', ')]);
    if (manifest.signer) rows.push(['Signer', manifest.signer]);
  }
  rows.push(['Invisible mark', mark.found ? `found${mark.render ? `, render ${mark.render}` : ''}` : 'not found']);
  return rows.flatMap(([name, value]) => [make('dt', {}, name), make('dd', {}, value)]);
}

async function check(file) {
  showPanel('check');
  const place = byId('verdict');
  const bar = make('progress', { max: 1, 'aria-label': 'Checking' });
  place.replaceChildren(make('div', { className: 'verdict', dataset: { tone: 'plain' } }, make('p', {}, `Reading ${file.name}`), bar));
  place.scrollIntoView({ block: 'nearest' });
  try {
    const form = new FormData();
    form.append('file', file);
    const report = await upload('/v1/verify', form, (share) => share < 1 ? (bar.value = share) : bar.removeAttribute('value'));
    const [tone, picture, words] = heading(report);
    place.replaceChildren(make('div', { className: 'verdict', dataset: { tone } },
      make('div', { className: 'verdict-head' }, icon(picture), make('div', {}, make('b', {}, words), make('p', {}, report.verdict))),
      make('dl', {}, ...details(report)),
      make('small', {}, file.name)));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    place.replaceChildren(make('div', { className: 'verdict', dataset: { tone: 'bad' } },
      make('div', { className: 'verdict-head' }, icon('warning'), make('div', {}, make('b', {}, 'It could not be read'), make('p', {}, problem.message)))));
  }
}

export function makeCheck() {
  const button = byId('check-drop');
  button.addEventListener('click', () => byId('check-file').click());
  byId('check-file').addEventListener('change', ({ target }) => {
    if (target.files[0]) check(target.files[0]);
    target.value = '';
  });
  button.addEventListener('dragover', () => button.classList.add('over'));
  button.addEventListener('dragleave', () => button.classList.remove('over'));
  button.addEventListener('drop', (event) => {
    event.preventDefault();
    event.stopPropagation();
    button.classList.remove('over');
    if (event.dataTransfer.files[0]) check(event.dataTransfer.files[0]);
    window.dispatchEvent(new Event('dropdone'));
  });
  return check;
}
