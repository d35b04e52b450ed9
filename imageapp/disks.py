"""What the system says of a disk."""

import errno

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(error: OSError) -> bool:
    """Whether nothing more could be written for want of room: on the disk, in a quota, or in one file."""
    return error.errno in _FULL
