"""The whole way of a newcomer: `deferno serve`, an account through the setup link, a sign-in from a second process through
the browser, and an agent's changes in the live log.

usage: browser_sign_in.py PATH_TO_DEFERNO FOLDER_FOR_SCREENSHOTS
"""

import json
import os
import pathlib
import sys

from browser import Browser
from checks import Checks
from page_audit import audit
from served import Person, Served

NAME = "ada"
PASSWORD = "correct horse battery staple"


class Walk:
    """What the parts of the way share."""

    def __init__(self, checks, program, server, browser, folder):
        self.checks = checks
        self.program = program
        self.server = server
        self.browser = browser
        self.folder = folder
        self.page = browser.page()

    def look(self, name, page=None):
        """Checks the page that is open and keeps pictures of it."""
        page = page or self.page
        for window, size in {"phone": (360, 740, True), "desk": (1280, 800, False)}.items():
            page.size(*size)
            for scheme in ("dark", "light"):
                page.scheme(scheme)
                audit(self.checks, page, f"{name}, {window}, {scheme}")
                page.screenshot(self.folder / f"{name}-{window}-{scheme}.png")

    def open(self, path, page=None):
        (page or self.page).open(self.server.address + path)

    def sign_in(self, page, name=NAME, password=PASSWORD):
        page.replace("#name", name)
        page.fill("#password", password)
        page.press_and_load("main button[type=submit]")


def set_up(walk):
    """The setup link makes the first account, once."""
    page, checks = walk.page, walk.checks
    walk.open("/")
    checks.that(page.address().startswith(f"{walk.server.address}/sign-in"), "nobody is signed in yet", page.address())
    page.open(walk.server.setup_link)
    walk.look("setup")
    page.replace("#name", NAME)
    page.fill("#password", PASSWORD)
    page.fill("#password-again", PASSWORD + "!")
    page.press_and_load("main button[type=submit]")
    checks.that("not the same" in page.text(".notice"), "two different passwords are told")
    page.fill("#password", PASSWORD)
    page.fill("#password-again", PASSWORD)
    page.press_and_load("main button[type=submit]")
    checks.equal(page.address(), walk.server.address + "/", "the setup ends on the home page, signed in")
    checks.equal(page.text(".visitor .name"), NAME, "under the chosen name")
    stranger = walk.browser.page()
    stranger.open(walk.server.setup_link)
    checks.equal(stranger.status, 404, "the setup link works once")
    walk.look("error", stranger)


def sign_in_again(walk):
    """Out and in again; a wrong password is told, and gives nothing away."""
    page, checks = walk.page, walk.checks
    page.press_and_load(".visitor button")
    checks.that(page.address().startswith(f"{walk.server.address}/sign-in"), "signing out leads to the sign-in page")
    walk.sign_in(page, password="something else")
    checks.equal(page.status, 401, "a wrong password is refused")
    checks.that("not right" in page.text(".notice"), "and told", page.text("main"))
    walk.look("sign-in")
    walk.sign_in(page)
    checks.equal(page.address(), walk.server.address + "/", "the right one leads home")


def approve(walk, person):
    """A second process asks, the browser approves, the code goes back."""
    page, checks = walk.browser.page(), walk.checks
    with person.login() as login:
        page.open(login.page)
        checks.that(page.address().startswith(f"{walk.server.address}/sign-in"), "approving needs a sign-in first")
        walk.sign_in(page)
        checks.equal(page.address(), login.page, "the sign-in leads back to the request")
        facts = page.text(".facts")
        checks.that("127.0.0.1" in facts and "deferno" in facts, "the page says what asks, and from where", facts)
        walk.look("cli-auth-asking", page)
        page.press_and_load("button[value=approve]")
        code = page.text("#code")
        checks.that(len(code) == 8 and code.isalnum(), "the page shows a code of eight characters")
        checks.that(code not in page.address(), "the code is in no address")
        checks.that("minutes" in page.text("main"), "the page says how long the code is good")
        walk.look("cli-auth-approved", page)
        checks.equal(login.give(code), 0, "the code signs the program in")
    status, output, errors = person.run("auth", "status")
    checks.that(status == 0 and json.loads(output)["username"] == NAME, "auth status says so", output + errors)
    page.open(login.page)
    checks.that(not page.has("button[value=approve]"), "nothing can be approved twice")
    checks.equal(page.complaints, [], "the browser has nothing to complain about")


