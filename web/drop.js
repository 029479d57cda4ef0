// Files dropped anywhere: a photo becomes the face, a sound is spoken, a film is checked.
import { byId } from './dom.js';

export function makeDrop({ onphoto, onsound, onfilm, onother }) {
  const zone = byId('dropzone');
  let depth = 0;
  const end = () => {
    depth = 0;
    zone.hidden = true;
  };
  const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
  window.addEventListener('dragenter', (event) => {
    if (!holdsFiles(event) || document.querySelector('dialog[open]')) return;
    depth += 1;
    // The Check panel's own field stays to be seen while it is open.
    zone.hidden = !byId('check').hidden;
  });
  window.addEventListener('dragleave', () => {
    depth -= 1;
    if (depth <= 0) end();
  });
  window.addEventListener('dragover', (event) => holdsFiles(event) && event.preventDefault());
  window.addEventListener('dropdone', end);
  window.addEventListener('drop', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    end();
    const [file] = event.dataTransfer.files;
    if (!file) return;
    if (file.type.startsWith('image/')) onphoto(file);
    else if (file.type.startsWith('audio/') || /\.(wav|flac|mp3|ogg|opus|m4a)$/i.test(file.name)) onsound(file);
    else if (file.type.startsWith('video/') || /\.(mp4|mov|webm)$/i.test(file.name)) onfilm(file);
    else onother(file);
  });
}
