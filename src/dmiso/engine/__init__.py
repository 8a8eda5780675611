"""Forward passes of the networks without torch. Importing this package loads no engine."""

from dmiso.engine.catalogue import build_engine
from dmiso.engine.protocol import Engine

__all__ = ["Engine", "build_engine"]
