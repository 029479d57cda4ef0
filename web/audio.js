// The page's one audio context. It runs after the first press of a button, as browsers ask.
import { Problem } from './api.js';
import { wait } from './dom.js';
import { RATE } from './session.js';

const WAKES_MS = 4000;

let context = null;

export function audioContext() {
  context ??= new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
  return context;
}

/** Without a loudspeaker some browsers wait for one, and say nothing. */
export async function wakeAudio() {
  if (audioContext().state !== 'running') await Promise.race([audioContext().resume(), wait(WAKES_MS)]);
  if (audioContext().state === 'running') return audioContext();
  throw new Problem('no_sound', 'The browser\'s sound does not start. Connect a loudspeaker or headphones, then try again.');
}

/** Float samples to 16 bit. */
export function toInt16(samples) {
  const whole = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) whole[i] = Math.max(-32768, Math.min(32767, Math.round(32767 * samples[i])));
  return whole;
}

/** The sound of a file (also of a film), mono, RATE, 16 bit. */
export async function decodeSound(file) {
  const decoder = new OfflineAudioContext(1, 1, RATE);
  const decoded = await decoder.decodeAudioData(await file.arrayBuffer());
  const mixed = new Float32Array(decoded.length);
  for (let channel = 0; channel < decoded.numberOfChannels; channel += 1) {
    const one = decoded.getChannelData(channel);
    for (let i = 0; i < mixed.length; i += 1) mixed[i] += one[i] / decoded.numberOfChannels;
  }
  return toInt16(mixed);
}

/** A WAV file of mono 16-bit samples. */
export function wavFile(samples, rate = RATE) {
  const header = new DataView(new ArrayBuffer(44));
  const text = (at, word) => [...word].forEach((letter, i) => header.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF');
  header.setUint32(4, 36 + samples.byteLength, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, 2 * rate, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, 'data');
  header.setUint32(40, samples.byteLength, true);
  return new Blob([header, samples], { type: 'audio/wav' });
}
