"""A web server of the pages as they were agreed on (Tests/BackendServerTests/Golden), with the policy that deferno sends and
a stream of records that a test feeds."""

import contextlib
import http.server
import pathlib
import queue
import threading

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "BackendServerTests/Golden"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class GoldenPages:
    def __enter__(self):
        self._connections = []
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.send(None)
        self._server.shutdown()
        self._server.server_close()

    def send(self, row):
        """Sends a row of the log to every page that listens; `None` breaks the connections."""
        for connection in self._connections:
            connection.put(row)

    @property
    def names(self):
        return sorted(path.stem for path in GOLDEN.glob("*.html"))

    def _handler(self):
        pages = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/events":
                    self.send_events()
                    return
                file = GOLDEN / self.path.removeprefix("/")
                if not file.is_file() or file.suffix not in TYPES:
                    self.send_error(404)
                    return
                body = file.read_bytes()
                self.begin(f"{TYPES[file.suffix]}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def send_events(self):
                self.begin("text/event-stream")
                self.end_headers()
                self.wfile.write(b"retry: 100\n\n")
                rows = queue.Queue()
                pages._connections.append(rows)
                # The browser leaves without a word.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    while (row := rows.get()) is not None:
                        self.wfile.write(f"event: record\ndata: {row}\n\n".encode())

            def begin(self, content_type):
                self.send_response(200)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Security-Policy", POLICY)

            def log_message(self, *_):
                pass

        return Handler
