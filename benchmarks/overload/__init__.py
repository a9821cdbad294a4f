"""More load than can be sustained: what is shed how, and what stays quick."""
