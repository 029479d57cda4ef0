// What the face says: the microphone or a sound clip, sent to the session; and the takes that are kept of it.
import { decodeSound, wakeAudio } from './audio.js';
import { wait } from './dom.js';
import { Problem } from './api.js';
import { RATE } from './session.js';

const AHEAD_S = 2;          // a clip is sent this far before it is heard
const CHUNK = RATE / 5;
const LONGEST_TAKE_S = 600;
const SHORTEST_TAKE_S = 0.4;
const BARGE_LEVEL = 0.045;  // of a voice near the microphone; echo cancelling keeps the face's own below it
const BARGE_BLOCKS = 6;     // of 20 ms, in a row

const rms = (block) => {
  let sum = 0;
  for (const sample of block) sum += sample * sample;
  return Math.sqrt(sum / block.length) / 32768;
};

/**
 * Events: `change` (microphone or clip began or ended), `level` (detail: 0..1, a 20 ms block's loudness), `take` (detail: the
 * finished take: { source, name, samples, keyframes, avatar, seconds }), `problem` (detail: a Problem).
 */
export class Voice extends EventTarget {
  microphone = false;
  clip = null;  // { name, seconds, from } while one is spoken

  #live;
  #controls;
  #stream = null;
  #node = null;
  #take = null;
  #loud = 0;

  constructor(live, controls) {
    super();
    this.#live = live;
    this.#controls = controls;
    controls.addEventListener('asked', ({ detail }) => {
      this.#take?.keyframes.push({ time: (performance.now() - this.#take.from) / 1000, ...detail });
    });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #beginTake(source, name) {
    this.#endTake();
    this.#take = { source, name, blocks: [], count: 0, from: performance.now(), avatar: this.#live.avatar, keyframes: [{ time: 0, ...this.#controls.all() }] };
  }

  #endTake() {
    const take = this.#take;
    this.#take = null;
    if (!take || take.count < SHORTEST_TAKE_S * RATE) return;
    const samples = new Int16Array(take.count);
    let at = 0;
    for (const block of take.blocks) {
      samples.set(block, at);
      at += block.length;
    }
    const { source, name, keyframes, avatar } = take;
    this.#tell('take', { source, name, keyframes, avatar, samples, seconds: take.count / RATE });
  }

  #say(block) {
    this.#live.session?.push(block);
    if (!this.#take || this.#take.count > LONGEST_TAKE_S * RATE) return;
    this.#take.blocks.push(block);
    this.#take.count += block.length;
  }

  async startMicrophone() {
    if (!navigator.mediaDevices) {
      throw new Problem('insecure', 'Browsers give the microphone only to pages over https, or from this machine. A sound clip works as well.');
    }
    const context = await wakeAudio();
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
    } catch (error) {
      throw new Problem(error.name, microphoneSentences[error.name] ?? 'The microphone cannot be used.');
    }
    await context.audioWorklet.addModule('/mic_worklet.js');
    const heard = context.createMediaStreamSource(this.#stream);
    this.#node = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0, processorOptions: { rate: RATE } });
    this.#node.port.onmessage = ({ data }) => this.#heard(data);
    heard.connect(this.#node);
    this.#stream.getAudioTracks()[0].onended = () => this.stopMicrophone();
    this.microphone = true;
    if (!this.clip) this.#beginTake('microphone', 'You');
    this.#tell('change');
  }

  #heard(block) {
    const level = rms(block);
    if (this.clip) {
      // Whoever begins to talk over a clip goes first.
      this.#loud = level > BARGE_LEVEL ? this.#loud + 1 : 0;
      if (this.#loud < BARGE_BLOCKS) return;
      this.stopClip();
    }
    this.#loud = 0;
    this.#say(block);
    this.#tell('level', level);
  }

  stopMicrophone() {
    if (!this.microphone) return;
    this.microphone = false;
    this.#node.port.onmessage = null;
    this.#node.disconnect();
    this.#stream.getTracks().forEach((track) => track.stop());
    if (!this.clip) {
      this.#live.session?.send({ type: 'speak_end' });
      this.#endTake();
    }
    this.#tell('change');
  }

  async speakFile(file) {
    let samples;
    try {
      samples = await decodeSound(file);
    } catch {
      throw new Problem('bad_sound', `No sound could be read from ${file.name}.`);
    }
    if (samples.length < SHORTEST_TAKE_S * RATE) throw new Problem('bad_sound', `There is almost no sound in ${file.name}.`);
    if (samples.length > LONGEST_TAKE_S * RATE) throw new Problem('bad_sound', `${file.name} is longer than ten minutes. Cut it first.`);
    await this.speakSamples(samples, file.name);
  }

  async speakSamples(samples, name) {
    if (this.clip) this.stopClip();
    const { session } = this.#live;
    if (!session?.isOpen) throw new Problem('lost', 'There is no face connected to speak.');
    if (this.microphone) this.#endTake();
    const clip = { name, seconds: samples.length / RATE, from: performance.now() };
    this.clip = clip;
    this.#beginTake('clip', name);
    this.#tell('change');
    this.#levels(clip, samples);
    for (let at = 0; at < samples.length && this.clip === clip;) {
      const ahead = at / RATE - (performance.now() - clip.from) / 1000;
      if (ahead > AHEAD_S || session.waiting > 4 * CHUNK) {
        await wait(100);
      } else {
        this.#say(samples.slice(at, at + CHUNK));
        at += CHUNK;
      }
    }
    if (this.clip !== clip) return;
    session.send({ type: 'speak_end' });
    const left = clip.seconds - (performance.now() - clip.from) / 1000;
    await wait(1000 * Math.max(0, left) + 200);
    if (this.clip === clip) this.#clipEnded();
  }

  /** Tells the levels of what is heard now, while a clip plays. */
  async #levels(clip, samples) {
    while (this.clip === clip) {
      const at = Math.floor(((performance.now() - clip.from) / 1000) * RATE);
      if (at < samples.length) this.#tell('level', rms(samples.subarray(at, Math.min(samples.length, at + RATE / 50))));
      await wait(40);
    }
  }

  #clipEnded() {
    this.clip = null;
    this.#endTake();
    if (this.microphone) this.#beginTake('microphone', 'You');
    this.#tell('change');
  }

  /** In the middle of a word, if need be: mouth and sound stop within a frame. */
  stopClip() {
    if (!this.clip) return;
    this.#live.session?.send({ type: 'interrupt' });
    const played = (performance.now() - this.clip.from) / 1000;
    const take = this.#take;
    if (take) {
      // Only what was heard belongs to the take.
      const heard = Math.min(take.count, Math.floor(played * RATE));
      const all = new Int16Array(take.count);
      let at = 0;
      for (const block of take.blocks) {
        all.set(block, at);
        at += block.length;
      }
      take.blocks = [all.subarray(0, heard)];
      take.count = heard;
    }
    this.#clipEnded();
  }

  stop() {
    if (this.clip) return this.stopClip();
    if (!this.microphone) return;
    this.#live.session?.send({ type: 'interrupt' });
    this.stopMicrophone();
  }

  /** The connection is gone: nothing is being said any more. */
  cut() {
    if (this.clip) this.#clipEnded();
  }
}

const microphoneSentences = {
  NotAllowedError: 'The browser keeps the microphone from this page. Allow it in the address bar, then press again.',
  NotFoundError: 'There is no microphone. A sound clip works as well.',
  NotReadableError: 'Another program holds the microphone.',
};
