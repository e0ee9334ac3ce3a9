# SPDX-License-Identifier: MIT
"""People at terminals: a program on a pseudo-terminal and what is typed.

	t = Terminal(["su", "-", "alice"])
	t.answer("Password: ", "alice-pass")
	text, rc = t.finish()

It knows no world; run it inside one.
"""

import os
import re

import pexpect

PROMPT = r"[$#] $"
WAIT_S = 30


class Terminal:
    def __init__(self, args, env=None, seconds=WAIT_S):
        env = dict(env or os.environ, TERM="dumb", LC_ALL="C.UTF-8")
        self._child = pexpect.spawn(
            args[0], list(args[1:]), env=env, timeout=seconds,
            encoding="utf-8", codec_errors="replace", dimensions=(50, 200))
        self._child.delaybeforesend = None
        self.text = ""

    def _keep(self):
        before = self._child.before or ""
        after = self._child.after
        self.text += before + (after if isinstance(after, str) else "")

    def expect(self, *patterns):
        """Wait for one of the regular expressions; which one.  The end of
        the program is len(patterns)."""
        try:
            n = self._child.expect([*patterns, pexpect.EOF])
        except pexpect.TIMEOUT:
            raise TimeoutError("no %r within the time; so far:\n%s" % (
                patterns, self.text + (self._child.before or ""))) from None
        self._keep()
        return n

    def answer(self, prompt, line):
        """Wait for PROMPT and type LINE; False if the program ended."""
        if self.expect(prompt) == 1:
            return False
        # Prompts come before the echo is off; wait for that, as eyes do.
        if re.search("assword", prompt):
            self._child.waitnoecho(5)
        self._child.sendline(line)
        return True

    def type(self, line):
        self._child.sendline(line)

    def finish(self):
        """Wait for the end; (everything seen, exit status)."""
        self.expect()
        self._child.close()
        rc = self._child.exitstatus
        if rc is None:
            rc = -self._child.signalstatus
        return self.text.replace("\r\n", "\n"), rc

    def kill(self):
        self._child.close(force=True)


def login(user, password, command="exit", host=None, env=None):
    """Log in with login(1) and type COMMAND at the shell, if there is one;
    (everything seen, whether a shell came)."""
    t = Terminal(["login", *(["-h", host] if host else []), user], env=env)
    try:
        if not t.answer("assword: ", password):
            return t.text, False
        if t.expect(PROMPT, "rec01 login: ") != 0:
            return t.text, False
        t.type(command)
        t.type("exit")
        text, _ = t.finish()
        return text, True
    finally:
        t.kill()
