"""How much of a request has come: enough to know when a thread can read it without waiting.

Framing only (RFC 9112, section 6): what is malformed counts as complete, so that the server's own
parser refuses it.
"""

import re
from collections.abc import Callable

HEAD_LIMIT = 100 * 8192
"""Bytes of a head that are waited for; the server refuses far shorter ones."""

_LONGEST_CHUNK_LINE = 8192
_CONTENT_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]*chunked[ \t]*\r\n", re.IGNORECASE)
_EXPECTS_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_TARGET = re.compile(rb"[A-Z]+ ([^ ?\r\n]*)")


class Arrival:
    """The bytes of one request that have come so far.

    `limit_of` gives the limit of a body by the path: of a longer one no more is waited for than
    tells that it is longer; `is_whole` tells whether all of the request has come.
    """

    def __init__(self, limit_of: Callable[[bytes], int]) -> None:
        self.data = bytearray()
        self._limit_of = limit_of
        self._body_limit = 0
        self._head_end: int | None = None
        self._needed: int | None = None
        self._is_taken = True
        self._chunk = 0  # where the next chunk of a chunked body begins
        self._n_decoded = 0  # bytes in the chunks before it
        self._is_too_long = False
        self.is_whole = False

    def feed(self, data: bytes) -> bool:
        """Take more bytes; return whether no more is to be waited for."""
        searched = max(0, len(self.data) - 3)
        self.data += data
        if self._head_end is None:
            found = self.data.find(b"\r\n\r\n", searched)
            if found < 0:
                return len(self.data) > HEAD_LIMIT
            self._read_head(found + 4)
        if self._needed is None:
            return self._chunks_complete() or self._is_wordy()
        self.is_whole = self._is_taken and len(self.data) >= self._needed
        return len(self.data) >= self._needed

    @property
    def n_needed(self) -> int:
        """How many bytes all of it has, as far as that is told; 0 where it is not."""
        return self._needed or 0

    @property
    def n_decoded(self) -> int | None:
        """How many bytes the body has that came in chunks: of one that is too long, one more than
        the limit; -1 where it is cut or wrongly framed; None where it did not come in chunks.
        """
        if self._head_end is None or self._needed is not None:
            return None
        if self._is_too_long:
            return self._body_limit + 1
        return self._n_decoded if self.is_whole else -1

    @property
    def has_head(self) -> bool:
        """Whether the whole head has come."""
        return self._head_end is not None

    @property
    def expects_continue(self) -> bool:
        """Whether the caller waits for a word before it sends the body."""
        return bool(_EXPECTS_CONTINUE.search(self.data, 0, self._head_end or 0))

    @property
    def path(self) -> bytes:
        """The path without its query, as far as it has come."""
        match = _TARGET.match(self.data)
        return match[1] if match else b""

    def _read_head(self, end: int) -> None:
        self._head_end = self._chunk = end
        self._body_limit = self._limit_of(self.path)
        if _CHUNKED.search(self.data, 0, end):
            return
        length = _CONTENT_LENGTH.search(self.data, 0, end)
        n_bytes = int(length[1]) if length else 0
        self._is_taken = n_bytes <= self._body_limit
        self._needed = end + (n_bytes if self._is_taken else 0)

    def _chunks_complete(self) -> bool:
        """Go from chunk to chunk as far as they have come."""
        while True:
            line_end = self.data.find(b"\r\n", self._chunk)
            if line_end < 0:
                return len(self.data) - self._chunk > _LONGEST_CHUNK_LINE
            size = _chunk_size(self.data[self._chunk : line_end])
            if size is None:
                return True
            if size == 0:
                return self._trailers_complete(line_end)
            begin, end = line_end + 2, line_end + 2 + size + 2
            if self._n_decoded + min(size, len(self.data) - begin) > self._body_limit:
                self._is_too_long = True
                return True
            if len(self.data) < end:
                return False
            self._n_decoded += size
            self._chunk = end

    def _is_wordy(self) -> bool:
        """Tell whether there is more around the chunks than half of what may be in them: many tiny
        ones take long to read, and room.
        """
        n_bytes = len(self.data) - (self._head_end or 0)
        return n_bytes > self._body_limit * 3 // 2 + _LONGEST_CHUNK_LINE

    def _trailers_complete(self, line_end: int) -> bool:
        """Look for the empty line after the last chunk, and what trailers there are."""
        self.is_whole = self.data.find(b"\r\n\r\n", line_end) >= 0
        return self.is_whole or len(self.data) - line_end > HEAD_LIMIT


def _chunk_size(line: bytearray) -> int | None:
    digits = bytes(line).partition(b";")[0].strip()
    return int(digits, 16) if re.fullmatch(rb"[0-9A-Fa-f]{1,15}", digits) else None
