"""What keeps the boards right, to be taken away from the program of an instance.

Each is a list of changes: a file, what stands there, what stands there instead.
"""

SCRIPTS = "leaderboards/store/scripts.py"
FOLLOWING = "leaderboards/projector/following.py"
LINEAGE_OF_READERS = "leaderboards/queries/lineage.py"
PROJECTING = "leaderboards/service/projecting.py"
REBUILDING = "leaderboards/projector/rebuilding.py"

WATERMARK_CHECK = "if tonumber(wm) ~= tonumber(ARGV[1]) then return tonumber(wm) end\n"
HASH_CHECK = "if redis.call('HGET', KEYS[1], 'h') ~= ARGV[3] then return -2 end\n"

# What is left is an increment after the commit. The hash alone would still tell
# that the batch does not begin where the epoch stands.
WATERMARK = ((SCRIPTS, WATERMARK_CHECK, ""), (SCRIPTS, HASH_CHECK, ""))

# Where the boards stand is remembered by the worker, not by what holds the boards.
MEMORY = (
    *WATERMARK,
    (FOLLOWING, "CONFIRM_SECONDS = 1\n", "CONFIRM_SECONDS = 1\n_places = {}\n"),
    (
        FOLLOWING,
        "start = ChainHead(state.seq, state.hash)\n",
        "start = _places.get(epochs.center) or ChainHead(state.seq, state.hash)\n",
    ),
    (
        FOLLOWING,
        "here = ChainHead(last.seq, last.hash)\n",
        "here = _places[epochs.center] = ChainHead(last.seq, last.hash)\n",
    ),
)

# A number alone says where the boards stand, whatever ledger they were made of.
LINEAGE = (
    (SCRIPTS, HASH_CHECK, ""),
    (
        FOLLOWING,
        "if state.seq > head.seq or ledger.find_seal_hash(state.seq) != state.hash:\n",
        "if False:\n",
    ),
    (LINEAGE_OF_READERS, "if ledger.find_seal_hash(head.seq) != head.hash:\n", "if False:\n"),
)

# A builder goes on whoever's epoch it is and whatever of it is still there.
CHUNKS = (
    (SCRIPTS, "if build[1] ~= ARGV[1] then return -1 end\n", ""),
    (SCRIPTS, "if tonumber(build[2]) ~= tonumber(ARGV[2]) - 1 then return -1 end\n", ""),
    (SCRIPTS, "if build[1] ~= ARGV[1] or build[2] ~= ARGV[2] then return -1 end\n", ""),
)

# The boards in use are emptied before they are made anew.
SWAP = (
    (
        REBUILDING,
        "    first = next(parts)\n",
        """    first = next(parts)
    if state := epochs.find_state():
        epochs.drop_boards(state.epoch, list(epochs.list_boards(state.epoch)))
""",
    ),
)

# What is found wrong is told and left as it is. Found sooner, to wait less for it.
DRIFT = (
    (PROJECTING, "return Cause.DRIFT if is_wrong else None\n", "return None\n"),
    ("cli/worker.py", "WATCH_SECONDS = 60.0\n", "WATCH_SECONDS = 1.0\n"),
)


def take_away(instance, guard):
    """Change the program of *instance*, which is not running yet."""
    for path, old, new in guard:
        instance.change(path, old, new)
