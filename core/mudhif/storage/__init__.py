"""The journal, the tables made from it, and the one way to write them."""
