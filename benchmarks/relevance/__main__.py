"""`python -m benchmarks.relevance`: compare the versions, write what was measured."""

import sys

from benchmarks.relevance.versions import main
from permed.graph.errors import PermedError

try:
    main()
except PermedError as problem:
    sys.exit(str(problem))
