"""What the tests of the Python package share: `TEST BUILD SOURCE` on the command line, the package of that build, a face
under a clock, speech, a server."""
import array
import asyncio
import atexit
import contextlib
import functools
import importlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request

build, source = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
sys.path[:0] = [str(build / "python"), str(source / "integrations" / "pipecat" / "src"),
                str(source / "integrations" / "livekit")]
PORTRAIT = source / "samples" / "portrait.png"
TOKEN = "a token of the tests"


@contextlib.contextmanager
def needs(what):
    """Imports that may fail: then the whole test is skipped, and says why."""
    try:
        yield
    except ImportError as error:
        print(f"Needs {what}: {error}")
        sys.exit(77)


with needs("the Python module, built for this Python"):
    import parlante

_home = tempfile.TemporaryDirectory()
atexit.register(_home.cleanup)
folder = pathlib.Path(_home.name)
os.environ["XDG_DATA_HOME"] = _home.name  # keys and answers of this test alone
os.environ["NO_PROXY"] = "localhost,127.0.0.1"
os.environ.pop("PARLANTE_CONSENT", None)


@functools.cache
def live_model():
    return parlante.Model(live=True)


atexit.register(live_model.cache_clear)


@functools.cache
def live_avatar():
    return parlante.Avatar(live_model(), PORTRAIT, consent="synthetic")


atexit.register(live_avatar.cache_clear)


def clip(seconds, start=0.5):
    """Of the sample's speech: float32 at 16 kHz."""
    sound = array.array("f", parlante.read_sound(str(source / "samples" / "speech.flac")))
    return sound[round(start * 16000) : round((start + seconds) * 16000)]


def speech(seconds, rate=24000, start=0.5):
    """The same as a text-to-speech would give it: int16, at another rate (the nearest samples are enough here). No
    sample is 0, so that what was said and silence between can be told apart."""
    sound = clip(seconds + 0.01, start)
    return array.array("h", (round(32767 * sound[i * 16000 // rate]) or 1 for i in range(round(seconds * rate))))


def without_silence(pcm):
    """Samples of bytes of int16 that are not 0."""
    return array.array("h", (sample for sample in array.array("h", pcm) if sample))


@contextlib.contextmanager
def serving(*options):
    """A server's address and process, once it is ready."""
    program = build / "bin" / "parlante"
    if not program.exists():
        raise unittest.SkipTest("The program parlante is not built.")
    server = subprocess.Popen([program, "serve", "--port", "0", "--json", "--load", "0", *options],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | {"PARLANTE_TOKEN": TOKEN})
    try:
        address = json.loads(server.stdout.readline())["address"].rstrip("/")
        end = time.monotonic() + 120
        while not _healthy(address):
            if server.poll() is not None or time.monotonic() > end:
                raise AssertionError("the server does not become ready")
            time.sleep(0.1)
        yield address.replace("http", "ws", 1), server
    finally:
        server.terminate()
        server.wait(30)
        server.stdout.close()


def _healthy(address):
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


@functools.cache
def served():
    """The address of a server for all of this file's tests."""
    try:
        importlib.import_module("websockets.sync.client")
    except ImportError as error:
        raise unittest.SkipTest(f"Streams of a server need websockets: {error}") from None
    server = serving()
    url, _ = server.__enter__()
    atexit.register(server.__exit__, None, None, None)
    return url


class AsyncTest(unittest.IsolatedAsyncioTestCase):
    async def until(self, condition, seconds=60):
        """Waits for a condition, on a machine that may be busy."""
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, "waited too long")
            await asyncio.sleep(0.01)


def run():
    unittest.main(argv=sys.argv[:1])
