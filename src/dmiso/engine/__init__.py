"""Forward passes of the networks without torch. Importing this package loads no engine."""

from dmiso.engine.build import build_engine, build_scanners
from dmiso.engine.protocol import Engine, GateEngine, PositionEngine

__all__ = ["Engine", "GateEngine", "PositionEngine", "build_engine", "build_scanners"]
