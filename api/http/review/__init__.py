"""`/review`: what waits for a person, decided in the browser by those who hold a token."""
