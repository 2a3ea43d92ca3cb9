"""The application that gunicorn and the flask command load."""

import os

from rewards.app import create_app
from rewards.core.settings import Settings

app = create_app(Settings.from_env(os.environ))
