"""One line of JSON for each event, on the standard error stream.

What is logged names no person: no names, phones, tokens, query strings or
paths with identifiers in them.
"""

import json
import logging
import sys
from typing import Any

import structlog

LIBRARY_LEVEL = logging.WARNING


def configure(level: str) -> None:
    """Set up logging of this process from *level* up; of libraries, only warnings and worse."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render = structlog.processors.JSONRenderer(serializer=_to_json)
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, render],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_make_writer,
        cache_logger_on_first_use=False,
    )
    handler = _Handler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                render,
            ],
        )
    )
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(LIBRARY_LEVEL)


class _Handler(logging.StreamHandler[Any]):
    """Hands the lines of libraries to the same stream."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write *record* to the stream of now, which tests replace."""
        self.stream = sys.stderr
        super().emit(record)


def _make_writer(*_names: object) -> structlog.WriteLogger:
    # A line is written whole, so that lines of several processes do not mix.
    return structlog.WriteLogger(sys.stderr)


def _to_json(event: Any, **options: Any) -> str:
    return json.dumps(event, ensure_ascii=False, **options)
