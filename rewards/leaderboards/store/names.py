"""Names of keys. Those of one center share a hash tag, and with it a slot of a cluster."""

# How keys and cells are laid out. An epoch laid out otherwise is made anew, so
# whoever changes what is stored under which name raises this.
LAYOUT = 3


def prefix(center: str) -> str:
    """Return what every key of a center begins with."""
    return f"rw:{{c{center}}}"


def current(center: str) -> str:
    """Return the key that holds the number of the epoch in use."""
    return f"{prefix(center)}:cur"


def counter(center: str) -> str:
    """Return the key that holds the highest number of an epoch ever opened."""
    return f"{prefix(center)}:epochs"


def trash(center: str) -> str:
    """Return the key of the epochs to sweep away, each with its time."""
    return f"{prefix(center)}:trash"


def follower(center: str) -> str:
    """Return the key of the lease to follow the books."""
    return f"{prefix(center)}:follower"


def keeper(center: str) -> str:
    """Return the key of the lease to make boards anew."""
    return f"{prefix(center)}:keeper"


def watcher(center: str) -> str:
    """Return the key of the lease to compare boards with the books."""
    return f"{prefix(center)}:watcher"


def state(center: str, epoch: int) -> str:
    """Return the key of an epoch's watermark."""
    return f"{prefix(center)}:{epoch}:st"


def build(center: str, epoch: int) -> str:
    """Return the key that an epoch has while it is being built."""
    return f"{prefix(center)}:{epoch}:bld"


def sizes(center: str, epoch: int) -> str:
    """Return the key that counts the cells of each board of an epoch as they were written."""
    return f"{prefix(center)}:{epoch}:sizes"


def board(center: str, epoch: int, name: str) -> str:
    """Return the key of one board of an epoch."""
    return f"{prefix(center)}:{epoch}:b:{name}"
