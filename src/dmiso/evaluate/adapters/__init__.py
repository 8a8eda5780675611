"""Other tools: programs that are run on pairs, and files that programs have written."""

from dmiso.evaluate.adapters.catalogue import TOOLS, run_tools
from dmiso.evaluate.adapters.outputs import OUTPUT_READERS, read_tool_output

__all__ = ["OUTPUT_READERS", "TOOLS", "read_tool_output", "run_tools"]
