"""The application that gunicorn and the flask command load."""

import os

from rewards.app import create_app
from rewards.processes.servers import settings_or_exit

app = create_app(settings_or_exit(os.environ))
