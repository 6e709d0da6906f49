"""What changed between two versions of a plan, why a date moved, and how good the forecasts have been.

:mod:`match` recognises items, :mod:`differences` lists what changed of them, :mod:`attribution` splits a slip into causes that add up,
:mod:`trend` follows milestones over many versions, :mod:`accuracy` compares what was planned with what happened, :mod:`summary` says
it in a few sentences. All are pure; a version's status date is in its schedule's options.
"""
