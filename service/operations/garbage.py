"""When Python looks for cycles of garbage: seldom, because a request leaves next to none behind."""

import gc

BETWEEN_COLLECTIONS = 10_000
"""Containers that may come about before the young ones are looked through: an answer holds some
thousands.
"""


def settle_collector() -> None:
    """Keep what is loaded out of the collector's way, so that workers go on sharing its memory, and
    call it less. Where that was done before, what is not used any more goes first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN_COLLECTIONS)
