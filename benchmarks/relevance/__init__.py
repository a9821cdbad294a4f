"""How well projects are labelled, and how sure that is."""
