"""The page of `parlante serve` in a real browser: python3 page_test.py PARLANTE SOURCE [TEST...]

Skips (77) where there is no Chromium. PARLANTE_PAGE_PICTURES=FOLDER keeps screenshots to look at.
"""

import array
import base64
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import wave
import zlib

sys.path.insert(0, os.path.dirname(__file__))
from browser import PROGRAM, Browser  # noqa: E402
from server import Server  # noqa: E402

NOT_RUN = 77
LIVE = "document.getElementById('connection-dot').dataset.state === 'live'"

# Of the shown picture: mean and spread of all of it, and how much the mouth's part changed since the frame before.
WATCH = """(async (frames, seconds, box, withSound) => {
  const video = document.getElementById('video'), canvas = document.getElementById('canvas');
  const screen = canvas.hidden ? video : canvas;
  const paint = new OffscreenCanvas(64, 64).getContext('2d', { willReadFrequently: true });
  const wide = () => [screen.videoWidth || screen.width, screen.videoHeight || screen.height];
  let analyser = null;
  if (withSound) {
    const context = new AudioContext();
    await context.resume();
    analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    context.createMediaStreamSource(video.srcObject).connect(analyser);
  }
  const sound = new Float32Array(2048), seen = [];
  const luma = (x, y, w, h) => {
    const [W, H] = wide();
    paint.drawImage(screen, x * W, y * H, w * W, h * H, 0, 0, 64, 64);
    const { data } = paint.getImageData(0, 0, 64, 64);
    return Float32Array.from({ length: 4096 }, (_, i) => 0.3 * data[4 * i] + 0.6 * data[4 * i + 1] + 0.1 * data[4 * i + 2]);
  };
  const mean = (a) => a.reduce((s, v) => s + v, 0) / a.length;
  const end = performance.now() + 1000 * seconds;
  let before = null;
  while (seen.length < frames && performance.now() < end) {
    await new Promise((resolve) => screen === video ? video.requestVideoFrameCallback(resolve) : setTimeout(resolve, 40));
    const all = luma(0, 0, 1, 1), part = luma(...box), middle = mean(all);
    if (screen === canvas && before?.every((v, i) => v === part[i])) continue;  // looked at twice
    analyser?.getFloatTimeDomainData(sound);
    seen.push({ time: performance.now() / 1000, mean: middle, spread: Math.sqrt(mean(all.map((v) => (v - middle) ** 2))),
      moved: before ? mean(part.map((v, i) => Math.abs(v - before[i]))) : 0, loud: Math.sqrt(mean(sound.map((v) => v * v))) });
    before = part;
  }
  return seen;
})"""
MOUTH = [0.38, 0.53, 0.26, 0.18]  # of the sample's picture
WHOLE = [0, 0, 1, 1]


def write_wav(path, samples, rate=16000):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", samples).tobytes())


def write_png(path, width, height, grey):
    """A plain picture, without any face in it."""
    rows = b"".join(b"\0" + bytes([grey]) * (3 * width) for _ in range(height))
    chunk = lambda name, body: struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def decoded_sound(browser, path):
    """16-bit samples, 16 kHz: nothing else here reads FLAC."""
    text = browser.js("""(async (file) => {
      const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
      const sound = (await new OfflineAudioContext(1, 1, 16000).decodeAudioData(bytes.buffer)).getChannelData(0);
      return JSON.stringify([...sound].map((value) => Math.round(32767 * Math.max(-1, Math.min(1, value)))));
    })('%s')""" % base64.b64encode(path.read_bytes()).decode())
    return json.loads(text)


def smoothed(values, reach):
    return [sum(values[max(0, i - reach):i + reach + 1]) / len(values[max(0, i - reach):i + reach + 1]) for i in range(len(values))]


def correlation(a, b):
    ma, mb = sum(a) / len(a), sum(b) / len(b)
    top = sum((x - ma) * (y - mb) for x, y in zip(a, b))
    return top / ((sum((x - ma) ** 2 for x in a) * sum((y - mb) ** 2 for y in b)) ** 0.5 or 1)


