"""`permed link`: review, decide, exchange and undo decisions on identity."""
