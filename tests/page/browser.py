"""A headless Chromium, driven over its debugging pipe with the standard library alone."""

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class BrowserError(AssertionError):
    """The page threw, or what was waited for did not come."""


class Browser:
    """One process with one page. `microphone`: a WAV file that the fake microphone plays, over and over."""

    def __init__(self, microphone=None, width=1440, height=900):
        self._profile = tempfile.mkdtemp(prefix="parlante-page-")
        flags = [
            "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self._profile}", f"--window-size={width},{height}",
            "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--no-proxy-server",
            "--disable-features=Translate,MediaRouter", "--lang=en-US", "--mute-audio",
            "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        ]
        if microphone:
            flags.append(f"--use-file-for-fake-audio-capture={microphone}")
        # The browser reads commands from its descriptor 3 and answers on 4.
        command_read, self._commands = os.pipe()
        self._answers, answer_write = os.pipe()
        high = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (command_read, answer_write)]

        def descriptors():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self._process = subprocess.Popen(
            [PROGRAM, *flags, "about:blank"], preexec_fn=descriptors, pass_fds=(3, 4), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for end in (command_read, answer_write, *high):
            os.close(end)
        self._rest = b""
        self._numbers = itertools.count(1)
        self._replies = {}
        self.complaints = []  # console errors and warnings, uncaught exceptions, refused or failed loads
        self.requests = []    # addresses of everything the page loaded
        targets = self._send("Target.getTargets")["targetInfos"]
        target = next(each["targetId"] for each in targets if each["type"] == "page")
        self._session = None
        self._session = self._send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self._send(f"{domain}.enable")
        self.size(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for end in (self._commands, self._answers):
            os.close(end)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _read(self, deadline):
        while b"\0" not in self._rest:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            if select.select([self._answers], [], [], left)[0]:
                more = os.read(self._answers, 1 << 20)
                if not more:
                    raise BrowserError("Chromium ended")
                self._rest += more
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def _note(self, message):
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(each.get("value", each.get("description"))) for each in params["args"]))
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f'{params["entry"]["text"]} {params["entry"].get("url", "")}')
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    def _send(self, method, timeout=30, **params):
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if getattr(self, "_session", None):
            message["sessionId"] = self._session
        left = json.dumps(message).encode() + b"\0"
        while left:
            left = left[os.write(self._commands, left):]
        deadline = time.monotonic() + timeout
        while True:
            answer = self._read(deadline)
            if answer is None:
                raise BrowserError(f"no answer to {method}")
            if answer.get("id") != number:
                self._note(answer)
                continue
            if "error" in answer:
                raise BrowserError(f'{method}: {answer["error"]["message"]}')
            return answer["result"]

    def go(self, address):
        self._send("Page.navigate", url=address)
        self.until("document.readyState === 'complete'")

    def size(self, width, height, scale=1, touch=False):
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=touch)

    def media(self, **features):
        """`prefers_color_scheme="dark"` and the like."""
        self._send("Emulation.setEmulatedMedia", features=[
            {"name": name.replace("_", "-"), "value": value} for name, value in features.items()])

    def block(self, *patterns):
        """Loads of these addresses fail from now on; without any, none."""
        self._send("Network.setBlockedURLs", urls=list(patterns))

    def js(self, expression, timeout=30):
        """The value of an expression; a promise is waited for."""
        result = self._send("Runtime.evaluate", timeout=timeout, expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def until(self, expression, timeout=15):
        """Waits until the expression is true, and returns its value."""
        deadline = time.monotonic() + timeout
        while True:
            value = self.js(expression)
            if value or value == {}:  # an element is given back as {}
                return value
            if time.monotonic() > deadline:
                raise BrowserError(f"waited {timeout} s in vain for: {expression}")
            time.sleep(0.1)

    def click(self, selector):
        """A real press of the mouse in the middle of the element."""
        box = self.js(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'nearest'}});
            const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()""")
        self.drag([box])

    def drag(self, points):
        for kind, (x, y) in [("mousePressed", points[0]), *(("mouseMoved", point) for point in points[1:]), ("mouseReleased", points[-1])]:
            self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)

    def key(self, name, shift=False):
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "Space": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        text = {"Enter": "\r", "Space": " "}.get(name, "")
        for kind in ("keyDown" if text else "rawKeyDown", "keyUp"):
            self._send("Input.dispatchKeyEvent", type=kind, key=" " if name == "Space" else name, code=name, windowsVirtualKeyCode=codes[name],
                       modifiers=8 if shift else 0, text=text if kind == "keyDown" else "")

    def type(self, text):
        self._send("Input.insertText", text=text)

    def choose_file(self, selector, path):
        root = self._send("DOM.getDocument")["root"]["nodeId"]
        node = self._send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self._send("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def picture(self, path=None, whole=False):
        """A PNG of the window, or of the whole page."""
        shot = base64.b64decode(self._send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])
        if path:
            with open(path, "wb") as file:
                file.write(shot)
        return shot
