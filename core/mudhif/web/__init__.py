"""Pages, the API and live updates; thin, calls services."""
