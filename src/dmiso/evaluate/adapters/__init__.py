"""Other tools: programs that are run on pairs, and files that programs have written."""

from dmiso.evaluate.adapters.catalogue import TOOLS, run_tool, run_tools
from dmiso.evaluate.adapters.miranda import MIRANDA_UNBOUNDED
from dmiso.evaluate.adapters.outputs import OUTPUT_READERS, read_tool_output

__all__ = ["MIRANDA_UNBOUNDED", "OUTPUT_READERS", "TOOLS", "read_tool_output", "run_tool", "run_tools"]
