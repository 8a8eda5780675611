"""Make the bundled models ``duplex-chimeras@v0.2.0`` and ``duplex-eclip@v0.2.0``: honest negatives, real chimeras.

python models/train_duplex.py [--data ../shared/data] [--work work/duplex-chimeras]

A run takes 10 to 30 minutes on one core. Finished runs are found again, an interrupted one goes on.
"""

from __future__ import annotations

from typing import Any, Final

from chimera_data import Recipe
from release import release_model
from release_plan import Plan

_LONGER: Final[dict[str, Any]] = {"epochs": 12, "patience": 12}
PLAN: Final = Plan(
    name="duplex-chimeras@v0.2.0",
    network="duplex",
    script="train_duplex.py",
    about="The duplex network, learnt helices of a miRNA on a target read by a convolution along the target",
    trials={
        "one-output": _LONGER,
        "by-source": {**_LONGER, "by_source": True},
        "wide": {**_LONGER, "by_source": True, "sizes": {"channels": 48, "blocks": 3, "heads": 16}},
    },
    chosen="by-source",
    required=("by-source",),
    own_outputs=("eclip",),
    recipe=Recipe(clean=False),
)

if __name__ == "__main__":
    release_model(PLAN)
