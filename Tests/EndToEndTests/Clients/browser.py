"""A headless Chromium, spoken to in the Chrome DevTools Protocol over two pipes (--remote-debugging-pipe): messages are
JSON, each ended by a zero byte. Needs nothing but the program and Python's own library."""

import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import tempfile
import time
from html.parser import HTMLParser

from checks import CheckFailed


class BrowserFault(CheckFailed):
    """The browser said no, or nothing in time."""


def chromium():
    """The program: DEFERNO_CHROMIUM, or what Debian and others call it."""
    names = [os.environ.get("DEFERNO_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next((path for path in map(shutil.which, filter(None, names)) if path), None)


class Browser:
    """One process with one profile of its own; gone at the end of the `with` block."""

    def __enter__(self):
        program = chromium()
        if program is None:
            raise BrowserFault("there is no chromium; .ci/setup tests installs it")
        self._profile = tempfile.TemporaryDirectory(prefix="deferno-browser-", ignore_cleanup_errors=True)
        to_browser, self._send = os.pipe()
        self._receive, from_browser = os.pipe()
        # The browser reads descriptor 3 and writes descriptor 4.
        wiring = f'exec 3<&{to_browser} 4>&{from_browser}; exec "$0" "$@"'
        options = [
            "--headless=new", "--remote-debugging-pipe", f"--user-data-dir={self._profile.name}", "--no-first-run",
            "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-color-profile=srgb",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
        ]
        # Its sandbox refuses to run for root, as whom containers run tests.
        if os.getuid() == 0:
            options.append("--no-sandbox")
        self._process = subprocess.Popen(
            ["bash", "-c", wiring, program, *options, "about:blank"], pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._bytes = b""
        self._last = 0
        self._pages = {}
        return self

    def __exit__(self, *_):
        try:
            self.command("Browser.close", seconds=5)
        except (BrowserFault, OSError):
            pass
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._send)
        os.close(self._receive)
        self._profile.cleanup()

    def page(self):
        """A new tab with cookies of its own."""
        context = self.command("Target.createBrowserContext")["browserContextId"]
        target = self.command("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session, context)
        page.enable()
        return page

    def command(self, method, session=None, seconds=60, **parameters):
        """Sends a command and returns its result; events that come before it are kept."""
        self._last += 1
        number = self._last
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        # The pipe is in blocking mode: the browser reads all the time.
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._send, data):]
        deadline = time.monotonic() + seconds
        while True:
            answer = self.next_message(deadline, f"an answer to {method}")
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserFault(f"{method}: {answer['error'].get('message')}")
                return answer["result"]

    def next_message(self, deadline, expected):
        """The next message; an event is also told to its page."""
        while b"\0" not in self._bytes:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([self._receive], [], [], wait)[0]:
                raise BrowserFault(f"the browser did not send {expected} in time")
            chunk = os.read(self._receive, 65536)
            if not chunk:
                raise BrowserFault(f"the browser ended while {expected} was awaited")
            self._bytes += chunk
        line, _, self._bytes = self._bytes.partition(b"\0")
        message = json.loads(line)
        page = self._pages.get(message.get("sessionId"))
        if page and "method" in message:
            page.saw(message["method"], message["params"])
        return message


class Page:
    """A tab: what it is told, what it complains about, and what it looks like."""

    def __init__(self, browser, session, context):
        self._browser = browser
        self._session = session
        self._context = context
        self._loads = 0
        # What the console, the security policy and failed requests had to say, and the address it is about.
        self._complaints = []
        self._documents = set()
        # Every address that was asked for.
        self.requests = []
        self.status = None

    def enable(self):
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.command(f"{domain}.enable")
        self.size(1280, 800)

    def command(self, method, seconds=60, **parameters):
        return self._browser.command(method, self._session, seconds, **parameters)

    def saw(self, method, parameters):
        if method == "Page.loadEventFired":
            self._loads += 1
        elif method == "Log.entryAdded":
            entry = parameters["entry"]
            if entry["level"] in ("warning", "error"):
                self._complaints.append((f"{entry['source']}: {entry['text']}", entry.get("url")))
        elif method == "Runtime.consoleAPICalled":
            texts = " ".join(str(argument.get("value", "")) for argument in parameters["args"])
            self._complaints.append((f"console {parameters['type']}: {texts}", None))
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self._complaints.append((f"exception: {details.get('exception', {}).get('description', details['text'])}", None))
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Network.responseReceived" and parameters["type"] == "Document":
            self.status = parameters["response"]["status"]
            self._documents.add(parameters["response"]["url"])

    # What somebody does

    def open(self, address):
        self.after_load(lambda: self.command("Page.navigate", url=address))

    def after_load(self, action, seconds=60):
        """Does something that loads a page, and waits for that page."""
        before = self._loads
        action()
        deadline = time.monotonic() + seconds
        while self._loads == before:
            self._browser.next_message(deadline, "a loaded page")

    def fill(self, selector, text):
        """Types into a field as a keyboard would, script or no script."""
        self.focus(selector)
        self.command("Input.insertText", text=text)

    def replace(self, selector, text):
        """Types over what a field holds."""
        self.focus(selector)
        self.command("Input.dispatchKeyEvent", type="keyDown", commands=["selectAll"])
        self.command("Input.insertText", text=text)

    def focus(self, selector):
        self.command("DOM.focus", nodeId=self.node(selector))

    def press(self, selector):
        """Clicks the middle of an element as a mouse would."""
        node = self.node(selector)
        self.command("DOM.scrollIntoViewIfNeeded", nodeId=node)
        quad = self.command("DOM.getContentQuads", nodeId=node)["quads"][0]
        place = {"x": sum(quad[0::2]) / 4, "y": sum(quad[1::2]) / 4, "button": "left", "clickCount": 1}
        self.command("Input.dispatchMouseEvent", type="mousePressed", **place)
        self.command("Input.dispatchMouseEvent", type="mouseReleased", **place)

    def tab(self):
        """Presses the Tab key."""
        key = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        self.command("Input.dispatchKeyEvent", type="rawKeyDown", **key)
        self.command("Input.dispatchKeyEvent", type="keyUp", **key)

    def press_and_load(self, selector):
        self.after_load(lambda: self.press(selector))

    def allow_clipboard(self, origin):
        for name in ("clipboard-read", "clipboard-write"):
            self._browser.command(
                "Browser.setPermission", permission={"name": name}, setting="granted", origin=origin,
                browserContextId=self._context,
            )

    # What somebody sees

    @property
    def complaints(self):
        """All but that a page itself came with the status of a refusal, which is no fault."""
        return [
            f"{text} {address or ''}"
            for text, address in self._complaints
            if not (text.startswith("network: Failed to load resource") and address in self._documents)
        ]

    def node(self, selector):
        root = self.command("DOM.getDocument", depth=0)["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        if not node:
            raise BrowserFault(f"{self.address()} has no element {selector}")
        return node

    def has(self, selector):
        root = self.command("DOM.getDocument", depth=0)["root"]["nodeId"]
        return bool(self.command("DOM.querySelector", nodeId=root, selector=selector)["nodeId"])

    def text(self, selector):
        """The text of an element, as the document holds it; works without scripts."""
        html = self.command("DOM.getOuterHTML", nodeId=self.node(selector))["outerHTML"]
        return text_of(html)

    def wait_for(self, selector, containing="", seconds=20):
        """Waits until an element is there and holds a text; returns that text."""
        deadline = time.monotonic() + seconds
        while True:
            if self.has(selector) and containing in (text := self.text(selector)):
                return text
            if time.monotonic() > deadline:
                raise BrowserFault(f"{selector} with {containing!r} did not appear within {seconds} s")
            time.sleep(0.05)

    def evaluate(self, expression):
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserFault(f"{expression.strip()[:60]}: {details.get('exception', {}).get('description', details['text'])}")
        return answer["result"].get("value")

    def address(self):
        return self.command("Page.getNavigationHistory")["entries"][-1]["url"]

    def accessibility_tree(self):
        return self.command("Accessibility.getFullAXTree")["nodes"]

    # How it is looked at

    def size(self, width, height, mobile=False):
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if mobile else 1,
            mobile=mobile,
        )

    def scheme(self, name):
        """`light` or `dark`; nothing moves, so that pictures and colours are those of the end."""
        features = {"prefers-color-scheme": name, "prefers-reduced-motion": "reduce"}
        self.command(
            "Emulation.setEmulatedMedia", features=[{"name": key, "value": value} for key, value in features.items()]
        )

    def scripts(self, allowed):
        self.command("Emulation.setScriptExecutionDisabled", value=not allowed)

    def screenshot(self, path):
        """The whole page, however long."""
        size = self.command("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        data = self.command("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))


def text_of(markup):
    """The text of a piece of HTML, without its elements."""
    texts = []
    parser = HTMLParser()
    parser.handle_data = texts.append
    parser.feed(markup)
    parser.close()
    return "".join(texts)
