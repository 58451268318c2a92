"""How the web server runs, on a desk and in a container."""

import os

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
timeout = 60
graceful_timeout = 20
max_requests = 5_000
max_requests_jitter = 500
control_socket_disable = True
# No access log: the address of a patient's link carries its secret.
accesslog = None
