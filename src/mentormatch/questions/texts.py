"""Questions for text: free text, and the id of another person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mentormatch.errors import Finding
from mentormatch.ids import person_id
from mentormatch.questions.question import AnyQuestion
from mentormatch.questions.values import Unreadable, tidy


@dataclass(frozen=True)
class Text(AnyQuestion):
    """Free text, kept in Unicode NFC and trimmed. A column holds ``str`` as objects, shape (n,), None for a blank."""

    kind: Literal["Text"] = field(default="Text", repr=False, kw_only=True)

    def _wanted(self) -> str:
        return "text"

    def _read_known(self, answer: object) -> str | Unreadable:
        text = tidy(answer)
        return self._unreadable("not_a_text", f"expected {self.wanted}") if text is None else text

    def _hold(self, values: Sequence[Any]) -> NDArray[np.object_]:
        held = np.empty(len(values), dtype=np.object_)
        held[:] = values
        return held

    def _known(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        return np.fromiter((value is not None for value in values), dtype=np.bool_, count=len(values))

    def _fits(self, values: NDArray[Any]) -> bool:
        return values.dtype == np.object_ and values.ndim == 1


@dataclass(frozen=True)
class Reference(Text):
    """The id of another person, who need not be in the cohort. A column holds ids as objects, None for a blank."""

    kind: Literal["Reference"] = field(default="Reference", repr=False, kw_only=True)  # type: ignore[assignment]

    def _wanted(self) -> str:
        return "the id of a person"

    def _read_known(self, answer: object) -> str | Unreadable:
        name = person_id(answer)
        return self._unreadable("not_an_id", f"expected {self.wanted}") if isinstance(name, Finding) else name
