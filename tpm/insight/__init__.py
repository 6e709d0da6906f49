"""Judgements a technical program manager would make, as pure functions over a plan and its schedule."""
