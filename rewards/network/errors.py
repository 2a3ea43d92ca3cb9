"""Refusals of the network."""

from rewards.core.errors import ConflictError, InvalidError, NotFoundError


class NodeNotFoundError(NotFoundError):
    code = "node-not-found"
    title = "There is no such node."


class InvalidNodeError(InvalidError):
    code = "invalid-node"
    title = "The name, address or phone of the node is not good."


class MisplacedNodeError(InvalidError):
    code = "misplaced-node"
    title = "A node of this level may not stand under that parent."


class NodeNameTakenError(ConflictError):
    code = "node-name-taken"
    title = "The parent already has a node of this name."


class NodeClosedError(ConflictError):
    code = "node-closed"
    title = "The node is closed."


class NodeHasOpenChildrenError(ConflictError):
    code = "node-has-open-children"
    title = "The node has open nodes below it; close those first."


class NodesNotImportedError(InvalidError):
    code = "nodes-not-imported"
    title = "Some rows are bad; nothing was imported."


class InvalidLevelError(InvalidError):
    code = "invalid-level"
    title = "The level is not one of center, institute, station and point."
