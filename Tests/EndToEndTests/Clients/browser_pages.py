"""Every page in every state in a real browser: light and dark, on a phone and on a desk.

usage: browser_pages.py FOLDER_FOR_SCREENSHOTS
"""

import pathlib
import re
import sys

from browser import Browser
from checks import Checks
from golden_pages import GOLDEN, GoldenPages
from page_audit import audit, walk_by_keyboard

WINDOWS = {"phone": (360, 740, True), "desk": (1280, 800, False)}
SCHEMES = ["light", "dark"]


def look_at_all(checks, page, pages, folder):
    for name in pages.names:
        for window, size in WINDOWS.items():
            page.size(*size)
            for scheme in SCHEMES:
                page.scheme(scheme)
                page.open(f"{pages.address}/{name}.html")
                audit(checks, page, f"{name}, {window}, {scheme}")
                page.screenshot(folder / f"{name}-{window}-{scheme}.png")
    checks.equal(page.complaints, [], "the browser has nothing to complain about")
    strangers = [address for address in page.requests if not address.startswith(pages.address)]
    checks.equal(strangers, [], "nothing was loaded from elsewhere")


def walk_through_all(checks, page, pages):
    for name in ["home", "sign-in", "setup", "cli-auth-asking", "tokens"]:
        page.open(f"{pages.address}/{name}.html")
        walk_by_keyboard(checks, page, name)


def open_menu(checks, page, pages, folder):
    """A status opens into its choices, one at a time, also where scripts are forbidden."""
    page.scripts(False)
    page.size(*WINDOWS["phone"])
    page.open(f"{pages.address}/home.html")
    page.press(".today .status")
    page.press(".tree .status")
    page.screenshot(folder / "home-menu-phone.png")
    page.scripts(True)
    page.size(*WINDOWS["desk"])
    opened = page.evaluate("[...document.querySelectorAll('.status-menu[open]')].map((menu) => !!menu.closest('.tree'))")
    checks.equal(opened, [True], "one menu is open: the one that was pressed last")
    covered = page.evaluate(
        """[...document.querySelectorAll('.status-menu[open] button')].filter((button) => {
             const box = button.getBoundingClientRect();
             return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) !== button;
           }).length"""
    )
    checks.equal(covered, 0, "nothing covers the choices of an open menu")


def follow_log(checks, page, pages):
    """Records appear as they come, an outcome at its intent's place, and a lost connection is taken up again."""
    rows = re.findall(r'<li id="op-.*</li>', (GOLDEN / "home.html").read_text())
    checks.that(len(rows) == 5, "there are rows to send", rows)
    intent = re.sub(r'id="op-[^"]*"', 'id="op-new"', next(row for row in rows if 'class="under-way"' in row))
    outcome = re.sub(r'id="op-[^"]*"', 'id="op-new"', next(row for row in rows if 'class="ok"' in row))
    page.open(f"{pages.address}/home.html")
    page.wait_for("#live", "Live")
    pages.send(intent)
    page.wait_for("#op-new.under-way", "under way")
    first = page.evaluate("document.querySelector('#log li').id")
    checks.equal(first, "op-new", "a new record stands above the others")
    checks.that(page.evaluate("document.getElementById('changed').hidden"), "an intent alone changes nothing")
    pages.send(outcome)
    page.wait_for("#op-new.ok", "done in")
    checks.equal(page.evaluate("document.querySelectorAll('#log li').length"), 6, "the outcome took its intent's place")
    checks.that(not page.evaluate("document.getElementById('changed').hidden"), "the page says that tasks have changed")
    pages.send(None)
    page.wait_for("#live", "lost")
    page.wait_for("#live", "Live")
    pages.send(intent)
    pages.send(outcome.replace("op-new", "op-later"))
    page.wait_for("#op-later")
    checks.that(page.has("#op-new.ok"), "the connection was taken up again, and an old intent undoes no outcome")
    for number in range(60):
        pages.send(outcome.replace("op-new", f"op-{number}"))
    page.wait_for("#op-59")
    checks.equal(page.evaluate("document.querySelectorAll('#log li').length"), 50, "the log grows no longer than 50")


def copy_code(checks, page, pages):
    """The button copies the code alone; without scripts there is no button, and a tap selects the code."""
    page.open(f"{pages.address}/cli-auth-approved.html")
    page.allow_clipboard(pages.address)
    page.press("#copy")
    page.wait_for("#copied", "Copied.")
    checks.equal(page.evaluate("navigator.clipboard.readText()"), "K7QM3XFA", "the button copies the code")
    page.scripts(False)
    page.open(f"{pages.address}/cli-auth-approved.html")
    page.press("#code")
    page.scripts(True)
    checks.equal(page.evaluate("getSelection().toString().replace(/\\s/g, '')"), "K7QM3XFA", "a tap selects the code")
    checks.that(page.evaluate("document.getElementById('copy').hidden"), "without scripts there is no button")


def main():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER_FOR_SCREENSHOTS")
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    checks = Checks()
    with GoldenPages() as pages, Browser() as browser:
        for part, *more in [(look_at_all, folder), (walk_through_all,), (open_menu, folder), (follow_log,), (copy_code,)]:
            if not checks.attempt(part, checks, browser.page(), pages, *more):
                break
    checks.finish(f"; screenshots in {folder}")


main()
