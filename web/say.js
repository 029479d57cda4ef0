// Typed text, said by the face: read aloud by the server's voice (a browser's own gives a page no samples), then spoken as a clip.
import { request } from './api.js';
import { byId } from './dom.js';
import { notice, unnotice } from './notices.js';

const NAME_LENGTH = 32;

const shortened = (text) => (text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH - 1).trimEnd()}…` : text);

/** Shown only where the server can read text aloud. The text's language is taken to be the browser's. */
export function makeSay(voice, options) {
  const form = byId('say');
  const field = byId('say-text');
  const button = byId('say-button');
  form.hidden = !options.typed_text;

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || button.disabled) return;
    unnotice('voice');
    button.disabled = true;
    try {
      const answer = await request('/v1/speech', { method: 'POST', type: 'application/json', body: JSON.stringify({ text, language: navigator.language }) });
      const file = new File([await answer.blob()], `“${shortened(text)}”`);
      button.disabled = false;
      field.select();
      await voice.speakFile(file);
    } catch (problem) {
      notice('voice', problem.message, { tone: 'bad', seconds: 15 });
    }
    button.disabled = false;
  });
}
