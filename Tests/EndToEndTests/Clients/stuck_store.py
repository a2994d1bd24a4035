"""`deferno serve` and a store that is held by another program, asked by everybody at once, or gone.

usage: stuck_store.py PATH_TO_DEFERNO
"""

import http.client
import json
import os
import sqlite3
import sys
import threading
import urllib.parse

from checks import Checks
from served import Served


def ask(server, method, path, token=None, body=None):
    """The status of the answer; 0 where there is none."""
    connection = http.client.HTTPConnection(urllib.parse.urlparse(server.address).netloc, timeout=60)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except OSError:
        return 0
    finally:
        connection.close()


def at_once(count, work):
    threads = [threading.Thread(target=work, args=[number], daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def hold(server):
    """Takes the store's lock for writing; gives the connection to let go of it with."""
    connection = sqlite3.connect(server.store, isolation_level=None, timeout=20, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def crowd(checks, server, token):
    """However many ask for what, all are answered."""
    seen = []
    paths = ["/api/items/by-seq/1", "/health", "/tasks", "/items/by-ref/ada-1"]

    def work(number):
        for _ in range(20):
            seen.append(ask(server, "GET", paths[number % 4], token if number % 8 != 1 else None))

    for thread in at_once(32, work):
        thread.join(120)
    checks.equal((len(seen), set(seen)), (640, {200}), "32 clients are answered, each of them 20 times")


def held(checks, server, token):
    """Reads and health go on while writes wait for another program."""
    other = hold(server)
    written = []
    writers = at_once(20, lambda n: written.append(ask(server, "POST", "/tasks", token, {"title": f"Held {n}"})))
    read = [ask(server, "GET", path, token) for path in ("/tasks", "/items/by-seq/1", "/health", "/tasks/today") * 3]
    before = list(written)
    other.execute("ROLLBACK")
    for thread in writers:
        thread.join(60)
    checks.equal(set(read), {200}, "reads are answered while another program holds the store")
    checks.equal(before, [], "and writes are not: they wait")
    checks.equal(written, [201] * 20, "until it lets go")
    other.close()


def ended(checks, server, token):
    """SIGTERM ends it while everybody waits for the store."""
    other = hold(server)
    at_once(20, lambda n: ask(server, "POST", "/tasks", token, {"title": f"Lost {n}"}))
    checks.equal(ask(server, "GET", "/health"), 200, "it is asked to end while writes wait")
    checks.that(server.end(25) in (0, 143), "it ends within its time")
    other.close()


def gone(checks, server, token):
    """What is acknowledged is somewhere."""
    for ending in ("", "-wal", "-shm"):
        os.remove(f"{server.store}{ending}")
    statuses = {ask(server, "POST", "/tasks", token, {"title": "Nowhere"}) for _ in range(3)}
    checks.that(all(status >= 500 for status in statuses), "no write is acknowledged without a store", statuses)
    checks.that(ask(server, "GET", "/tasks", token) >= 500, "and nothing is read that is not there any more")


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO")
    program = os.path.abspath(sys.argv[1])
    checks = Checks()

    def everything():
        with Served(program) as server:
            token = server.add_user("ada")
            checks.equal(ask(server, "POST", "/tasks", token, {"title": "First"}), 201, "a task")
            crowd(checks, server, token)
            held(checks, server, token)
            ended(checks, server, token)
        with Served(program) as server:
            gone(checks, server, server.add_user("ada"))

    checks.attempt(everything)
    checks.finish()


main()
