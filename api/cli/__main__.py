"""`python -m permed.api.cli` is `permed`."""

from permed.api.cli import main

main()
