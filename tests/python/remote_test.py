"""A face that a server draws, as Python programs use it: `remote_test.py BUILD SOURCE`. Needs websockets."""
import array
import asyncio
import contextlib
import http.server
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest
import unittest.mock

from support import PORTRAIT, TOKEN, folder, live_avatar, needs, parlante, run, served, serving, speech, without_silence

with needs("websockets"):
    from websockets.sync.server import serve
from parlante.remote import RemoteError, RemoteStream, pcm16_of
from parlante.remote_frames import HEAD, Frames, Garbled, Parts

RATE = 24000


def setUpModule():
    global url
    url = served()


def opened(**options):
    return RemoteStream(url, **{"token": TOKEN, "sound_rate": RATE, "size": 256, **options})


def until_end(stream):
    """Frames to the one in which an utterance ends."""
    frames = [stream.wait()]
    while not frames[-1].speak_ended:
        frames.append(stream.wait())
    return frames


class Remote(unittest.TestCase):
    def test_what_is_pushed_comes_back_whole_with_its_frames(self):
        with opened() as stream:
            self.assertEqual((stream.width, stream.height, stream.fps, stream.sound_rate), (256, 256, 25, RATE))
            self.assertGreater(stream.latency_ms, 0)
            stream.wait()
            said = speech(1, RATE)
            self.assertTrue(stream.push(said))
            self.assertAlmostEqual(stream.queued, 1, delta=0.01)
            stream.speak_end()
            frames = until_end(stream)
            self.assertEqual(without_silence(b"".join(frame.pcm16() for frame in frames)), said)
            self.assertEqual(sum(frame.spoken for frame in frames), len(said))
            self.assertEqual(sum(frame.speak_started for frame in frames), 1)
            self.assertAlmostEqual(frames[-1].played_ms, 1000, places=2)
            self.assertFalse(frames[-1].interrupted)
            self.assertEqual(stream.queued, 0)
            for before, after in zip(frames, frames[1:]):
                self.assertEqual(after.sound_from, before.sound_from + len(before.sound))
                self.assertGreater(after.index, before.index)
            self.assertEqual(frames[0].picture.shape, (256, 256, 3))
            self.assertTrue(frames[0].picture.readonly)
            self.assertEqual(frames[0].sample, frames[0].index * 640)
            loud = max(frames, key=lambda frame: frame.spoken)
            self.assertAlmostEqual(loud.sound[0], int.from_bytes(loud.pcm16()[:2], "little", signed=True) / 32768)

    def test_the_sound_may_be_floats_or_bytes(self):
        said = speech(0.1, RATE)
        for given in (said, said.tobytes(), memoryview(said)):
            self.assertEqual(pcm16_of(given), said.tobytes())

        self.assertEqual(pcm16_of(array.array("f", (s / 32768 for s in said))), said.tobytes())
        self.assertEqual(pcm16_of(array.array("d", (2.0, -2.0, float("nan")))), b"\xff\x7f\x00\x80\x00\x00")
        for wrong in ("words", array.array("i", (1, 2)), b"odd"):
            with self.assertRaises(TypeError):
                pcm16_of(wrong)

    def test_an_interruption_holds_from_the_next_frame_on_and_the_next_speech_is_whole(self):
        with opened() as stream:
            stream.push(speech(4, RATE))
            played = 0
            while played < RATE // 2:
                played += stream.wait().spoken
            stream.interrupt()
            self.assertEqual(stream.queued, 0)
            said = speech(0.7, RATE, start=1)
            stream.push(said)
            stream.speak_end()
            after = until_end(stream)
            self.assertTrue(after[-1].interrupted)
            self.assertEqual([frame.spoken for frame in after[:-1]], [0] * (len(after) - 1))
            last = after[-1]  # frames that the server was late with come with that of the cut, and the next speech may
            of_next = last.sound_from + len(last.sound) - last.next_from if last.next_from >= 0 else 0
            played += last.spoken - of_next
            self.assertAlmostEqual(after[-1].played_ms, 1000 * played / RATE, places=2)
            frames = after[-1:] + until_end(stream)
            new = without_silence(b"".join(frame.pcm16() for frame in frames))
            self.assertEqual(new[-len(said) :], said)
            self.assertFalse(frames[-1].interrupted)

    def test_who_takes_frames_slowly_misses_pictures_and_no_sound(self):
        with opened(fps=50) as stream:
            said = speech(1.5, RATE)
            stream.push(said)
            stream.speak_end()
            frames = [stream.wait()]
            while not frames[-1].speak_ended:
                time.sleep(0.2)
                frames.append(stream.wait())
            self.assertEqual(without_silence(b"".join(frame.pcm16() for frame in frames)), said)
            self.assertGreater(stream.late, 0)

    def test_utterances_keep_their_order(self):
        with opened() as stream:
            for length in (0.3, 0.01, 0.2):
                stream.push(speech(length, RATE))
                stream.speak_end()
            self.assertEqual([round(until_end(stream)[-1].played_ms) for _ in range(3)], [300, 10, 200])

    def test_pictures_may_travel_as_jpeg(self):
        try:
            import PIL  # noqa: F401
        except ImportError:
            self.skipTest("JPEG pictures need Pillow.")
        with opened(pictures="jpeg") as jpeg, opened() as raw:
            one, other = (bytes(stream.wait().picture) for stream in (jpeg, raw))
        self.assertEqual(len(one), len(other))
        self.assertLess(sum(abs(a - b) for a, b in zip(one, other)) / len(one), 8)

    def test_a_photo_is_uploaded_and_forgotten(self):
        stream = opened(avatar=PORTRAIT, consent="synthetic")
        with stream:
            self.assertEqual(stream.wait().width, 256)
            avatar = stream._uploaded
            opened(avatar=avatar).close()
        with self.assertRaisesRegex(RemoteError, "no avatar of that id"):
            opened(avatar=avatar)

    def test_a_controlled_face_looks_otherwise(self):
        with opened(controls={"still": True, "emotion": {"happiness": 1.0}}) as glad, opened(
                controls={"still": True}) as calm:
            one, other = ([bytes(stream.wait().picture) for _ in range(10)][-1] for stream in (glad, calm))
            self.assertNotEqual(one, other)
            with self.assertLogs("parlante.remote", "WARNING") as said:
                calm.control(nose=1)
                calm.wait()
                end = time.monotonic() + 30
                while not said.output and time.monotonic() < end:
                    calm.wait()
            self.assertIn("nose", said.output[0])


