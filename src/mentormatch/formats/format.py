"""What every kind of program says of itself, whatever it forms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pydantic import ConfigDict

from mentormatch.errors import Finding
from mentormatch.questionnaire import Questionnaire
from mentormatch.rules import AnyRule


@dataclass(frozen=True)
class Format(ABC):
    """What a program forms.

    ``one_pool`` says that everybody is on both sides; ``fellows`` that people of one side may be together, so that they
    may have declined each other.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    one_pool: ClassVar[bool] = False
    fellows: ClassVar[bool] = False

    if TYPE_CHECKING:

        @property
        def kind(self) -> str:
            """The name of the kind, which tells the kinds apart in JSON; a field of every kind."""

    @property
    @abstractmethod
    def noun(self) -> str:
        """What is formed, as pages name it."""

    @property
    def conditions(self) -> tuple[AnyRule, ...]:
        """What the format demands of pairs, beside the conditions of the program."""
        return ()

    def check(self, questionnaire: Questionnaire) -> Iterable[Finding]:
        """What keeps the format from being used with the questionnaire."""
        return ()
