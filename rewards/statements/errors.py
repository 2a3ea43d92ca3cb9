"""Refusals of statements and record slips."""

from rewards.core.errors import ConflictError, InvalidError, NotFoundError, ThrottledError


class PeriodDateError(InvalidError):
    code = "period-date"
    title = "A day of the period cannot be read, or is out of range."


class PeriodOrderError(InvalidError):
    code = "period-order"
    title = "The period ends before it begins."


class PeriodTooLongError(InvalidError):
    code = "period-too-long"
    title = "The period is too long for one statement."


class PeriodNotOverError(InvalidError):
    code = "period-not-over"
    title = "The period of a record slip must not reach into the future."


class StatementTooLongError(InvalidError):
    code = "statement-too-long"
    title = "The period holds more lines than fit on one statement."


class NoServiceMinutesError(ConflictError):
    code = "no-service-minutes"
    title = "No service minutes are confirmed in the period."


class RecordSlipNotFoundError(NotFoundError):
    code = "record-slip-not-found"
    title = "There is no record slip with this number."


class RecordSlipVoidError(ConflictError):
    code = "record-slip-void"
    title = "The record slip was declared void before."


class TooManyRecordSlipsError(ThrottledError):
    code = "too-many-record-slips"
    title = "Too many record slips were issued for one person in a day."


class TooManySlipChecksError(ThrottledError):
    code = "too-many-slip-checks"
    title = "Too many numbers were tried that no record slip has."
