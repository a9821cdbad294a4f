"""What a file is, and what is wrong with it, before anything is built from it."""
