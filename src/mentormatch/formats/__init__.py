"""What a kind of program means: people and wishes to a problem in whole numbers, and its solution back to people."""

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from mentormatch.formats.flash import Flash
from mentormatch.formats.format import Format as Format
from mentormatch.formats.groups import Groups
from mentormatch.formats.mixed import Mixed
from mentormatch.formats.pairs import Pairs
from mentormatch.formats.peers import Peers

if TYPE_CHECKING:
    from types import ModuleType

    from mentormatch.formats import presets

AnyFormat = Annotated[Pairs | Peers | Groups | Flash | Mixed, Field(discriminator="kind")]
"""What a program may form, told apart by ``kind`` where it is read from JSON."""

__all__ = ["AnyFormat", "Flash", "Groups", "Mixed", "Pairs", "Peers", "presets"]


def __getattr__(name: str) -> "ModuleType":
    # A program that is already there needs none, so they are imported when somebody asks for them.
    if name == "presets":
        return import_module("mentormatch.formats.presets")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