class PageTest(unittest.TestCase):
    """One server and one browser for all; each test loads the page anew."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="parlante-page-")
        scratch = pathlib.Path(cls.folder.name)
        with Browser() as decoder:
            cls.speech = decoded_sound(decoder, SOURCE / "samples/speech.flac")[:64000]
        # What the fake microphone hears, over and over: three seconds of silence, four of speech.
        write_wav(scratch / "microphone.wav", [0] * 48000 + cls.speech)
        write_wav(scratch / "clip.wav", cls.speech[:40000])
        write_wav(scratch / "long.wav", cls.speech * 8)
        write_png(scratch / "wall.png", 640, 640, 150)
        cls.scratch = scratch
        cls.server = Server(PROGRAM_UNDER_TEST)
        cls.browser = Browser(microphone=scratch / "microphone.wav")

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        code = cls.server.stop()
        cls.folder.cleanup()
        assert code == 0, f"the server ended with {code}: {cls.server.log.decode()}"

    def setUp(self):
        self.browser.complaints.clear()
        self.browser.requests.clear()
        self.browser.size(1440, 900)
        self.browser.media(prefers_color_scheme="light")

    def open(self, query="", live=True):
        self.browser.go(self.server.address + query)
        if live:
            self.browser.until(LIVE, 30)

    def keep_picture(self, name, whole=False):
        if folder := os.environ.get("PARLANTE_PAGE_PICTURES"):
            self.browser.picture(pathlib.Path(folder) / f"{name}.png", whole)

    def watch(self, frames, box=None, sound=False, seconds=60):
        """So many shown pictures; fewer where a busy machine does not show them in time."""
        return self.browser.js(f"{WATCH}({frames}, {seconds}, {json.dumps(box or WHOLE)}, {json.dumps(sound)})", timeout=seconds + 30)

    def assert_alive(self, seen, least):
        self.assertGreaterEqual(len(seen), least)
        for frame in seen:
            self.assertGreater(frame["mean"], 20, "black")
            self.assertGreater(frame["spread"], 10, "flat")
        self.assertGreater(sum(frame["moved"] > 0.05 for frame in seen), 0.4 * len(seen), "the picture stands still")

    def test_the_sample_is_alive_at_once_and_nothing_is_asked_of_other_hosts(self):
        self.open()
        self.assertEqual(self.browser.complaints, [])
        elsewhere = [each for each in self.browser.requests if not each.startswith((self.server.address, "blob:", "data:"))]
        self.assertEqual(elsewhere, [])
        self.assertEqual(self.browser.js("document.querySelectorAll('.face[aria-pressed=true]').length"), 1)
        for theme in ("light", "dark"):
            self.browser.media(prefers_color_scheme=theme)
            time.sleep(0.3)
            self.keep_picture(theme)

    def test_the_face_plays_by_whep(self):
        self.open("?path=whep")
        self.assertEqual(self.browser.js("window.parlanteMeters?.path ?? 'whep'"), "whep")
        self.assert_alive(self.watch(60), 60)
        self.browser.until("window.parlanteMeters?.fps > 0 && window.parlanteMeters.latency_ms > 0")
        self.assertEqual(self.browser.complaints, [])

    def test_the_mouth_moves_when_the_microphone_hears_speech(self):
        self.open("?path=whep")
        self.browser.js("document.querySelectorAll('.switch input')[0].click(), document.querySelectorAll('.switch input')[1].click()")
        self.browser.click("#mic")
        self.browser.until("document.getElementById('mic').getAttribute('aria-pressed') === 'true'")
        seen = self.watch(360, MOUTH, sound=True)[10:]
        self.keep_picture("microphone")
        self.browser.click("#mic")
        moved = smoothed([frame["moved"] for frame in seen], 4)
        loud = smoothed([frame["loud"] for frame in seen], 4)
        order = sorted(range(len(loud)), key=lambda i: loud[i])
        third = len(order) // 3
        silent, speaking = [moved[i] for i in order[:third]], [moved[i] for i in order[-third:]]
        self.assertGreater(max(loud), 0.003, "no sound came with the picture")
        self.assertGreater(third, 30)
        ratio = (sum(speaking) / len(speaking)) / (sum(silent) / len(silent))
        print(f"mouth: {ratio:.1f} times as lively while it speaks, correlation with the sound {correlation(moved, loud):.2f}")
        self.assertGreater(ratio, 2)
        self.assertGreater(correlation(moved, loud), 0.4)
        self.browser.until("document.querySelectorAll('.take').length === 1")
        self.assertEqual(self.browser.complaints, [])

    def test_the_face_plays_as_mp4(self):
        self.open("?path=fmp4")
        self.assert_alive(self.watch(60), 60)
        self.browser.until("window.parlanteMeters?.path === 'fmp4' && window.parlanteMeters.fps > 0")
        self.assertEqual(self.browser.complaints, [])

    def test_the_face_plays_as_single_pictures(self):
        self.open("?path=jpeg")
        self.assert_alive(self.watch(60), 60)
        self.browser.until("window.parlanteMeters?.path === 'jpeg' && window.parlanteMeters.fps > 0")
        self.assertEqual(self.browser.complaints, [])

    def test_without_webrtc_it_falls_back_by_itself(self):
        self.browser.block("*/v1/whep/*")
        try:
            self.open()
            self.browser.until("window.parlanteMeters?.path === 'fmp4'")
        finally:
            self.browser.block()

    def test_a_clip_is_spoken_kept_signed_and_verified(self):
        self.open()
        self.browser.choose_file("#sound-file", self.scratch / "clip.wav")
        self.browser.until("!document.getElementById('stop').hidden")
        self.keep_picture("clip")
        self.browser.until("document.querySelectorAll('.take').length === 1", 20)
        self.browser.click("#tab-keep")
        self.browser.click(".take .primary")
        self.browser.until("document.querySelector('.take video')?.readyState >= 1", 120)
        self.assertAlmostEqual(self.browser.js("document.querySelector('.take video').duration"), 2.5, delta=0.3)
        self.assertEqual(self.browser.js("document.querySelector('.take a[download]').download"), "parlante.mp4")
        self.keep_picture("keep")
        self.browser.click(".take .actions .quiet")
        self.browser.until("document.querySelector('.verdict dl')", 60)
        self.keep_picture("check")
        verdict = self.browser.js("document.querySelector('.verdict').innerText")
        self.assertIn("Yes: made by AI", verdict)
        self.assertIn("found", verdict)
        self.assertEqual(self.browser.complaints, [])

    def test_typed_text_is_said(self):
        self.open()
        if self.browser.js("document.getElementById('say').hidden"):
            self.skipTest("The server has no voice: espeak-ng is not installed.")
        self.browser.js("document.getElementById('say-text').focus()")
        self.browser.type("Hello, it is good to see you.")
        self.browser.key("Enter")
        self.browser.until("!document.getElementById('stop').hidden")
        moved = [frame["moved"] for frame in self.watch(30, MOUTH)]
        self.keep_picture("typed")
        self.assertGreater(sorted(moved)[len(moved) // 2], 0.5, "its mouth does not move")
        self.browser.until("document.querySelectorAll('.take').length === 1", 20)
        self.assertIn("Hello, it is good", self.browser.js("document.querySelector('.take').textContent"))
        self.assertEqual(self.browser.complaints, [])

    def test_a_file_without_marks_is_no_proof(self):
        self.open()
        self.browser.choose_file("#check-file", self.scratch / "wall.png")
        self.browser.until("document.querySelector('.verdict dl')", 60)
        self.assertIn("No marks found", self.browser.js("document.querySelector('.verdict').innerText"))

    def test_stop_silences_a_clip_at_once(self):
        self.open()
        self.browser.choose_file("#sound-file", SOURCE / "samples/speech.flac")
        self.browser.until("!document.getElementById('stop').hidden")
        time.sleep(1)
        self.browser.click("#stop")
        self.browser.until("document.getElementById('stop').hidden", 2)
        self.browser.until("document.querySelectorAll('.take').length === 1")
        self.assertLess(self.browser.js("(t => Number(t.split(':')[1]))(document.querySelector('.take small').innerText || document.querySelector('.take small').textContent)"), 4)

    def test_whoever_talks_over_a_clip_is_heard_instead(self):
        self.open()
        self.browser.click("#mic")
        self.browser.until("document.getElementById('mic').getAttribute('aria-pressed') === 'true'")
        self.browser.choose_file("#sound-file", self.scratch / "long.wav")
        self.browser.until("!document.getElementById('stop').hidden")
        self.browser.until("document.getElementById('stop').hidden", 14)  # the clip lasts 32 s, the microphone speaks within 7
        self.assertEqual(self.browser.js("document.getElementById('mic').getAttribute('aria-pressed')"), "true")
        self.browser.click("#mic")

    def test_a_photo_becomes_a_face_once_consent_is_given(self):
        self.open()
        self.browser.choose_file("#photo-file", SOURCE / "samples/portrait.png")
        self.browser.until("document.getElementById('consent').open")
        self.assertTrue(self.browser.js("document.getElementById('consent-ok').disabled"), "no answer is given for the user")
        self.browser.click("#consents label:nth-child(3)")
        self.keep_picture("consent")
        self.browser.click("#consent-ok")
        self.browser.until("document.querySelectorAll('.face')[1]?.getAttribute('aria-pressed') === 'true'", 60)
        self.browser.until(LIVE, 30)
        self.assert_alive(self.watch(20), 20)
        self.assertEqual(self.browser.complaints, [])
        # The same photo again: the answer is known.
        self.browser.js("document.querySelectorAll('.face')[0].click()")
        self.browser.choose_file("#photo-file", SOURCE / "samples/portrait.png")
        self.browser.until("document.querySelectorAll('.face').length === 3")
        self.assertFalse(self.browser.js("document.getElementById('consent').open"))

    def test_a_photo_without_a_face_is_refused_in_words(self):
        self.open()
        self.browser.choose_file("#photo-file", self.scratch / "wall.png")
        self.browser.until("document.getElementById('consent').open")
        self.browser.click("#consents label:nth-child(3)")
        self.browser.click("#consent-ok")
        sentence = self.browser.until("document.querySelector('.notice[role=alert]')?.textContent", 60)
        self.assertIn("No face", sentence)
        self.assertEqual(self.browser.js("document.querySelectorAll('.face').length"), 1)

    def test_everything_is_reached_and_named_for_the_keyboard(self):
        self.open()
        walked = []
        for _ in range(40):
            self.browser.key("Tab")
            walked.append(self.browser.js("""(e => ({ id: e.id || e.className, name: (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent).trim(),
                ring: getComputedStyle(e).outlineStyle }))(document.activeElement)"""))
            self.assertTrue(walked[-1]["name"], f"no name: {walked[-1]}")
            if walked[-1]["id"] == "controls-reset":
                break
        ids = [each["id"] for each in walked]
        said = [] if self.browser.js("document.getElementById('say').hidden") else ["say-text", "say-button"]
        wanted = ["skip", "connection-button", "theme-button", "gaze-pad", "pause", "sound", "face-add", "mic", "clip-choose", *said, "check-link", "tab-direct",
                  "wheel-disc", "slider-turn", "slider-blinks", "controls-reset"]
        self.assertEqual([each for each in ids if each in wanted], wanted)
        self.assertTrue(all(each["ring"] != "none" for each in walked), walked)

        self.browser.js("document.getElementById('gaze-pad').focus()")
        for key in ("ArrowLeft", "ArrowLeft", "ArrowUp"):
            self.browser.key(key)
        self.assertEqual(self.browser.js("document.getElementById('announcer').textContent").strip(), "It looks left and up.")
        self.browser.key("Escape")
        self.assertTrue(self.browser.js("document.getElementById('reticle').hidden"))
        self.browser.js("document.querySelector('.wheel-disc').focus()")
        for key in ("End", "ArrowRight"):
            self.browser.key(key)
        self.assertEqual(self.browser.js("document.activeElement.getAttribute('aria-valuetext')"), "surprise 67 %, happiness 33 %")
        self.browser.js("document.getElementById('tab-direct').focus()")
        self.browser.key("ArrowRight")
        self.assertFalse(self.browser.js("document.getElementById('keep').hidden"))
        self.browser.key("Home")
        self.assertEqual(self.browser.complaints, [], "the server took every control")

    def test_it_fits_a_phone(self):
        self.browser.size(360, 780, 2, touch=True)
        self.open()
        self.assertEqual(self.browser.js("document.documentElement.scrollWidth"), 360)
        small = self.browser.js("""[...document.querySelectorAll('button, input:not([type=file]), select, label.switch, .gaze-pad, .wheel-disc')]
            .filter((e) => e.offsetParent && e.getClientRects().length && !e.closest('label.switch > *'))
            .map((e) => [e.id || e.className || e.textContent, e.getBoundingClientRect().width, e.getBoundingClientRect().height])
            .filter(([, w, h]) => w < 43.5 || h < 43.5)""")
        self.assertEqual(small, [], "targets below 44 px")
        self.keep_picture("phone", whole=True)

    def test_text_stands_out_in_both_themes(self):
        self.open()
        for theme in ("light", "dark"):
            self.browser.media(prefers_color_scheme=theme)
            time.sleep(0.5)
            faint = self.browser.js(CONTRAST)
            self.assertEqual(faint, [], theme)

    def test_a_lost_server_is_said_and_found_again(self):
        server = Server(PROGRAM_UNDER_TEST)
        self.browser.go(server.address)
        self.browser.until(LIVE, 30)
        port = server.port
        self.assertEqual(server.stop(), 0)
        sentence = self.browser.until("document.querySelector('.notice')?.textContent", 15)
        self.assertRegex(sentence, "lost|shutting down|end|reached")
        self.keep_picture("lost")
        again = Server(PROGRAM_UNDER_TEST, port=port)
        try:
            self.browser.until(LIVE, 40)
            self.assertEqual(self.browser.js("document.querySelectorAll('.notice').length"), 0)
        finally:
            self.browser.go("about:blank")
            again.stop()

    def test_a_token_is_asked_for_and_kept_out_of_the_address(self):
        server = Server(PROGRAM_UNDER_TEST, "--token", "a-secret-of-the-test")
        try:
            self.browser.go(server.address)
            self.browser.until("document.querySelector('.notice')?.textContent.includes('token')")
            self.browser.js("""document.getElementById('token').value = 'a-secret-of-the-test',
                document.getElementById('token').dispatchEvent(new Event('change'))""")
            self.browser.until(LIVE, 30)
            self.browser.js("sessionStorage.clear()")
            self.browser.go(server.address + "?token=a-secret-of-the-test&path=jpeg")
            self.browser.until(LIVE, 30)
            self.assertEqual(self.browser.js("location.search"), "?path=jpeg")
        finally:
            self.browser.go("about:blank")
            server.stop()


CONTRAST = """(() => {
  const rgb = (text) => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const faint = [];
  document.querySelectorAll('[role=tabpanel]').forEach((panel) => (panel.hidden = false));
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !e.checkVisibility({ opacityProperty: true }) || e.closest('.picture, .visually-hidden, option')) continue;
    let under = e, back;
    while (under && (back = rgb(getComputedStyle(under).backgroundColor))[3] < 1) under = under.parentElement;
    const ink = light(rgb(getComputedStyle(e).color)), paper = light(under ? back : [255, 255, 255]);
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) faint.push([e.id || e.className || e.textContent.trim().slice(0, 30), Math.round(100 * ratio) / 100]);
  }
  return faint;
})()"""

if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    PROGRAM_UNDER_TEST, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
    if PROGRAM is None:
        print("There is no Chromium here: the page was not tested (Debian: apt-get install chromium).")
        sys.exit(NOT_RUN)
    if b" serve " not in subprocess.run([PROGRAM_UNDER_TEST, "--help"], capture_output=True, check=True).stdout:
        print("This parlante was built without `serve`: there is no page to test.")
        sys.exit(NOT_RUN)
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
