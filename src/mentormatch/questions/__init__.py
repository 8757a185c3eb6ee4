"""The kinds of question: what may be asked, how an answer is read, and how a column of answers is held.

A *blank* is an unanswered question: an empty or whitespace text, ``None``, NaN, an empty list, or a word that the
questionnaire lists. Anything else must be valid. Texts are compared after Unicode NFC and trimming, and exactly.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mentormatch.doors import keep_findings
from mentormatch.questions.column import Column
from mentormatch.questions.column import joined as joined
from mentormatch.questions.numbers import Number, Scale
from mentormatch.questions.options import Choice, MultiChoice, Ranking
from mentormatch.questions.options import WithOptions as WithOptions
from mentormatch.questions.question import RESERVED as RESERVED
from mentormatch.questions.question import SIDES as SIDES
from mentormatch.questions.question import AnyQuestion as AnyQuestion
from mentormatch.questions.question import Side as Side
from mentormatch.questions.texts import Reference, Text
from mentormatch.questions.values import Blanks as Blanks
from mentormatch.questions.values import Unreadable as Unreadable
from mentormatch.questions.values import decimal_number as decimal_number
from mentormatch.questions.values import tidy as tidy
from mentormatch.questions.values import whole_number as whole_number

# What is imported as itself is for the library alone.
__all__ = ["Choice", "Column", "MultiChoice", "Number", "Question", "Ranking", "Reference", "Scale", "Text"]

Question = Annotated[
    Choice | MultiChoice | Scale | Number | Text | Reference | Ranking, Field(discriminator="kind"), keep_findings
]
