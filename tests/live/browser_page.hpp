// The page that a real browser shows in browser_test.cpp: it plays what we send and tells what it saw and
// heard.
#pragma once

namespace parlante::testing {

/// Opened as /?whep or /?mse. Each picture carries, in its upper rows, 16 squares that are the time at which
/// it was made (ms modulo 65536, most significant first); once a second it is white and a click is heard.
inline constexpr const char* kBrowserPage = R"html(<!doctype html><meta charset="utf-8"><title>watch</title>
<video id="v" autoplay playsinline muted></video><canvas id="c" width="256" height="256"></canvas>
<script>
const video = document.getElementById("v"), canvas = document.getElementById("c");
const pen = canvas.getContext("2d", {willReadFrequently: true});
const told = {frames: 0, changed: 0, black: 0, latency: [], flashes: [], clicks: [], loudest: 0};
const begun = performance.now();
let last = -1, was_white = false, was_loud = false;

function look(now, about) {
  if (!told.frames) told.first_frame_ms = performance.now() - begun;
  told.frames++;
  told.width = video.videoWidth;
  pen.drawImage(video, 0, 0, 256, 256);
  let code = 0;
  for (let i = 0; i < 16; i++) code = code * 2 + (pen.getImageData(i * 16 + 8, 8, 1, 1).data[0] > 128 ? 1 : 0);
  const below = pen.getImageData(0, 128, 256, 16).data;
  let sum = 0;
  for (let i = 0; i < below.length; i += 4) sum += below[i];
  const mean = sum / (below.length / 4);
  if (mean < 8) told.black++;
  if (code != last) told.changed++;
  last = code;
  told.latency.push(((Date.now() & 0xffff) - code + 65536) & 0xffff);
  const shown = about.expectedDisplayTime || now;
  if (mean > 200 && !was_white) told.flashes.push(shown);
  was_white = mean > 200;
  video.requestVideoFrameCallback(look);
}
video.requestVideoFrameCallback(look);

async function hear(source_of) {
  const sound = new AudioContext({latencyHint: "interactive"});
  await sound.resume();
  const code = `registerProcessor("ear", class extends AudioWorkletProcessor {
    process([input]) {
      let loudest = 0, at = 0;
      if (input[0]) for (let i = 0; i < input[0].length; i++)
        if (Math.abs(input[0][i]) > loudest) loudest = Math.abs(input[0][i]), at = i;
      if (loudest > .02) this.port.postMessage([loudest, currentTime + at / sampleRate]);
      return true;
    }})`;
  await sound.audioWorklet.addModule(URL.createObjectURL(new Blob([code], {type: "text/javascript"})));
  const ear = new AudioWorkletNode(sound, "ear");
  source_of(sound).connect(ear);
  const silent = sound.createGain();
  silent.gain.value = 0;
  ear.connect(silent).connect(sound.destination);
  let quiet_since = 0;
  ear.port.onmessage = ({data: [loud, at]}) => {
    told.loudest = Math.max(told.loudest, loud);
    const stamp = sound.getOutputTimestamp();
    const heard = stamp.performanceTime + (at - stamp.contextTime) * 1000;
    if (heard - quiet_since > 300 && loud > .1) told.clicks.push(heard);
    if (loud > .1) quiet_since = heard;
  };
}

async function by_whep() {
  const peer = new RTCPeerConnection();
  const stream = new MediaStream();
  peer.addTransceiver("video", {direction: "recvonly"});
  peer.addTransceiver("audio", {direction: "recvonly"});
  peer.ontrack = event => {
    stream.addTrack(event.track);
    video.srcObject = stream, video.muted = false;
    if (event.track.kind == "audio") hear(context => context.createMediaStreamSource(new MediaStream([event.track])));
  };
  await peer.setLocalDescription();
  const asked = performance.now();
  const reply = await fetch("/whep", {method: "POST", body: peer.localDescription.sdp});
  told.answer_ms = performance.now() - asked;
  if (!reply.ok) throw await reply.text();
  await peer.setRemoteDescription({type: "answer", sdp: await reply.text()});
  // As web/view_whep.js does: the picture waits for the sound. A change takes some reports to be seen.
  const receiver = peer.getReceivers().find(one => one.track.kind == "video");
  let hold = 30, changed = -1e9;
  receiver.jitterBufferTarget = hold;
  const keep_in_step = ahead => {
    told.ahead.push(ahead);
    if (Math.abs(ahead) < 8 || performance.now() - changed < 900) return;
    hold = Math.min(400, Math.max(0, hold + .8 * ahead)), changed = performance.now();
    receiver.jitterBufferTarget = hold;
  };
  const read = async () => {
    const of = {};
    for (const report of (await peer.getStats()).values()) if (report.type == "inbound-rtp") of[report.kind] = report;
    const {video: v, audio: a} = of;
    told.decoded = v.framesDecoded, told.dropped = v.framesDropped, told.lost = v.packetsLost, told.size = v.frameWidth;
    told.audio_packets = a.packetsReceived, told.key_frames = v.keyFramesDecoded;
    // What is played now: the later moment of the stream is ahead.
    if (v.estimatedPlayoutTimestamp && a.estimatedPlayoutTimestamp)
      keep_in_step(v.estimatedPlayoutTimestamp - a.estimatedPlayoutTimestamp);
    told.jitter_video_ms = 1000 * v.jitterBufferDelay / v.jitterBufferEmittedCount;
    told.jitter_audio_ms = 1000 * a.jitterBufferDelay / a.jitterBufferEmittedCount;
  };
  told.ahead = [];
  setInterval(read, 250);
  return read;
}

async function by_mse() {
  const mime = await (await fetch("/mime")).text();
  told.mime = mime, told.can = MediaSource.isTypeSupported(mime);
  const source = new MediaSource();
  video.src = URL.createObjectURL(source);
  await new Promise(done => source.onsourceopen = done);
  const buffer = source.addSourceBuffer(mime);
  buffer.onerror = () => told.trouble = "SourceBuffer";
  video.onerror = () => told.trouble = video.error.message;
  video.muted = false;
  hear(context => context.createMediaElementSource(video));
  const reader = (await fetch("/fmp4")).body.getReader();
  const waiting = [];
  const feed = () => {
    if (!buffer.updating && waiting.length) buffer.appendBuffer(waiting.shift());
    const there = video.buffered;
    if (there.length) {
      const end = there.end(there.length - 1);
      if (video.currentTime < there.start(0) || end - video.currentTime > .5) video.currentTime = end - .08;
      told.buffers = there.length, told.ahead_ms = 1000 * (end - video.currentTime);
    }
  };
  buffer.onupdateend = feed;
  (async () => {
    let bytes = new Uint8Array(0);
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      const joined = new Uint8Array(bytes.length + value.length);
      joined.set(bytes), joined.set(value, bytes.length);
      bytes = joined;
      while (bytes.length >= 4) {
        const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
        if (bytes.length < 4 + size) break;
        waiting.push(bytes.slice(4, 4 + size));
        bytes = bytes.slice(4 + size);
      }
      feed();
    }
  })();
  await video.play();
  return async () => {
    const quality = video.getVideoPlaybackQuality();
    told.decoded = quality.totalVideoFrames, told.dropped = quality.droppedVideoFrames;
  };
}

(async () => {
  try {
    const finish = await (location.search == "?mse" ? by_mse() : by_whep());
    await new Promise(done => setTimeout(done, 8000));
    await finish();
  } catch (error) {
    told.trouble = String(error);
  }
  await fetch("/told", {method: "POST", body: JSON.stringify(told)});
})();
</script>)html";

}  // namespace parlante::testing
