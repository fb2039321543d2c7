"""The use cases, one verb each: read, decide, write."""
