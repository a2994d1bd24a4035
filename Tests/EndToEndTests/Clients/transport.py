"""The ways to a backend: HTTP/2 over TLS, through a proxy by CONNECT and through SOCKS, and connections that are kept.

usage: transport.py PATH_TO_DEFERNO

nginx stands for the backend, under a name that only the proxies know.
"""

import collections
import json
import os
import pathlib
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

from checks import CheckFailed, Checks
from served import environment

NAME = "backend.example"
TASK = {"id": "7ac8513c-4037-43fe-a89a-721019f76527", "title": "Water the plants", "status": "open"}
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  log_format way '$server_protocol $connection $http_authorization';
  access_log {folder}/access.log way;
  default_type application/json;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{tls} ssl http2;
    listen 127.0.0.1:{plain};
    ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem;
    location / {{ return 200 '{task}'; }}
  }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Backend:
    """nginx with a certificate of its own."""

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="deferno-transport-", ignore_cleanup_errors=True)
        self.folder = pathlib.Path(self._temporary.name)
        self.tls, self.plain = free_port(), free_port()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
             "-addext", f"subjectAltName=DNS:{NAME},DNS:localhost", "-keyout", self.folder / "key.pem",
             "-out", self.folder / "cert.pem"], check=True, capture_output=True)
        configuration = self.folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(
            folder=self.folder, tls=self.tls, plain=self.plain, task=json.dumps(TASK)))
        nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        self.process = subprocess.Popen([nginx, "-p", self.folder, "-c", configuration], stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.plain)) == 0:
                    return self
            time.sleep(0.02)
        raise CheckFailed("nginx does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self._temporary.cleanup()

    def requests(self):
        """What was asked since the last look: protocol, connection and Authorization of each request."""
        log = self.folder / "access.log"
        lines = [line.split(" ", 2) for line in log.read_text().splitlines()]
        log.write_text("")
        return lines


class Tunnels(socketserver.ThreadingTCPServer):
    """A proxy that leads wherever it is asked to the backend."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, handler, target):
        super().__init__(("127.0.0.1", 0), handler)
        self.target = target
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]


class Tunnel(socketserver.BaseRequestHandler):
    def join(self):
        """Carries bytes both ways until one side ends."""
        with socket.create_connection(("127.0.0.1", self.server.target)) as other:
            threading.Thread(target=carry, args=[other, self.request], daemon=True).start()
            carry(self.request, other)


def carry(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Connect(Tunnel):
    """RFC 9110 section 9.3.6."""

    def handle(self):
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.request.recv(1)
        self.server.asked.append(head.decode())
        self.request.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        self.join()


class Socks(Tunnel):
    """RFC 1928, without authentication."""

    def handle(self):
        _, count = self.request.recv(2)
        self.request.recv(count)
        self.request.sendall(b"\x05\x00")
        kind = self.request.recv(4)[3]
        host = self.request.recv(self.request.recv(1)[0]) if kind == 3 else self.request.recv(4 if kind == 1 else 16)
        port = int.from_bytes(self.request.recv(2), "big")
        self.server.asked.append(f"{host.decode(errors='replace')}:{port}")
        self.request.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        self.join()


class User:
    def __init__(self, checks, program, backend):
        self.checks, self.program, self.backend = checks, program, backend

    def batch(self, name, address, steps, **variables):
        """Reads a task so many times; gives the requests that came."""
        script = self.backend.folder / "script.yaml"
        script.write_text("".join(f"--- {{op: get_task, args: {{task_id: {TASK['id']}}}}}\n" for _ in range(steps)))
        variables = {"DEFERNO_TOKEN": "tok-transport", "SSL_CERT_FILE": f"{self.backend.folder}/cert.pem", **variables}
        ended = subprocess.run(
            [self.program, "batch", "run", script, "--quiet", "--base-url", address], capture_output=True, text=True,
            timeout=60, env=environment(self.backend.folder, **variables))
        self.checks.equal(ended.returncode, 0, f"{name}: everything is done")
        requests = self.backend.requests()
        self.checks.equal(len(requests), steps, f"{name}: each step is one request")
        self.checks.equal({line[2] for line in requests}, {"Bearer tok-transport"}, f"{name}: each with the token")
        return requests


def walk(checks, program, backend):
    user = User(checks, program, backend)
    lines = user.batch("HTTP/1.1", f"http://localhost:{backend.plain}", 100)
    checks.equal({line[0] for line in lines}, {"HTTP/1.1"}, "HTTP/1.1: spoken without TLS")
    checks.that(len({line[1] for line in lines}) <= 64, "HTTP/1.1: no more connections than allowed")
    checks.that(max(collections.Counter(line[1] for line in lines).values()) > 1, "HTTP/1.1: connections are kept")
    lines = user.batch("HTTP/2", f"https://localhost:{backend.tls}", 100)
    checks.equal({line[0] for line in lines}, {"HTTP/2.0"}, "HTTP/2: spoken where the backend does")
    checks.equal(len({line[1] for line in lines}), 1, "HTTP/2: over one connection")
    for name, handler, scheme, login in [("CONNECT", Connect, "http", "user:p%40ss@"), ("SOCKS", Socks, "socks5", "")]:
        with Tunnels(handler, backend.tls) as tunnels:
            proxy = f"{scheme}://{login}127.0.0.1:{tunnels.port}"
            user.batch(name, f"https://{NAME}", 5, https_proxy=proxy)
            checks.that(NAME in tunnels.asked[0] and "443" in tunnels.asked[0], f"{name}: the proxy is asked for the host")
            checks.that("tok-transport" not in "".join(tunnels.asked), f"{name}: and is not shown the token")
            if name == "CONNECT":
                checks.that("dXNlcjpwQHNz" in tunnels.asked[0], "CONNECT: but user and password for itself")
            count = len(tunnels.asked)
            user.batch(f"{name}, this machine", f"https://localhost:{backend.tls}", 1, https_proxy=proxy)
            checks.equal(len(tunnels.asked), count, f"{name}: this machine is reached without it")


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO")
    checks = Checks()

    def everything():
        with Backend() as backend:
            walk(checks, os.path.abspath(sys.argv[1]), backend)

    checks.attempt(everything)
    checks.finish()


main()
