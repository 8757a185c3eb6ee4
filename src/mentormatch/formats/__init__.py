"""What a kind of program means: people and wishes to a problem in whole numbers, and its solution back to people."""

from mentormatch.formats.pairs import Pairs

__all__ = ["Pairs"]
