"""In which of the two languages the visitor reads."""

import flask_babel

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def is_english() -> bool:
    """Tell whether the visitor reads English; outside of a request nobody does."""
    locale = flask_babel.get_locale()
    return locale is not None and locale.language == "en"
