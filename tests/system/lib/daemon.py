"""Running a daemon in a host, with a /dev/log of its own that the test reads."""

import os
import re
import select
import signal
import socket
import subprocess
import time

from . import programs, sandbox

LOG_DAEMON = 3
SO_RCVBUFFORCE = 33
SEVERITIES = ('emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug')
_LINE = re.compile(r'<(\d+)>(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?([^:\[\s]*)(?:\[(\d+)\])?: ?(.*)', re.S)


class Failure(AssertionError):
    """The test has failed; the text says what was awaited and what came."""


class LogLine:
    def __init__(self, raw):
        match = _LINE.match(raw)
        priority = int(match.group(1)) if match else 6
        self.severity = SEVERITIES[priority & 7]
        self.facility = priority >> 3
        self.ident = match.group(2) if match else ''
        self.text = (match.group(4) if match else raw).rstrip('\n')
        self.at = time.monotonic()

    def __str__(self):
        facility = '' if self.facility == LOG_DAEMON else 'facility %d ' % self.facility
        return facility + self.severity + ' ' + self.text


class Log:
    """The datagram socket behind a daemon's /dev/log."""

    def __init__(self, path):
        self.path = path
        self.lines = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 24)  # the stock waits for a log that is full
        self.socket.bind(path)
        os.chmod(path, 0o666)
        self.socket.setblocking(False)

    def fileno(self):
        return self.socket.fileno()

    def drain(self):
        """Takes in what has come; returns the new lines."""
        first = len(self.lines)
        while True:
            try:
                data = self.socket.recv(65536)
            except BlockingIOError:
                return self.lines[first:]
            self.lines.append(LogLine(data.decode('utf-8', 'replace').rstrip('\0')))

    def texts(self):
        return [line.text for line in self.lines]


def without_leak_search(command, env):
    """A program built with sanitizers that gives up its rights cannot look for leaks at its end, and would fail of that."""
    env = dict(env or os.environ)
    if any(os.path.basename(word) in ('dhcpd', 'in.tftpd') and programs.instrumented(word) for word in command if '/' in word):
        env['ASAN_OPTIONS'] = ':'.join(['detect_leaks=0'] + [o for o in (env.get('ASAN_OPTIONS'),) if o])
    return env


class Daemon:
    """A running program.

    binds: pairs (file, place) laid over the daemon's file tree, seen by it alone. The program's standard error is
    kept in a file, so that a sanitizer's words are found.
    """

    _count = 0

    def __init__(self, command, host=None, binds=(), env=None, stdin=None, name=None, log=None):
        Daemon._count += 1
        env = without_leak_search(command, env)
        self.command = command
        self.name = name or os.path.basename(command[0])
        place = '%s/%s.%d' % (sandbox.SCRATCH, self.name, Daemon._count)
        self.log = log or Log(place + '.log')
        self.stderr_path = place + '.stderr'
        log_path = self.log.path

        def prepare():
            if host:
                host.enter()
            sandbox.unshare(sandbox.CLONE_NEWNS)
            sandbox.mount('none', '/', None, sandbox.MS_REC | sandbox.MS_PRIVATE)
            sandbox.bind(log_path, '/dev/log')
            for source, target in binds:
                sandbox.bind(source, target)

        with open(self.stderr_path, 'wb') as errors:
            self.process = subprocess.Popen(command, preexec_fn=prepare, env=env, stdin=stdin or subprocess.DEVNULL,
                                            stdout=errors, stderr=errors, start_new_session=True)
        self.pid = self.process.pid
        self._read = 0

    def stderr(self):
        with open(self.stderr_path, errors='replace') as errors:
            return errors.read()

    def running(self):
        return self.process.poll() is None

    def await_line(self, pattern, timeout=10, start=None):
        """The next log line (from number start, else after the last one awaited) in which the pattern is found."""
        pattern = re.compile(pattern)
        at = self._read if start is None else start
        end = time.monotonic() + timeout
        while True:
            self.log.drain()
            while at < len(self.log.lines):
                line = self.log.lines[at]
                at += 1
                if pattern.search(line.text):
                    self._read = max(self._read, at)
                    return line
            left = end - time.monotonic()
            alive = self.running()
            if left <= 0 or not alive:
                self.log.drain()
                if at < len(self.log.lines):
                    continue
                raise Failure('%s: no log line %r %s; it said:\n%s' %
                              (self.name, pattern.pattern, 'in %g s' % timeout if alive else 'before it ended', self.words()))
            select.select([self.log], [], [], min(left, 0.2))

    def has_line(self, pattern):
        self.log.drain()
        return any(re.search(pattern, line.text) for line in self.log.lines)

    def words(self):
        """All that it said, for a failure's text."""
        self.log.drain()
        return '\n'.join('    ' + str(line) for line in self.log.lines) + '\n' + self.stderr()

    def wait(self, timeout=10):
        """The exit status."""
        return self.process.wait(timeout)

    def stop(self, how=signal.SIGTERM, timeout=10):
        """Ends it by its process number; returns the exit status (negative: the signal)."""
        if self.running():
            self.process.send_signal(how)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise Failure('%s: still there %g s after signal %d' % (self.name, timeout, how))
        self.log.drain()
        return self.process.returncode


def await_true(question, what, timeout=10, step=0.01):
    """Asks until the answer is true; for events that nothing announces (a file, a process)."""
    end = time.monotonic() + timeout
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure('awaited in vain for %g s: %s' % (timeout, what))
        time.sleep(step)
