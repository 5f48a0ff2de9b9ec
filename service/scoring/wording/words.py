"""What one language says: wordings by name, translations of what definitions say in English, and
how numbers are written. A plain value: whoever reads catalogues makes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ENGLISH = "en"
NUMBERS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """One language. `wordings` are templates by name, with the facts that they take in braces;
    `texts` translates whole English sentences and titles, so that one that a site has changed is
    told as it stands and never by the translation of another. `numbers` are the words from none to
    twelve; `lowers_titles`: within a sentence a title begins with a small letter.
    """

    wordings: Mapping[str, str]
    language: str = ENGLISH
    texts: Mapping[str, str] = field(default_factory=dict)
    decimal: str = "."
    numbers: tuple[str, ...] = NUMBERS
    lowers_titles: bool = True

    def say(self, name: str, /, **facts: object) -> str:
        """Return a wording with its facts filled in. Raises KeyError without such a wording or
        fact.
        """
        return self.wordings[name].format(**facts)

    def text(self, english: str) -> str:
        """Return what a definition says in English in this language, as it stands where nobody
        has translated it.
        """
        return self.texts.get(english, english)

    def number(self, written: str) -> str:
        """Return a number, written with a point, as this language writes it."""
        return written if self.decimal == "." else written.replace(".", self.decimal)
