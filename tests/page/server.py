"""`parlante serve` as a test's own process, on a free port."""

import os
import re
import select
import signal
import subprocess
import tempfile
import time


class Server:
    def __init__(self, program, *options, port=0, environment=None):
        self._home = tempfile.TemporaryDirectory(prefix="parlante-page-home-")
        environment = {**os.environ, "XDG_DATA_HOME": self._home.name, **(environment or {})}
        self._process = subprocess.Popen(
            [program, "serve", "--port", str(port), "--load", "0", *options], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.log = b""
        try:
            self.address = self._wait_for(rb"(https?://\S+)\s")
            self._wait_for(rb"(Ready)")
        except AssertionError:
            self._process.kill()
            self._process.wait()
            raise

    def _wait_for(self, pattern, seconds=120):
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.log)):
            if time.monotonic() > end or (self._process.poll() is not None and not self._more(0)):
                raise AssertionError(f"the server did not start: {self.log.decode()}")
            self._more(0.1)
        return found.group(1).decode()

    def _more(self, seconds):
        if not select.select([self._process.stdout], [], [], seconds)[0]:
            return False
        more = os.read(self._process.stdout.fileno(), 65536)
        self.log += more
        return bool(more)

    @property
    def port(self):
        return int(self.address.rstrip("/").rsplit(":", 1)[1])

    def stop(self):
        """As a service manager ends it."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError("the server did not end within 20 s of SIGTERM") from None
        finally:
            self._process.stdout.close()
            self._home.cleanup()
        return self._process.returncode
