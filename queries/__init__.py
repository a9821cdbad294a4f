"""The question catalogue: one `.rq` file a question, and the module that reads and runs it."""
