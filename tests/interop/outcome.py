# outcome.py — What a cell of a table says, and the note below the table that says why.
from dataclasses import dataclass

YES, NO, NOT_APPLICABLE = "yes", "no", "n/a"


@dataclass(frozen=True)
class Outcome:
    word: str
    note: str = ""


class Missing(RuntimeError):
    """What is to be tried out is not there."""
