"""The whole HTTP description, tried by schemathesis."""
