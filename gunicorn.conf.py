"""How gunicorn serves the application; streams are the same program with other numbers."""

import os

from rewards.processes import servers
from rewards.processes.serving import Serving, bind_address

serving = Serving.from_env(os.environ)
servers.prepare_metrics(os.environ, serving)
servers.allow_files(servers.count_connections(serving))

from prometheus_client import multiprocess  # noqa: E402 -- reads the folder when it is imported

bind = bind_address(serving.host, serving.port)
workers = serving.web_workers
threads = serving.web_threads
worker_connections = servers.count_connections(serving)
worker_class = "gthread"
graceful_timeout = 5
timeout = 60
keepalive = 5
accesslog = None
loglevel = "warning"
control_socket_disable = True
worker_tmp_dir = servers.memory_folder()

# Loaded once and shared by the workers, which saves a quarter of the memory: making the
# application connects to nothing and starts no thread.
preload_app = True
post_fork = servers.post_fork
post_worker_init = servers.post_worker_init


def child_exit(_arbiter, worker):
    """Forget the gauges of a worker that has ended."""
    multiprocess.mark_process_dead(worker.pid)
