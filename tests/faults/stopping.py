"""A `flask` command that stops itself at an exact moment, as STOPS_BEFORE says; never shipped.

It is run instead of `flask` by its path, in the folder of an instance, and goes
on when it is told to: a worker that slept with a batch in its hand.
"""

import os
import signal
import sys

from flask.cli import main

from rewards.leaderboards.store import Epochs


def stop_before(name, number):
    method = getattr(Epochs, name)
    calls = []

    def counted(self, *arguments, **details):
        # An empty batch only says that the boards are up to date.
        if details.get("gains") != ():
            calls.append(name)
            if len(calls) == number:
                os.kill(os.getpid(), signal.SIGSTOP)
        return method(self, *arguments, **details)

    setattr(Epochs, name, counted)


if __name__ == "__main__":
    wanted = os.environ.pop("STOPS_BEFORE", "").split()
    if wanted:
        stop_before(wanted[0], int(wanted[1]))
    sys.argv = ["flask", "--app", "wsgi", *sys.argv[1:]]
    main()
