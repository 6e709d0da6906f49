"""A technical program manager's dashboard: messy plan sheets in, dates, risks and decisions out."""

__version__ = "0.1.0"
