"""`python -m permed`: the command line, with no module taken from the working directory."""

import os
import sys

# `-m` puts the working directory first; what we need lies beside this file or is installed
if not sys.flags.safe_path and sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 - pathlib is slow here
    del sys.path[0]

from permed.api.cli import main

main()
