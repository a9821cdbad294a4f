"""What the HTTP faces keep of public standards, and which clients work with it."""
