"""The smallest thing a Flask application can answer: what all else is divided by."""

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> dict[str, str]:
    """Answer with a few bytes of JSON."""
    return {"message": "hello"}
