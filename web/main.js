// The page of `parlante serve`: what there is, and how it hangs together.
import { Problem, json, setToken, token } from './api.js';
import { Cast } from './cast.js';
import { makeCheck } from './check.js';
import { Controls } from './controls.js';
import { byId, wait } from './dom.js';
import { makeDrop } from './drop.js';
import { makeWheel } from './emotion_wheel.js';
import { makeGaze } from './gaze.js';
import { Keep } from './keep.js';
import { Live } from './live.js';
import { makeMeters } from './meters.js';
import { notice, unnotice } from './notices.js';
import { makeSay } from './say.js';
import { makeSliders } from './sliders.js';
import { makeConnection, makeSpeakBar, makeStage } from './stage.js';
import { makeTabs, showPanel } from './tabs.js';
import { makeThemeButton } from './theme.js';
import { Voice } from './voice.js';

makeThemeButton();
makeTabs();

/** The server's options, as soon as it is there and lets us in. */
async function optionsOfServer() {
  for (let tries = 0; ; tries += 1) {
    try {
      const options = await json('/v1/options');
      if (options.controls) return options;
      throw new Problem('unauthorized', 'This server asks for an access token.');
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      byId('connection-dot').dataset.state = 'lost';
      if (problem.code === 'unauthorized') {
        byId('connection-text').textContent = 'Token needed';
        byId('veil-text').textContent = 'Locked';
        notice('connection', token() ? 'The server did not take this access token.' : problem.message, {
          tone: 'warn', action: ['Enter it', () => {
            byId('connection').showPopover();
            byId('token').focus();
          }],
        });
        await new Promise((resolve) => {
          byId('token').addEventListener('change', resolve, { once: true });
          byId('reconnect').addEventListener('click', resolve, { once: true });
        });
        setToken(byId('token').value);
      } else {
        byId('connection-text').textContent = 'No server';
        notice('connection', `${problem.message} It is tried again.`, { tone: 'warn' });
        await wait(1000 * (problem.retryAfter || Math.min(10, 1 + tries)));
      }
    }
  }
}

const options = await optionsOfServer();
unnotice('connection');

const controls = new Controls();
const live = new Live({
  options,
  controls: () => controls.all(),
  screen: { video: byId('video'), canvas: byId('canvas') },
  forced: new URLSearchParams(location.search).get('path') ?? 'auto',
});
const voice = new Voice(live, controls);
const cast = new Cast(options);
const check = makeCheck();
const keep = new Keep(options, check);

controls.addEventListener('asked', ({ detail }) => live.session?.send({ type: 'controls', controls: detail }));
byId('controls-reset').addEventListener('click', () => controls.reset());
makeSliders(controls, options.controls);
makeWheel(byId('wheel'), controls);
makeGaze(controls);

cast.addEventListener('chosen', ({ detail }) => {
  voice.stop();
  live.show(detail.id);
});
voice.addEventListener('take', ({ detail }) => keep.add(detail));
makeMeters(live);
makeStage(live, voice, cast);
makeSpeakBar(live, voice);
makeSay(voice, options);
makeConnection(live);
makeDrop({
  onphoto: (file) => byId('check').hidden ? cast.add(file) : check(file),
  onsound: (file) => voice.speakFile(file).catch((problem) => notice('voice', problem.message, { tone: 'bad' })),
  onfilm: check,
  onother: (file) => notice('drop', `${file.name} is neither a photo nor a sound nor a film.`, { tone: 'warn', seconds: 8 }),
});

cast.choose();
if (location.hash === '#check') showPanel('check');
