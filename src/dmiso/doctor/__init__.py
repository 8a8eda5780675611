"""Whether this installation works: versions, machine, models, references, and a trial of what people use most.

``dmiso doctor`` and ``dmiso.doctor()``. Nothing here imports numpy, numba or polars: where one of them is broken the
doctor still answers. They are tried in a child interpreter (:mod:`dmiso.doctor.self_test`), which may die.
"""

from dmiso.doctor.checks import Check, Diagnosis
from dmiso.doctor.examine import doctor
from dmiso.verbs import callable_room

__all__ = ["Check", "Diagnosis", "doctor"]

callable_room(__name__)
