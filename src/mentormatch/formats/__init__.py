"""What a kind of program means: people and wishes to a problem in whole numbers, and its solution back to people."""

from typing import Annotated

from pydantic import Field

from mentormatch.formats.flash import Flash
from mentormatch.formats.groups import Groups
from mentormatch.formats.pairs import Pairs
from mentormatch.formats.peers import Peers

AnyFormat = Annotated[Pairs | Peers | Groups | Flash, Field(discriminator="kind")]
"""What a program may form, told apart by ``kind`` where it is read from JSON."""

__all__ = ["AnyFormat", "Flash", "Groups", "Pairs", "Peers"]