def follow(walk, person):
    """What a command and an agent change appears on the page that is open, without a reload."""
    page, checks = walk.page, walk.checks
    walk.open("/")
    page.wait_for("#live", "Live")
    page.evaluate("window.loadedOnce = true")
    task = person.call("create_task", title="Water the plants")
    page.wait_for("#log", "Water the plants")
    checks.that(True, "a task made by a command appears in the log")
    with person.agent() as agent:
        agent.shake_hands()
        reply = agent.call("set_task_status", {"task_id": task["id"], "status": "in-progress"})
        checks.that("result" in reply and not reply["result"].get("isError"), "an agent changes its status", reply)
    changed = page.wait_for("#log li:nth-child(1).ok:has(+ li.ok)", "set_task_status")
    checks.that("Water the plants" in changed, "the agent's change stands above it", changed)
    checks.that(page.evaluate("window.loadedOnce"), "the change appears without a reload")
    checks.that(not page.evaluate("document.getElementById('changed').hidden"), "the page says that tasks have changed")
    walk.look("home-live")
    page.press_and_load("#changed a")
    checks.that("Water the plants" in page.text(".tree"), "the tree holds the new task")
    checks.that("in progress" in page.text(".today"), "today's list says why it is there", page.text(".today"))
    return task


def change_status(walk, person, task):
    """A click on another status changes the task."""
    page, checks = walk.page, walk.checks
    person.call("update_task", task_id=task["id"], productive="0.75", desire="0.25")
    page.press(f"#task-{task['id']} .status")
    page.press_and_load(f"#task-{task['id']} button[value=done]")
    checks.equal(person.call("get_task", task_id=task["id"])["status"], "done", "the task is done")
    checks.that(page.has(".plot circle.point"), "its feeling is drawn")
    walk.look("home")


def tokens(walk, person):
    """A token is shown once, works, and works no longer once it is revoked."""
    page, checks = walk.page, walk.checks
    walk.open("/tokens")
    page.fill("#new-name", "Backup")
    page.press_and_load("section form button[type=submit]")
    secret = page.text(".secret")
    variables = {"DEFERNO_TOKEN": secret, "DEFERNO_BASE_URL": walk.server.address}
    checks.equal(person.run("call", "whoami", **variables)[0], 0, "a new token works")
    walk.look("tokens")
    walk.open("/tokens")
    checks.that(secret not in page.text("html"), "it is shown once")
    page.press("li:has(input[value=Backup]) details + details > summary")
    page.press_and_load("li:has(input[value=Backup]) button.danger")
    checks.that("Backup" not in page.text("main"), "it can be revoked")
    checks.equal(person.run("call", "whoami", **variables)[0], 77, "and is refused from then on")
    checks.equal(person.run("auth", "status")[0], 0, "other tokens stay")
    checks.equal(page.complaints, [], "the browser has nothing to complain about")


def without_scripts(walk, person):
    """The whole way where scripts are forbidden, and a request that is denied."""
    page, checks = walk.browser.page(), walk.checks
    page.scripts(False)
    with person.login() as login:
        page.open(login.page)
        walk.sign_in(page)
        page.press_and_load("button[value=deny]")
        checks.that("Denied" in page.text("h1"), "a request can be denied")
    with person.login() as login:
        page.open(login.page)
        page.press_and_load("button[value=approve]")
        checks.equal(login.give(page.text("#code")), 0, "the code signs in without scripts as well")
    walk.open("/", page)
    checks.that("Water the plants" in page.text("#log"), "the log shows its last records")
    checks.that("Load it anew" in page.text("#live"), "and how to see later ones")
    page.screenshot(walk.folder / "home-without-scripts.png")
    page.press_and_load(".visitor button")
    checks.equal(person.run("auth", "status")[0], 0, "signing out of the browser leaves the program signed in")
    checks.equal(page.complaints, [], "the browser has nothing to complain about")


def end(walk):
    strangers = [address for address in walk.page.requests if not address.startswith(walk.server.address)]
    walk.checks.equal(strangers, [], "nothing was loaded from elsewhere")
    walk.checks.equal(walk.server.end(), 0, "the server ends on SIGTERM, with a page open that listens")
    log = walk.server.log.read_text()
    walk.checks.that("create_task" in log, "the server's log holds the operations")
    walk.checks.that(PASSWORD not in log + walk.server.output.text, "the password is in no log")


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} PATH_TO_DEFERNO FOLDER_FOR_SCREENSHOTS")
    program, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    checks = Checks()

    def whole_way():
        with Served(program) as server, Browser() as browser, Person(program, server.address) as person:
            walk = Walk(checks, program, server, browser, folder)
            set_up(walk)
            sign_in_again(walk)
            approve(walk, person)
            change_status(walk, person, follow(walk, person))
            tokens(walk, person)
            without_scripts(walk, person)
            walk.open("/")
            end(walk)

    checks.attempt(whole_way)
    checks.finish(f"; screenshots in {folder}")


main()
