"""`python -m benchmarks.overload`: see `load_run`."""

from benchmarks.overload.load_run import main

if __name__ == "__main__":
    main()