class Secure(unittest.TestCase):
    """wss://, with a certificate of the test's own."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which("openssl"):
            raise unittest.SkipTest("No openssl here to make a certificate with.")
        cls.certificate, key = folder / "own.pem", folder / "own.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-keyout", key, "-out", cls.certificate], check=True, capture_output=True)
        cls.trusting = unittest.mock.patch.dict("os.environ", SSL_CERT_FILE=str(cls.certificate))
        with cls.trusting:
            server = serving("--tls-cert", cls.certificate, "--tls-key", key)
            cls.url, _ = server.__enter__()
            cls.addClassCleanup(server.__exit__, None, None, None)

    def test_a_face_speaks(self):
        self.assertTrue(self.url.startswith("wss://"), self.url)
        with self.trusting, RemoteStream(self.url, token=TOKEN, sound_rate=RATE, size=256) as stream:
            said = speech(1, RATE)
            stream.push(said)
            stream.speak_end()
            frames = until_end(stream)
        self.assertEqual(without_silence(b"".join(frame.pcm16() for frame in frames)), said)
        self.assertEqual(frames[-1].picture.shape, (256, 256, 3))

    def test_a_photo_is_uploaded_and_forgotten(self):
        with self.trusting, RemoteStream(self.url, token=TOKEN, size=256, avatar=PORTRAIT, consent="synthetic") as stream:
            self.assertEqual(stream.wait().picture.shape, (256, 256, 3))

    def test_whom_nobody_trusts_is_told_nothing(self):
        with self.assertRaises(RemoteError) as caught:
            RemoteStream(self.url, token=TOKEN, timeout=5)
        self.assertEqual(caught.exception.code, "unreachable")
        self.assertIn("certificate", str(caught.exception))

    def test_nor_is_one_without_tls(self):
        with self.assertRaises(RemoteError):
            RemoteStream(self.url.replace("wss", "ws", 1), token=TOKEN, timeout=5)


class Refusals(unittest.TestCase):
    def refused(self, code, sentence, address=None, **options):
        with self.assertRaisesRegex(RemoteError, sentence) as caught:
            RemoteStream(address or url, **{"token": TOKEN, "timeout": 5, **options})
        self.assertIsInstance(caught.exception, parlante.Error)
        self.assertEqual(caught.exception.code, code)
        return caught.exception

    def test_what_is_wrong_is_said(self):
        self.refused("unauthorized", "token", token="another")
        self.refused("unauthorized", "token", token=None)
        self.refused("unauthorized", "token", token=None, avatar=PORTRAIT, consent="self")
        self.refused("not_found", "no avatar of that id", avatar="A" * 22)
        self.refused("bad_request", "fps", fps=24)
        self.refused("bad_request", "nose", controls={"nose": 1})
        self.refused("no_face", "face", avatar=source_picture(), consent="synthetic")
        self.assertEqual(self.refused("failed", "Say whose face", avatar=PORTRAIT).kind, "usage")
        self.refused("failed", "cannot be read", avatar="/nowhere.png", consent="self")
        self.refused("failed", "photo, or the id", avatar=live_avatar(), consent="self")
        self.refused("failed", "square", size=(256, 512))
        self.refused("failed", "no address", "tcp://localhost:1")
        with self.assertRaises(TypeError):
            RemoteStream(url, background=None)

    def test_nobody_there(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            self.refused("unreachable", "No server answers", f"ws://127.0.0.1:{taken.getsockname()[1]}")

    def test_somebody_else_there(self):
        class Page(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.send_error(404)

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Page) as page:
            threading.Thread(target=page.serve_forever, daemon=True).start()
            self.refused("protocol", "404", f"http://127.0.0.1:{page.server_port}")
            page.shutdown()

    def test_a_server_that_ends_while_somebody_speaks(self):
        with serving() as (address, server), RemoteStream(address, token=TOKEN, size=256) as stream:
            for _ in range(5):
                stream.push(speech(4, 48000))
            while not stream.wait().spoken:
                pass
            server.send_signal(signal.SIGTERM)
            with self.assertRaises(RemoteError) as caught:
                while True:
                    stream.wait()
            self.assertEqual(caught.exception.code, "draining")
            for verb in (stream.speak_end, stream.interrupt, lambda: stream.push(b"\0\0"), stream.wait):
                with self.assertRaises(RemoteError):
                    verb()

    def test_a_closed_stream_says_so_to_who_waits(self):
        stream, heard = opened(), []

        def show():
            try:
                while True:
                    stream.wait()
            except RemoteError as error:
                heard.append(error.code)

        showing = threading.Thread(target=show)
        showing.start()
        stream.close()
        stream.close()
        showing.join(30)
        self.assertEqual(heard, ["closed"])


READY = {"event": "ready", "width": 256, "height": 256, "fps": 25, "sound_rate": RATE, "latency_ms": 1,
         "max_speech_s": 60}


class Garbage(unittest.TestCase):
    """A server that says what none of ours would."""

    def said(self, *messages, ready=READY):
        def speak(connection):
            with contextlib.suppress(Exception):
                connection.recv()
                connection.send(json.dumps(ready) if isinstance(ready, dict) else ready)
                for message in messages:
                    connection.send(message)

        with serve(speak, "127.0.0.1", 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            with self.assertRaises(RemoteError) as caught:
                with RemoteStream(f"ws://127.0.0.1:{server.socket.getsockname()[1]}", sound_rate=RATE, timeout=5) as stream:
                    for _ in range(3):
                        stream.wait()
            server.shutdown()
        return caught.exception.code

    def test_it_is_refused(self):
        sound = HEAD.pack(2, 0, 0, 0) + bytes(1920)
        for message in ("no json", "[]", "{}", json.dumps({"event": "speak_ended"}), b"", b"short",
                        HEAD.pack(9, 0, 0, 0), HEAD.pack(1, 0, 0, 0) + b"no picture", sound[:-1],
                        HEAD.pack(3, 0, 0, 0), json.dumps({"event": "cut", "count": "many"})):
            self.assertEqual(self.said(message), "protocol", message)
        self.assertEqual(self.said(sound, HEAD.pack(2, 0, 1, 5) + bytes(1920)), "protocol")

    def test_so_is_a_wrong_answer_at_the_start(self):
        for ready in ("garbage", "[]", b"\0", {"event": "ready"}, READY | {"width": "wide"}):
            self.assertEqual(self.said(ready=ready), "protocol", ready)

    def test_events_that_are_not_known_are_passed_over(self):
        self.assertEqual(self.said(json.dumps({"event": "news"}), json.dumps({"event": "stats"})), "ended")


class Assembling(unittest.TestCase):
    """Messages to frames, without a server."""

    def setUp(self):
        self.parts, self.frames, self.at = Parts(), Frames(2, 2, 25, 1000, jpeg=False), 0

    def part(self, index, spoken, *events):
        for event in events:
            self.parts.told(event)
        self.parts.packet(HEAD.pack(2, spoken, index, self.at) + b"\1\0" * 40)
        self.at += 40
        return self.parts.packet(HEAD.pack(1, 0, index, self.at - 40) + bytes(12))

    @staticmethod
    def started(sample=0):
        return {"event": "speak_started", "frame": 0, "sample": sample}

    @staticmethod
    def ended(played, interrupted=False):
        return {"event": "speak_ended", "frame": 0, "played_ms": played, "interrupted": interrupted}

    def test_one_end_is_told_a_frame(self):
        one = self.frames.frame(self.part(0, 40, self.started(), self.ended(10), self.started(15), self.ended(5)), 0)
        self.assertEqual((one.speak_started, one.speak_ended, one.played_ms, one.next_from), (True, True, 10, 15))
        two = self.frames.frame(self.part(1, 0), 0)
        self.assertEqual((two.speak_started, two.speak_ended, two.played_ms, two.next_from), (True, True, 5, -1))
        three = self.frames.frame(self.part(2, 0), 0)
        self.assertFalse(three.speak_started or three.speak_ended)

    def test_pictures_that_are_left_out_leave_their_sound(self):
        first, second = self.part(0, 40, self.started()), self.part(1, 30, self.ended(70))
        first.join(second)
        frame = self.frames.frame(first, 0)
        self.assertEqual((frame.index, len(frame.sound), frame.spoken, frame.sound_from), (1, 80, 70, 0))
        self.assertTrue(frame.speak_started and frame.speak_ended)

    def test_what_was_on_its_way_when_it_was_interrupted_is_silent(self):
        self.frames.frame(self.part(0, 40, self.started()), 0)
        late = self.frames.frame(self.part(1, 40), 1)
        self.assertEqual((late.spoken, any(late.sound)), (0, False))
        cut = self.frames.frame(self.part(2, 0, {"event": "cut", "count": 1, "frame": 2}, self.ended(80, True)), 1)
        self.assertEqual((cut.cuts, cut.interrupted, cut.played_ms), (1, True, 40))

    def test_an_end_that_was_on_its_way_is_an_interruption(self):
        self.frames.frame(self.part(0, 40, self.started()), 0)
        late = self.frames.frame(self.part(1, 10, self.ended(50)), 1)
        self.assertEqual((late.speak_ended, late.interrupted, late.played_ms), (True, True, 40))

    def test_a_picture_of_another_size_is_refused(self):
        with self.assertRaises(Garbled):
            Frames(4, 4, 25, 1000, jpeg=False).frame(self.part(0, 0), 0)


class Loops(unittest.IsolatedAsyncioTestCase):
    async def test_frames_come_to_a_loop_and_are_passed_on_as_those_of_this_process(self):
        stream = await asyncio.to_thread(opened)
        heard, passed, interrupted = parlante.aio.Utterances(stream), b"", False
        stream.push(speech(3, RATE))
        async with contextlib.aclosing(heard.frames()) as frames:
            async for frame, sound, ended in frames:
                passed += sound
                if len(passed) > RATE and not interrupted:
                    interrupted = True
                    before, passed = without_silence(passed), b""
                    heard.interrupt()
                    new = speech(0.3, RATE, start=1)
                    stream.push(new)
                    stream.speak_end()
                if ended:
                    break
        await asyncio.to_thread(stream.close)
        self.assertEqual(before, speech(3, RATE)[: len(before)])
        self.assertEqual(without_silence(passed), new)


def source_picture():
    """A PNG without a face."""
    import struct
    import zlib

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress((b"\0" + b"\x80" * 3 * 128) * 128)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 128, 128, 8, 2, 0, 0, 0)) + chunk(
        b"IDAT", rows) + chunk(b"IEND", b"")


if __name__ == "__main__":
    run()
