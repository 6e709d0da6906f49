"""Fitting the reader's weights to labelled sheets: ``make fit``."""
