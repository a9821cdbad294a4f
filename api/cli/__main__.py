"""`python -m api.cli` is `permed`."""

from api.cli import main

main()
