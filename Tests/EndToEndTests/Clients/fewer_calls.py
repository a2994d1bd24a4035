"""The log on file systems that lack what Linux's own have: for the program, single calls fail as they do there
(seccomp(2)).

usage: fewer_calls.py PATH_TO_DEFERNO
"""

import ctypes
import errno
import os
import platform
import struct
import subprocess
import tempfile

from checks import Checks, Home, program

# Numbers of system calls (asm/unistd.h).
CALLS = {
    "x86_64": {"fallocate": [285], "link": [86, 265], "renameat2": [316]},
    "aarch64": {"fallocate": [47], "link": [37], "renameat2": [276]},
}
EXCHANGE = 2
# linux/filter.h, linux/seccomp.h
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
# Where the fifth argument of a call stands in struct seccomp_data, on machines that put the low half first.
FIFTH = 48


def filtered(*rules):
    """What a child does before it becomes the program: from then on the calls of the rules fail.

    A rule is a name, an error, and, where only such calls fail, the value of the fifth argument.
    """
    calls = CALLS[platform.machine()]
    code = b""

    def add(operation, jump_true, jump_false, value):
        nonlocal code
        code += struct.pack("=HBBI", operation, jump_true, jump_false, value)

    add(LOAD, 0, 0, 0)
    for name, error, *flags in rules:
        for number in calls[name]:
            add(JUMP_IF_EQUAL, 0, 4 if flags else 1, number)
            if flags:
                add(LOAD, 0, 0, FIFTH)
                add(JUMP_IF_EQUAL, 0, 1, flags[0])
                add(RETURN, 0, 0, ERRNO | error)
                add(LOAD, 0, 0, 0)
            else:
                add(RETURN, 0, 0, ERRNO | error)
    add(RETURN, 0, 0, ALLOW)
    buffer = ctypes.create_string_buffer(code, len(code))
    libc = ctypes.CDLL(None, use_errno=True)

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    description = Program(len(code) // 8, ctypes.addressof(buffer))

    # The buffer must last as long as this does.
    def install(_=buffer):
        # PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP with SECCOMP_MODE_FILTER
        if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(description), 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "no filter")

    return install


NO_EXCHANGE = ("renameat2", errno.EINVAL, EXCHANGE)
NO_LINK = ("link", errno.EPERM)
NO_ROOM = ("fallocate", errno.EOPNOTSUPP)


def run(home, rules, *command):
    return subprocess.run(
        command, capture_output=True, text=True, env=home.environment, timeout=60, preexec_fn=filtered(*rules))


def rotated(checks, binary, name, *rules):
    with Home() as home:
        for number in range(4):
            if number:
                ended = run(home, rules, binary, "log", "rotate")
                checks.equal((ended.returncode, ended.stdout), (0, "began a new file\n"), f"{name}: log rotate")
            ended = run(home, rules, binary, "call", "create_task", f"title=Task {number}")
            checks.equal(ended.returncode, 0, f"{name}: task {number} {ended.stderr}")
            os.chmod(home.log, 0o640)
        files = sorted(home.log.parent.iterdir())
        checks.equal((len(files), files[0]), (4, home.log), f"{name}: four files, none of them half done")
        script = home.folder / "script.yaml"
        script.write_text("steps:\n" + "  - {op: create_task, args: {title: x}}\n" * 300)
        ended = run(
            home, rules, binary, "batch", "run", str(script), "--quiet", "--log-rotate", "16KiB", "--log-sync", "none")
        checks.equal(ended.returncode, 0, f"{name}: a log that rotates itself {ended.stderr}")
        checks.that(len(list(home.log.parent.iterdir())) > 6, f"{name}: has done so")
        checks.equal(os.stat(home.log).st_mode & 0o777, 0o640, f"{name}: and kept the mode")
        ended = run(home, [], binary, "log", "verify")
        checks.equal(ended.returncode, 0, f"{name}: the log is intact {ended.stdout}{ended.stderr}")


def room(checks, binary):
    with Home() as home:
        ended = run(home, [NO_ROOM], binary, "call", "create_task", "title=x")
        checks.equal(ended.returncode, 0, f"no fallocate: a write goes on where there is room {ended.stderr}")
        if os.geteuid() != 0:
            return
        with tempfile.TemporaryDirectory() as disk:
            subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", disk], check=True)
            try:
                ended = run(home, [NO_ROOM], binary, "call", "create_task", "title=y", "--log", f"{disk}/log")
                checks.equal(ended.returncode, 74, "no fallocate: with less than 1 MiB to spare it is refused")
                checks.that("its disk is full" in ended.stderr, "no fallocate: and says why", ended.stderr)
                ended = run(home, [], binary, "call", "create_task", "title=z", "--log", f"{disk}/log")
                checks.equal(ended.returncode, 0, f"with it the same disk has room {ended.stderr}")
            finally:
                subprocess.run(["/bin/umount", "-l", disk], check=False)


def main():
    binary = program()
    checks = Checks()
    if platform.machine() not in CALLS:
        checks.that(True, f"nothing is known of the calls of {platform.machine()}")
        checks.finish()
        return
    parts = [
        (rotated, "no exchange", NO_EXCHANGE), (rotated, "no exchange, no links", NO_EXCHANGE, NO_LINK), (room,),
    ]
    for part, *arguments in parts:
        if not checks.attempt(part, checks, binary, *arguments):
            break
    checks.finish()


main()
