"""Check definitions in processes of their own: on several cores at once, and so that what checking
leaves behind in memory ends with them.
"""

import gc
import pickle
import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection

from service.definitions.check import Checked

Check = Callable[[object], Checked | None]
Results = list[Checked | None]


def check_apart(check: Check, contents: Sequence[object], n_processes: int) -> Results:
    """Return what `check` says of each content, in their order and without scorers.

    The processes are forked, share the contents among them and are gone when this returns. Where
    there is no fork, or a process cannot be begun or ends before its results came, the check is
    made here.
    """
    shares = [contents[first::n_processes] for first in range(min(n_processes, len(contents)))]
    try:
        results = _checked_apart(check, shares)
    except (OSError, EOFError):
        return [check(content) for content in contents]
    return [results[place % n_processes][place // n_processes] for place in range(len(contents))]


def _checked_apart(check: Check, shares: Sequence[Sequence[object]]) -> list[Results]:
    """Return the results of each share. Raises OSError or EOFError where a process cannot bring
    them.
    """
    if "fork" not in get_all_start_methods():
        raise OSError("processes cannot be forked here")
    context = get_context("fork")
    begun = []
    try:
        for share in shares:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_send, args=(check, share, theirs), daemon=True)
            process.start()
            begun.append((process, ours))
            theirs.close()  # so that its end is noticed
        # All instruments before any document: what scoring touches lies together in memory then,
        # and workers that are forked later go on sharing the rest.
        found = [pickle.loads(pipe.recv_bytes()) for _, pipe in begun]
        documents = [pickle.loads(pipe.recv_bytes()) for _, pipe in begun]
    finally:
        for process, pipe in begun:
            pipe.close()
            process.kill()  # it has said all, or nobody listens to it any more
            process.join()
    return [_with_documents(*share) for share in zip(found, documents, strict=True)]


def _send(check: Check, share: Sequence[object], to: Connection) -> None:
    """Check a share; send what was found without its documents, and then these."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began this process ends it
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.disable()
    found = [check(content) for content in share]
    to.send_bytes(pickle.dumps([one and one._replace(document=None, scorer=None) for one in found]))
    to.send_bytes(pickle.dumps([one and one.document for one in found]))


def _with_documents(found: Results, documents: Sequence[dict[str, object] | None]) -> Results:
    return [
        one and one._replace(document=document)
        for one, document in zip(found, documents, strict=True)
    ]
