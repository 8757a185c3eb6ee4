"""A first questionnaire from an export: what each column seems to hold, for somebody to look over and confirm."""

from __future__ import annotations

from mentormatch.suggestion.finding import suggest_questionnaire
from mentormatch.suggestion.suggestion import Guess, LikelyPair, Suggestion

__all__ = ["Guess", "LikelyPair", "Suggestion", "suggest_questionnaire"]
