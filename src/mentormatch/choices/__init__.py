"""What people have said so far: pairs, lists, people who pause or left, and whose turn it is."""

from __future__ import annotations

from mentormatch.choices.choices import Choices
from mentormatch.choices.lists import Shortlist
from mentormatch.choices.pairs import ChosenPair, EndedPair

__all__ = ["Choices", "ChosenPair", "EndedPair", "Shortlist"]
