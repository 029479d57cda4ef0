// The row of faces: the sample, and photos of the user's own, for whom is asked whose face it is.
import { Problem, request, upload } from './api.js';
import { announce, byId, icon, make } from './dom.js';
import { notice, unnotice } from './notices.js';

const consents = {
  self: ['It is me', 'My own face'],
  permitted: ['Somebody who agreed', 'This person knows of it, and said yes'],
  synthetic: ['Nobody', 'Drawn, painted, or made by a program'],
  historic: ['A person of the past', 'Shown as what it is: an animation of an old picture'],
};

const sentences = {
  no_face: 'No face could be found in this photo. One that looks at the camera, in good light, works best.',
  too_small: 'The face in this photo is too small. Take a closer one: the head should fill a third of the picture.',
  bad_photo: 'This photo cannot be read. JPEG, PNG and WebP work everywhere.',
};

/** A photo's own name, which its bytes give it: so that it is asked for only once. */
async function fingerprint(photo) {
  if (!crypto.subtle) return null;  // not a secure page: asked each time
  const hash = await crypto.subtle.digest('SHA-256', await photo.arrayBuffer());
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export class Cast extends EventTarget {
  #faces = [];
  #options;
  chosen = null;

  /** Event `chosen` (detail: the face, { id, name }). */
  constructor(options) {
    super();
    this.#options = options;
    byId('face-add').addEventListener('click', () => byId('photo-file').click());
    byId('photo-file').addEventListener('change', ({ target }) => {
      if (target.files[0]) this.add(target.files[0]);
      target.value = '';
    });
    const group = byId('consents');
    for (const name of options.consents) {
      const [title, hint] = consents[name] ?? [name, ''];
      group.append(make('label', {}, make('input', { type: 'radio', name: 'consent', value: name }),
        make('span', {}, make('b', {}, title), hint)));
    }
    group.addEventListener('change', () => (byId('consent-ok').disabled = false));
    this.#put({ id: 'sample', name: 'Sample face', picture: null });
    this.#samplePhoto();
  }

  async #samplePhoto() {
    try {
      const photo = await (await request('/v1/avatars/sample/photo')).blob();
      this.#faces[0].button.replaceChildren(make('img', { src: URL.createObjectURL(photo), alt: '' }));
    } catch {
      // The icon stays.
    }
  }

  #put(face) {
    face.button = make('button', {
      className: 'face', type: 'button', 'aria-label': face.name, title: face.name, 'aria-pressed': false, onclick: () => this.choose(face),
    }, face.picture ? make('img', { src: face.picture, alt: '' }) : icon('face'));
    face.element = make('li', {}, face.button);
    this.#faces.push(face);
    byId('cast').append(face.element);
  }

  choose(face = this.#faces[0]) {
    if (!face.id) return;
    this.chosen = face;
    for (const each of this.#faces) each.button.setAttribute('aria-pressed', each === face);
    announce(`${face.name} is chosen.`);
    this.dispatchEvent(new CustomEvent('chosen', { detail: face }));
  }

  /** The server has forgotten the chosen face (it keeps none for long): back to the sample. */
  forgotten() {
    const face = this.chosen;
    if (!face || face.id === 'sample') return false;
    this.#take(face);
    this.choose();
    return true;
  }

  #take(face) {
    face.element.remove();
    URL.revokeObjectURL(face.picture);
    this.#faces = this.#faces.filter((each) => each !== face);
  }

  async #whose(photo, picture) {
    const print = await fingerprint(photo);
    const known = print && localStorage.getItem(`parlante.consent.${print}`);
    if (known && this.#options.consents.includes(known)) return known;
    const dialog = byId('consent');
    byId('consent-photo').src = picture;
    byId('consent-ok').disabled = true;
    dialog.querySelectorAll('input').forEach((input) => (input.checked = false));
    dialog.returnValue = 'cancel';
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
    const answer = dialog.querySelector('input:checked')?.value;
    if (dialog.returnValue !== 'ok' || !answer) return null;
    if (print) localStorage.setItem(`parlante.consent.${print}`, answer);
    return answer;
  }

  async add(photo) {
    unnotice('photo');
    const most = this.#options.limits?.photo_bytes;
    const fail = (sentence) => notice('photo', sentence, { tone: 'bad', action: ['Choose another', () => byId('photo-file').click()] });
    if (most && photo.size > most) {
      return fail(`This photo is too large: ${(photo.size / 1e6).toFixed(0)} MB, and at most ${(most / 1e6).toFixed(0)} can be sent.`);
    }
    const picture = URL.createObjectURL(photo);
    const consent = await this.#whose(photo, picture);
    if (!consent) return URL.revokeObjectURL(picture);
    const face = { id: null, name: photo.name.replace(/\.[^.]+$/, '') || 'Your photo', picture };
    this.#put(face);
    const bar = make('progress', { max: 1, value: 0, 'aria-label': 'Sending the photo' });
    face.button.setAttribute('aria-busy', true);
    face.button.append(bar);
    announce('The photo is sent and prepared.');
    try {
      const form = new FormData();
      form.append('consent', consent);
      form.append('photo', photo);
      const made = await upload('/v1/avatars', form, (share) => {
        if (share < 1) bar.value = share;
        else bar.removeAttribute('value');
      });
      face.id = made.id;
      bar.remove();
      face.button.removeAttribute('aria-busy');
      this.#addRemoval(face);
      this.choose(face);
      if (made.notes?.length) notice('photo', made.notes.join(' '), { tone: 'warn', seconds: 12 });
    } catch (problem) {
      this.#take(face);
      if (!(problem instanceof Problem)) throw problem;
      fail(sentences[problem.code] ?? problem.message);
    }
  }

  #addRemoval(face) {
    face.element.append(make('button', {
      className: 'face-remove', type: 'button', 'aria-label': `Remove ${face.name}`,
      onclick: () => {
        request(`/v1/avatars/${encodeURIComponent(face.id)}`, { method: 'DELETE' }).catch(() => {});
        const wasChosen = this.chosen === face;
        this.#take(face);
        if (wasChosen) this.choose();
        byId('face-add').focus();
      },
    }, icon('close')));
  }
}
