"""A patient's and a therapist's series on counterpart forms, compared session by session."""

import math
from collections import deque

from service.alliance.series.series import Point, Series

RECENT_GAPS = 3


class Pair:
    """How far apart two series are, in percent of the maximum possible: now and one paired session
    before.

    `pooled_sd` is None where an SD or range is not known, and so are the gaps then.
    """

    def __init__(self, client: Series, therapist: Series) -> None:
        self.client = client
        self.therapist = therapist
        sides = client, therapist
        self.has_ranges = all(series.model.limits is not None for series in sides)
        self.pooled_sd = _pooled_sd(*sides)
        self.gap: float | None = None
        self.gap_before: float | None = None
        self.gaps: deque[float] = deque(maxlen=RECENT_GAPS)  # with no SD, of paired sessions
        self.n_paired = 0  # in the phase, the latest session included
        self._phase: int | None = None

    def arrive(self, client: Point, therapist: Point) -> None:
        """Take the two scores of a session; another phase begins anew."""
        if client.phase != self._phase:
            self._phase, self.n_paired, self.gap = client.phase, 0, None
            self.gaps.clear()
        self.n_paired += 1
        self.gap_before = self.gap
        self.gap = None
        ours, theirs = percent(client.value, self.client), percent(therapist.value, self.therapist)
        if ours is not None and theirs is not None:
            self.gaps.append(ours - theirs)
            self.gap = ours - theirs if self.pooled_sd is not None else None


def percent(value: float, series: Series) -> float | None:
    """Return a score in percent of the maximum possible, higher always better, None without a
    range.
    """
    limits = series.model.limits
    if limits is None or limits[0] == limits[1]:
        return None
    share = 100 * (value - limits[0]) / (limits[1] - limits[0])
    return share if series.sign == 1 else 100 - share


def _pooled_sd(*sides: Series) -> float | None:
    variances = []
    for series in sides:
        sd, limits = series.model.sd, series.model.limits
        if sd is None or limits is None or limits[0] == limits[1]:
            return None
        variances.append((100 * sd.value / (limits[1] - limits[0])) ** 2)
    return math.sqrt(sum(variances) / len(variances))
