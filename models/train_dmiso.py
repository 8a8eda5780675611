"""Make the bundled model ``dmiso-chimeras@v0.1.0``: the published network on real chimeras, honestly negative.

python models/train_dmiso.py [--data ../shared/data] [--work work/dmiso-chimeras] [--all-trials]
"""

from __future__ import annotations

from typing import Any, Final

from chimera_data import Recipe
from release import release_model
from release_plan import Plan

_REDRAWN: Final[dict[str, Any]] = {"negatives": "redrawn", "schedule": "one-cycle", "learning_rate": 0.005}
PLAN: Final = Plan(
    name="dmiso-chimeras@v0.1.0",
    network="dmiso",
    script="train_dmiso.py",
    about="The published DMISO network (Talukder et al. 2022)",
    trials={
        "paper": {},
        "l1-hundredth": {"l1": 1e-4, "epochs": 30, "patience": 8},
        "redrawn": {"l1": 1e-5, "negatives": "redrawn", "epochs": 30, "patience": 8},
        "one-cycle": {**_REDRAWN, "l1": 1e-4, "jitter": 5, "epochs": 30, "patience": 30},
        "dropout-half": {**_REDRAWN, "l1": 1e-5, "jitter": 3, "dropout": 0.5, "epochs": 40, "patience": 40},
        "dropout-fifth": {**_REDRAWN, "l1": 1e-6, "jitter": 3, "dropout": 0.2, "epochs": 40, "patience": 40},
        "no-dropout": {**_REDRAWN, "l1": 1e-5, "jitter": 3, "dropout": 0.0, "epochs": 40, "patience": 40},
    },
    chosen="no-dropout",
    required=("paper", "no-dropout"),
    recipe=Recipe(site_minimum=30, eclip_holdout=False, clean=False),
)

if __name__ == "__main__":
    release_model(PLAN)
