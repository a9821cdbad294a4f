"""Tests; each folder mirrors the one of the same name above it."""

import os
from pathlib import Path

# Processes side by side with a team of threads each wait for one another: one training took fifteen
# times the processor time. Said before anything imports a library that reads it once.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parent.parent  # of the checkout
