"""Started in place of every child: enters it in the guard's book, then becomes it; imports next to nothing."""

import os
import sys


def main() -> None:
    """`launch.py FD PROGRAM [ARGUMENT…]`: FD is the writing end of the guard's pipe."""
    book = int(sys.argv[1])
    # Before exec, so that there is no moment in which the child lives and the guard does not know of it.
    os.write(book, b"+%d\n" % os.getpid())
    # The pipe must end with the supervisor: a child that kept it open would keep the guard waiting.
    os.close(book)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 (no shell is wanted)


if __name__ == "__main__":
    main()
