"""A server over bare pipes: bytes go in as they are, and every line that comes out must be one JSON message."""

import json
import queue
import signal
import subprocess
import threading
import time

from checks import CheckFailed, shortened

HANDSHAKE_VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
STATELESS_VERSION = "2026-07-28"
CLIENT = {"name": "raw", "version": "1.0"}


def meta(version=STATELESS_VERSION, **more):
    """The `_meta` that a request of the stateless era carries."""
    return {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": CLIENT,
        "io.modelcontextprotocol/clientCapabilities": {},
        **more,
    }


def strict(line):
    """The value of one line: JSON in UTF-8 without repeated keys, NaN or blank lines."""

    def members(pairs):
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a key occurs twice")
        return dict(pairs)

    def refuse(word):
        raise ValueError(f"{word} is no JSON")

    return json.loads(line.decode("utf-8"), object_pairs_hook=members, parse_constant=refuse)


class RawServer:
    def __init__(self, command, environment, reads=True):
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        self.errors = bytearray()
        self.lines = queue.Queue()
        # Messages that were taken from the queue while another one was looked for.
        self.put_aside = []
        self.next_id = 0
        self.may_read = threading.Event()
        if reads:
            self.may_read.set()
        threading.Thread(target=self._read_output, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.may_read.set()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def _read_output(self):
        while True:
            self.may_read.wait()
            line = self.process.stdout.readline()
            self.lines.put(line)
            if not line:
                return

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors += line

    # Sending

    def write(self, data):
        """Writes bytes as they are; returns whether the server still takes any."""
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
            return True
        except BrokenPipeError:
            return False

    def write_line(self, line):
        return self.write((line if isinstance(line, bytes) else line.encode()) + b"\n")

    def send(self, message):
        return self.write_line(json.dumps(message, ensure_ascii=False, separators=(",", ":")))

    def end_input(self):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    # Receiving

    def next_line(self, seconds=10):
        """The bytes of the next line; `None` at the end of output."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            raise CheckFailed(f"nothing came within {seconds} s; standard error: {self.error_text()}") from None
        return line or None

    def next_message(self, seconds=10):
        line = self.next_line(seconds)
        if line is None:
            raise CheckFailed(f"the server has ended with {self.status(1)}; standard error: {self.error_text()}")
        return self.message(line)

    def message(self, line):
        """The one message on a line."""
        try:
            value = strict(line)
        except (ValueError, RecursionError) as error:
            raise CheckFailed(f"standard output holds no JSON message: {error}: {shortened(line)}") from None
        if not line.endswith(b"\n") or not isinstance(value, (dict, list)):
            raise CheckFailed(f"standard output holds something else than messages: {shortened(line)}")
        return value

    def reply(self, request_id, seconds=10):
        """The reply to a request; notifications and other replies before it are put aside."""
        for index, message in enumerate(self.put_aside):
            if is_reply(message, request_id):
                return self.put_aside.pop(index)
        deadline = time.monotonic() + seconds
        while True:
            message = self.next_message(max(deadline - time.monotonic(), 0.01))
            if is_reply(message, request_id):
                return message
            self.put_aside.append(message)

    def everything_else(self, seconds):
        """All messages that were put aside or come within so many seconds."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self.lines.get(timeout=left)
            except queue.Empty:
                break
            if not line:
                self.lines.put(line)
                break
            self.put_aside.append(self.message(line))
        messages, self.put_aside = self.put_aside, []
        return messages

    # Conversations

    def request(self, method, params=None, seconds=10):
        """Sends a request with an id of its own and returns the whole reply."""
        self.next_id += 1
        message = {"jsonrpc": "2.0", "id": f"r{self.next_id}", "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)
        return self.reply(message["id"], seconds)

    def call(self, name, arguments, seconds=10, **more):
        return self.request("tools/call", {"name": name, "arguments": arguments, **more}, seconds)

    def notify(self, method, params=None):
        self.send({"jsonrpc": "2.0", "method": method, **({"params": params} if params is not None else {})})

    def shake_hands(self, version="2025-11-25", seconds=10):
        parameters = {"protocolVersion": version, "capabilities": {}, "clientInfo": CLIENT}
        reply = self.request("initialize", parameters, seconds)
        if "result" not in reply or reply["result"]["protocolVersion"] != version:
            raise CheckFailed(f"initialize with {version}: {shortened(reply)}")
        self.notify("notifications/initialized")
        return reply["result"]

    # The process

    def signal_end(self):
        self.process.send_signal(signal.SIGTERM)

    def status(self, seconds):
        """The exit status, negative for a signal; a failed check where it does not end in time."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise CheckFailed(f"the server did not end within {seconds} s") from None

    def peak_memory(self):
        """The most memory that was resident so far, in MiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        return 0

    def error_text(self):
        return shortened(self.errors.decode(errors="replace"))


def is_reply(message, request_id):
    """Whether a message is the reply to the request, whose id has the same type: 1 is neither "1" nor true nor 1.0."""
    if not isinstance(message, dict) or "method" in message or "id" not in message:
        return False
    return type(message["id"]) is type(request_id) and message["id"] == request_id
