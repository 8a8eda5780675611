"""What tests of pictures share: the texts and the shapes of an SVG."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # drawings.py, which several modules import
