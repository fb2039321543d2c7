"""The plugin host: hooks, discovery, isolation, installing from a file."""
