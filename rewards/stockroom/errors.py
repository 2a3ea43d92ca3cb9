"""What the stockroom refuses."""

from rewards.core.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError


class ChangeNotFoundError(NotFoundError):
    code = "stock-change-not-found"
    title = "There is no such change of stock."


class TransferNotFoundError(NotFoundError):
    code = "transfer-not-found"
    title = "There is no such transfer."


class StocktakeNotFoundError(NotFoundError):
    code = "stocktake-not-found"
    title = "There is no such stocktake."


class InvalidChangeError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-stock-change"
    title = "A change of stock needs a quantity and a reason."


class StockSecondPersonError(ForbiddenError):
    code = "stock-second-person"
    title = "Whoever asked for a change of stock does not decide on it."


class ChangeDecidedError(ConflictError):
    """Members: `outcome`, what became of it."""

    code = "stock-change-decided"
    title = "The change of stock came to an end before."


class ChangesWaitingError(ConflictError):
    """Members: `waiting`, how many."""

    code = "stock-changes-waiting"
    title = "Changes of stock wait for a second person; the count would have them twice."


class DifferenceStandsError(ConflictError):
    code = "stocktake-difference-stands"
    title = "The difference of a stocktake is not withdrawn: a second person decides on it."


class DifferenceWaitsError(ConflictError):
    code = "stocktake-difference-waits"
    title = "A difference of the item waits for a second person; it would count twice."


class StocktakeOpenError(ConflictError):
    code = "stocktake-open"
    title = "The shelf is being counted."


class StocktakeClosedError(ConflictError):
    code = "stocktake-closed"
    title = "The stocktake has come to its end."


class StocktakeEmptyError(ConflictError):
    code = "stocktake-empty"
    title = "There is nothing to count."


class UncountedError(ConflictError):
    """Members: `uncounted`, how many items."""

    code = "stocktake-uncounted"
    title = "Some items were not counted yet."


class RecountError(ConflictError):
    """Members: `items`, how many to count again; `rewards`, their ids."""

    code = "stocktake-recount"
    title = "Items that differ must be counted again."


class NotCountedHereError(InvalidError):
    code = "not-counted-here"
    title = "The item does not stand on the shelf that is counted."


class InvalidCountError(InvalidError):
    """Members: `quantity_max`."""

    code = "invalid-count"
    title = "A count is a whole number from zero on."


class InvalidTransferError(InvalidError):
    """Members: `field`, the name of the value that does not fit."""

    code = "invalid-transfer"
    title = "The transfer does not fit."


class ItemMissingThereError(ConflictError):
    """Members: `names`, the items that the other space has not put up."""

    code = "item-missing-there"
    title = "The other space has not put up an item of that name."


class TransferClosedError(ConflictError):
    """Members: `outcome`, what became of it."""

    code = "transfer-closed"
    title = "The transfer has come to its end."


class TransferSecondPersonError(ForbiddenError):
    code = "transfer-second-person"
    title = "Whoever sent a transfer does not receive it."


class DeliveryRowsError(InvalidError):
    """Members: `rows`, each with `line`, `code` and `name`."""

    code = "delivery-rows"
    title = "Rows of the delivery sheet cannot be taken in; nothing was."


class DeliveryEmptyError(InvalidError):
    code = "delivery-empty"
    title = "The delivery sheet has no row that can be taken in."


class DeliveryChangedError(ConflictError):
    code = "delivery-changed"
    title = "The delivery is no longer what was shown."


class DeliveryRepeatedError(ConflictError):
    code = "delivery-repeated"
    title = "The same delivery was taken in before."


class SheetUnreadableError(InvalidError):
    code = "sheet-unreadable"
    title = "The file is no sheet that can be read."


class SheetColumnsError(InvalidError):
    code = "sheet-columns"
    title = "The first row of the sheet does not name its columns."


class SheetTooLongError(InvalidError):
    """Members: `rows_max`."""

    code = "sheet-too-long"
    title = "The sheet has too many rows."
