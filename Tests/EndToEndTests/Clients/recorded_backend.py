"""A backend that answers with what was recorded, in the seed's bare dialect, and remembers what it was asked."""

import contextlib
import http.server
import json
import re
import socket
import threading

TASK_ID = "7ac8513c-4037-43fe-a89a-721019f76527"
CHILD_ID = "461dfe4c-90db-4220-a93b-c645ed075688"
OTHER_ID = "085a5db8-2b15-4cf6-a28c-dd194538b516"


def task(**changes):
    return {
        "id": TASK_ID,
        "title": "Water the plants",
        "description": 'Both balconies – “südlich” ⛲\n\tand \\ "more"',
        "status": "open",
        "labels": ["house", "çà"],
        "parent_id": None,
        "children": [CHILD_ID, OTHER_ID],
        "next_task_id": None,
        "assignee": None,
        "complete_by": "2026-04-26T06:59:00Z",
        "productive": 0.5,
        "desire": -0.45,
        "mood_start": {"r": 0.25, "theta": 3.141592653589793},
        "mood_finish": None,
        "pinned": False,
        "date_created": "2026-04-18T20:08:13.919016817Z",
        "updated_at": None,
        "finished_at": None,
        "rev": 12345678901234,
        "actions": [
            {"kind": "Created", "recorded_at": "2026-04-18T20:08:13.919016817Z"},
            {"kind": {"Updated": {"fields": ["title"]}}, "recorded_at": "2026-04-19T20:08:13Z"},
            {"kind": "MergedIntoParent", "recorded_at": "2026-04-20T20:08:13Z"},
        ],
        **changes,
    }


SUMMARY = {
    "id": TASK_ID,
    "title": "Water the plants",
    "status": "open",
    "labels": [],
    "parent_id": None,
    "children": [],
    "complete_by": None,
    "productive": None,
    "desire": 0.25,
    "date_created": "2026-04-18T20:08:13.919016817Z",
    "pinned": True,
}
USER = {"id": "1d35f62e-eed9-44de-96e8-e61a307af83f", "username": "sampleuser", "role": "admin"}
TODAY = [{"id": TASK_ID, "title": "Water the plants", "status": "open", "score": 55.0, "urgency_reason": "overdue"}]
MOODS = [
    {
        "task_id": TASK_ID,
        "title": "Water the plants",
        "finished_at": "2026-04-20T20:08:13Z",
        "productive": 0.5,
        "desire": None,
        "mood_start": {"r": 0.5, "theta": 1},
        "mood_finish": None,
    }
]

# The first fitting line answers: method, path, status, payload.
SUCCESSES = [
    ("POST", "/auth/cli/init", 200, {"session_id": "s-1", "auth_url": "https://deferno.work/cli-auth?session=s-1"}),
    ("POST", "/auth/cli/verify", 200, {"token": "t-2", "user": USER}),
    ("POST", "/auth/logout", 204, None),
    ("GET", "/auth/me", 200, USER),
    ("GET", "/tasks", 200, [SUMMARY, {**SUMMARY, "id": CHILD_ID, "title": "Zwölf Boxkämpfer"}]),
    ("POST", "/tasks", 201, task()),
    ("GET", "/tasks/today", 200, TODAY),
    ("GET", "/tasks/mood-history", 200, MOODS),
    (
        "POST",
        "/tasks/[^/]+/split",
        201,
        {"parent": task(), "first_child": task(id=CHILD_ID), "second_child": task(id=OTHER_ID)},
    ),
    ("POST", "/tasks/[^/]+/fold", 201, {"original": task(next_task_id=CHILD_ID), "next_task": task(id=CHILD_ID)}),
    ("POST", "/tasks/[^/]+/merge", 200, {"parent": task(), "merged_children": [task(id=CHILD_ID, status="pruned")]}),
    ("GET", "/tasks/[^/]+", 200, task()),
    ("PATCH", "/tasks/[^/]+", 200, task(title="Changed")),
]


class RecordedBackend:
    """Listens on a free port of the loopback address.

    `failure` is `None`, or the status, type and body of every answer.
    """

    def __enter__(self):
        self.failure = None
        self._requests = []
        self._connections = []
        self._lock = threading.Lock()
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # One write for each answer: two would wait for one another.
            wbufsize = -1

            def setup(self):
                super().setup()
                backend._connections.append(self.connection)

            def answer(self):
                backend.answer(self)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = answer

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
            # Those that clients keep open would be served on.
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, handler):
        length = int(handler.headers.get("content-length") or 0)
        body = handler.rfile.read(length)
        token = (handler.headers.get("authorization") or "").removeprefix("Bearer ")
        with self._lock:
            self._requests.append((handler.command, handler.path, body.decode(), token))
        status, kind, content = self.failure or self.recorded(handler.command, handler.path)
        handler.send_response(status)
        if content or status != 204:
            handler.send_header("content-type", kind)
            handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def recorded(self, method, path):
        for known, pattern, status, payload in SUCCESSES:
            if known == method and re.fullmatch(pattern, path):
                # Spaced, as a backend may write it.
                return status, "application/json", b"" if payload is None else json.dumps(payload, indent=1).encode()
        return 404, "application/json", b'{"message":"no such endpoint"}'

    def requests(self):
        """What it was asked since the last call of this function: method, path, body as a value, token."""
        with self._lock:
            taken, self._requests = self._requests, []
        return [(method, path, json.loads(body) if body else None, token) for method, path, body, token in taken]
