"""Forward passes of the networks without torch. Importing this package loads no engine."""

from dmiso.engine.catalogue import Engine, build_engine

__all__ = ["Engine", "build_engine"]
