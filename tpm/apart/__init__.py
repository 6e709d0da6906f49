"""Work on a stranger's bytes, done in a process of its own with limits on memory and time.

Whatever a file does to its reader (hundreds of gigabytes of repeated text, a loop, a crash inside a compiled library), it does to a
process that is thrown away, and the one who asked gets an :class:`~tpm.findings.InputError` with one sentence. The processes are started
ahead and kept, so that nobody waits for one. Nothing here knows what the work is.
"""

from tpm.apart.limits import LIMITS, Limits, address_space_at_will
from tpm.apart.pool import Pool
from tpm.apart.worker import Job

__all__ = ["LIMITS", "Job", "Limits", "Pool", "address_space_at_will"]
