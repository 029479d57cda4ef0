// The face by WebRTC (WHEP): lowest delay, sound and picture kept together by the browser.
import { request } from './api.js';
import { FrameCount } from './frame_count.js';

const FIRST_FRAME_MS = 6000;

export class WhepView {
  static path = 'whep';
  static title = 'WebRTC';
  /** What the session is asked to send by the WebSocket. */
  static output = 'none';
  static possible = (options) => options.whep && 'RTCPeerConnection' in window;

  #peer = null;
  #resource = null;
  #last = null;

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
      receiver.jitterBufferTarget = 0;
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
    const inbound = {};
    let roundTrip = 0;
    (await this.#peer.getStats()).forEach((report) => {
      if (report.type === 'inbound-rtp') inbound[report.kind] = report;
      if (report.type === 'candidate-pair' && report.nominated) roundTrip = report.currentRoundTripTime ?? 0;
    });
    const { video, audio } = inbound;
    if (!video) return seen;
    const since = this.#last ?? { jitterBufferDelay: 0, jitterBufferEmittedCount: 0 };
    this.#last = video;
    const emitted = video.jitterBufferEmittedCount - since.jitterBufferEmittedCount;
    const buffered = emitted > 0 ? (video.jitterBufferDelay - since.jitterBufferDelay) / emitted : 0;
    seen.delay_ms = 500 * roundTrip + 1000 * buffered;
    seen.dropped = (video.framesDropped ?? 0) + (video.packetsLost ?? 0);
    if (video.estimatedPlayoutTimestamp && audio?.estimatedPlayoutTimestamp) {
      seen.offset_ms = video.estimatedPlayoutTimestamp - audio.estimatedPlayoutTimestamp;
    }
    return seen;
  }

  stop() {
    const peer = this.#peer;
    this.#peer = null;
    peer?.close();
    this.frames.stop();
    this.video.srcObject = null;
    if (this.#resource) request(this.#resource, { method: 'DELETE' }).catch(() => {});
    this.#resource = null;
  }
}

/** All addresses of this side, or what was found of them within a second: the offer is sent once. */
function gathered(peer) {
  return new Promise((resolve) => {
    if (peer.iceGatheringState === 'complete') return resolve();
    setTimeout(resolve, 1000);
    peer.onicegatheringstatechange = () => peer.iceGatheringState === 'complete' && resolve();
  });
}
