"""What the boards in Redis hold, cell by cell."""

from rewards.leaderboards import store
from rewards.leaderboards.store import names
from rewards.network import queries as network


def list_epochs():
    client = store.find_connections().patient
    return [store.Epochs(client, center.label) for center in network.list_centers()]


def read_cells():
    """Return every score of the epochs in use, by board and member."""
    cells = {}
    for epochs in list_epochs():
        state = epochs.find_state()
        for board in epochs.list_boards(state.epoch):
            scores = read_board(epochs, state.epoch, board)
            cells.update({(board, member): score for member, score in scores.items()})
    return cells


def read_board(epochs, epoch, board):
    """Return every score of a board, by member."""
    client = store.find_connections().patient
    key = names.board(epochs.center, epoch, board)
    return {member: int(score) for member, score in client.zrange(key, 0, -1, withscores=True)}
