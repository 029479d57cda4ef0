// The face by WebRTC (WHEP): lowest delay, sound and picture kept together by the browser.
import { request } from './api.js';
import { FrameCount } from './frame_count.js';

const FIRST_FRAME_MS = 6000;
// Sound comes late by what a browser buffers of it, 40 to 60 ms; it mends what is above 30 ms itself, in seconds.
const HOLD_MS = { first: 30, most: 400 };
const IN_STEP_MS = 8;      // nearer the two need not be
const LOOK_EVERY_MS = 300;
const CHANGE_EVERY_MS = 900; // a change takes some reports to be seen

export class WhepView {
  static path = 'whep';
  static title = 'WebRTC';
  /** What the session is asked to send by the WebSocket. */
  static output = 'none';
  static possible = (options) => options.whep && 'RTCPeerConnection' in window;

  #peer = null;
  #resource = null;
  #last = null;
  #looking = 0;
  #hold = HOLD_MS.first;
  #changed = 0;

  constructor({ video, onlost }) {
    this.video = video;
    this.onlost = onlost;
    this.frames = new FrameCount(video);
  }

  /** Resolves when the first picture is shown. */
  async start(session) {
    const peer = new RTCPeerConnection();
    this.#peer = peer;
    const stream = new MediaStream();
    for (const kind of ['video', 'audio']) peer.addTransceiver(kind, { direction: 'recvonly' });
    peer.ontrack = ({ track, receiver }) => {
      receiver.jitterBufferTarget = track.kind === 'video' ? this.#hold : 0;
      stream.addTrack(track);
    };
    await peer.setLocalDescription();
    await gathered(peer);
    const answer = await request(`/v1/whep/${encodeURIComponent(session.id)}`, {
      method: 'POST', body: peer.localDescription.sdp, type: 'application/sdp',
    });
    this.#resource = answer.headers.get('Location');
    const sdp = await answer.text();
    if (this.#peer !== peer) return;
    await peer.setRemoteDescription({ type: 'answer', sdp });
    this.video.srcObject = stream;
    this.video.play().catch(() => {});
    this.#looking = setInterval(() => this.#keepInStep(peer), LOOK_EVERY_MS);
    await this.frames.first(FIRST_FRAME_MS);
    peer.onconnectionstatechange = () => {
      if (this.#peer === peer && ['failed', 'closed'].includes(peer.connectionState)) this.onlost();
    };
  }

  setMuted(muted) {
    this.video.muted = muted;
  }

  /** fps, size; dropped: pictures that came too late; delay_ms: from the server to the eye; offset_ms: sound after picture. */
  async measure() {
    const seen = { fps: this.frames.rate(), size: this.video.videoWidth };
    if (!this.#peer) return seen;
    const { video, audio, roundTrip } = await statistics(this.#peer);
    if (!video) return seen;
    const since = this.#last ?? { jitterBufferDelay: 0, jitterBufferEmittedCount: 0 };
    this.#last = video;
    const emitted = video.jitterBufferEmittedCount - since.jitterBufferEmittedCount;
    const buffered = emitted > 0 ? (video.jitterBufferDelay - since.jitterBufferDelay) / emitted : 0;
    seen.delay_ms = 500 * roundTrip + 1000 * buffered;
    seen.dropped = (video.framesDropped ?? 0) + (video.packetsLost ?? 0);
    seen.offset_ms = pictureAhead(video, audio);
    return seen;
  }

  /** The picture waits for the sound. */
  async #keepInStep(peer) {
    const { video, audio } = await statistics(peer);
    const ahead = pictureAhead(video, audio);
    const receiver = peer.getReceivers().find((one) => one.track.kind === 'video');
    if (this.#peer !== peer || ahead === undefined || !receiver) return;
    if (Math.abs(ahead) < IN_STEP_MS || performance.now() - this.#changed < CHANGE_EVERY_MS) return;
    this.#changed = performance.now();
    this.#hold = Math.min(HOLD_MS.most, Math.max(0, this.#hold + 0.8 * ahead));
    receiver.jitterBufferTarget = this.#hold;
  }

  stop() {
    const peer = this.#peer;
    this.#peer = null;
    clearInterval(this.#looking);
    peer?.close();
    this.frames.stop();
    this.video.srcObject = null;
    if (this.#resource) request(this.#resource, { method: 'DELETE' }).catch(() => {});
    this.#resource = null;
  }
}

/** What comes in of each kind, and the round trip, s. */
async function statistics(peer) {
  const found = { roundTrip: 0 };
  (await peer.getStats()).forEach((report) => {
    if (report.type === 'inbound-rtp') found[report.kind] = report;
    if (report.type === 'candidate-pair' && report.nominated) found.roundTrip = report.currentRoundTripTime ?? 0;
  });
  return found;
}

/** By how much, ms, the moment that is seen is later than the one that is heard; undefined while the browser cannot say. */
function pictureAhead(video, audio) {
  if (!video?.estimatedPlayoutTimestamp || !audio?.estimatedPlayoutTimestamp) return undefined;
  return video.estimatedPlayoutTimestamp - audio.estimatedPlayoutTimestamp;
}

/** All addresses of this side, or what was found of them within a second: the offer is sent once. */
function gathered(peer) {
  return new Promise((resolve) => {
    if (peer.iceGatheringState === 'complete') return resolve();
    setTimeout(resolve, 1000);
    peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve();
  });
}
