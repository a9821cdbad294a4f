"""Reference pages of the vocabulary, made from its files."""
