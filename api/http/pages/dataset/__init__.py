"""What a release is: what changed in it, how good it is, where it comes from."""
