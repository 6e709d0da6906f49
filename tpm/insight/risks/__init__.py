"""The risk register as a program manager reads it: rated, ranked, what needs an answer, what it leads to, what it exposes."""
