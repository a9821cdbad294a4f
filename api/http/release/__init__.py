"""The release that is served: its pool of query processes, names, directory, answer cache."""
