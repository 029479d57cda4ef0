// The buttons on and under the face, and what the page says of the connection.
import { setToken, token } from './api.js';
import { wakeAudio } from './audio.js';
import { announce, byId, clock, make, setIcon } from './dom.js';
import { views } from './live.js';
import { notice, unnotice } from './notices.js';
import { Wave } from './wave.js';

const HIDDEN_PAUSE_MS = 120000;

const stateWords = { connecting: 'Connecting', live: 'Live', lost: 'Not connected', paused: 'Paused' };

/** Picture, pause, sound, and the notices of the connection. */
export function makeStage(live, voice, cast) {
  const picture = byId('picture');
  const pause = byId('pause');
  let everLive = false;

  live.addEventListener('state', ({ detail: { state, problem, retryIn } }) => {
    byId('connection-dot').dataset.state = state;
    byId('connection-text').textContent = stateWords[state];
    picture.dataset.state = state === 'connecting' ? 'waiting' : state;
    byId('veil-text').textContent = everLive ? 'One moment' : 'Waking the face';
    const isPaused = state === 'paused';
    pause.setAttribute('aria-pressed', isPaused);
    pause.setAttribute('aria-label', isPaused ? 'Go on' : 'Pause the face');
    setIcon(pause, isPaused ? 'play' : 'pause');
    if (state === 'live') {
      everLive = true;
      unnotice('connection');
      announce('The face is live.');
    }
    if (state !== 'lost') return;
    voice.cut();
    if (problem.code === 'not_found' && cast.forgotten()) {
      return notice('connection', 'The server no longer has this face. Here is the sample; add your photo again.', { tone: 'warn' });
    }
    if (problem.code === 'unauthorized') {
      return notice('connection', problem.message, { tone: 'warn', action: ['Enter it', () => {
        byId('connection').showPopover();
        byId('token').focus();
      }] });
    }
    const when = retryIn ? ' It is tried again.' : '';
    notice('connection', problem.message + when, { tone: 'warn', action: ['Try now', () => live.start()] });
  });

  pause.addEventListener('click', () => {
    if (live.state === 'paused') return live.start();
    voice.stop();
    live.pause();
  });

  // A page nobody sees does not keep a server busy.
  let hiding = null;
  let pausedHidden = false;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(hiding);
    if (document.hidden) {
      hiding = setTimeout(() => {
        if (voice.microphone || voice.clip || live.state === 'paused') return;
        pausedHidden = true;
        live.pause();
      }, HIDDEN_PAUSE_MS);
    } else if (pausedHidden) {
      pausedHidden = false;
      live.start();
    }
  });
}

/** Microphone, clip, stop, and whether the face is heard. */
export function makeSpeakBar(live, voice) {
  const mic = byId('mic');
  const sound = byId('sound');
  const place = document.querySelector('.voice');
  const wave = new Wave(byId('wave'));
  const idleText = byId('voice-text').textContent;
  // null: as it suits (off until something is to be heard, off while the user speaks); else what the user said.
  let wanted = null;

  // Browsers stop a picture that is to be heard before the user has pressed anything.
  const mayBeHeard = () => navigator.userActivation?.hasBeenActive ?? true;
  const heard = () => mayBeHeard() && (wanted ?? (Boolean(voice.clip) || !voice.microphone));
  const showSound = () => {
    const on = heard();
    live.setMuted(!on);
    sound.setAttribute('aria-pressed', on);
    sound.setAttribute('aria-label', on ? 'Sound on. Turn it off' : 'Sound off. Turn it on');
    setIcon(sound, on ? 'sound-on' : 'sound-off');
  };
  sound.addEventListener('click', () => {
    wanted = !heard();
    if (wanted && voice.microphone) notice('echo', 'You hear the face with your own voice now. Wear headphones, or the microphone hears it, too.', { seconds: 10 });
    showSound();
  });
  live.addEventListener('state', showSound);
  const firstGesture = () => {
    if (!mayBeHeard()) return;
    for (const type of ['pointerup', 'keydown']) window.removeEventListener(type, firstGesture);
    wakeAudio().catch(() => {});
    unnotice('silent');
    showSound();
  };
  for (const type of ['pointerup', 'keydown']) window.addEventListener(type, firstGesture);

  const fail = (problem) => notice('voice', problem.message, { tone: 'bad', seconds: 15 });
  mic.addEventListener('click', async () => {
    unnotice('voice');
    if (voice.microphone) return voice.stopMicrophone();
    mic.disabled = true;
    try {
      await voice.startMicrophone();
      if (!voice.clip) notice('echo', 'Its sound is off while you speak, so that you do not hear yourself twice.', { seconds: 7 });
    } catch (problem) {
      fail(problem);
    }
    mic.disabled = false;
    mic.focus();
  });
  byId('clip-choose').addEventListener('click', () => byId('sound-file').click());
  byId('sound-file').addEventListener('change', ({ target }) => {
    unnotice('voice');
    if (target.files[0]) voice.speakFile(target.files[0]).catch(fail);
    target.value = '';
  });
  byId('stop').addEventListener('click', () => {
    voice.stop();
    mic.focus();
  });

  voice.addEventListener('level', ({ detail }) => wave.push(detail));
  let ticking = null;
  voice.addEventListener('change', () => {
    const { microphone, clip } = voice;
    mic.setAttribute('aria-pressed', microphone);
    byId('stop').hidden = !clip;
    byId('clip-choose').hidden = !byId('stop').hidden;
    if (clip || microphone) place.dataset.live = '';
    else delete place.dataset.live;
    if (!clip && !microphone) wave.clear();
    byId('voice-text').textContent = clip ? `It says ${clip.name}.` : microphone ? 'It listens to you.' : idleText;
    clearInterval(ticking);
    const began = performance.now();
    const showTime = () => {
      const spoken = (performance.now() - (clip?.from ?? began)) / 1000;
      byId('mic-text').textContent = microphone && !clip ? clock(spoken) : microphone ? 'Talk over it' : 'Speak';
    };
    showTime();
    if (microphone) ticking = setInterval(showTime, 500);
    mic.setAttribute('aria-label', microphone ? 'The microphone is on. Turn it off' : 'Speak with the microphone');
    if (microphone) unnotice('voice');
    if (clip && !mayBeHeard()) notice('silent', 'Press anywhere to hear it.', { seconds: 10 });
    showSound();
  });
  mic.setAttribute('aria-label', 'Speak with the microphone');
  showSound();
}

/** The connection panel: how the face comes here, the token, another try. */
export function makeConnection(live) {
  const chosen = new URLSearchParams(location.search).get('path') ?? 'auto';
  const ways = [{ path: 'auto', title: 'The best that works' }, ...views];
  byId('paths').append(...ways.map(({ path, title }) => make('label', {},
    make('input', { type: 'radio', name: 'path', value: path, checked: path === chosen, onchange: () => live.force(path) }), title)));
  byId('token').value = token();
  const again = () => {
    setToken(byId('token').value);
    live.start();
  };
  byId('token').addEventListener('change', again);
  byId('reconnect').addEventListener('click', again);
}
