"""Faults that a user can mend; a command prints them as one message and stops with status 1."""


class NotebookError(Exception):
    """A notebook cannot be read or run; the message says which and why."""


class CitationError(Exception):
    """A cell, a reference or a report cannot be cited or checked; the message is for its user."""
