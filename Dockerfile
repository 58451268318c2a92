# One image for the web server, the workers and the sweep; compose.yaml says which runs what.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CANDOR_VAR=/var/lib/candor
RUN useradd --system --uid 10001 --home-dir /var/lib/candor --create-home candor
WORKDIR /app

# The embedded broker in this lock stays unused: containers have REDIS_URL.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock

COPY manage.py ./
COPY config config
COPY questionnaires questionnaires
COPY decision_aid decision_aid

USER candor
# No setting of production is in the image; collecting files needs a key, and no particular one.
RUN mkdir -p /var/lib/candor/files \
    && SECRET_KEY=only-to-collect-files python manage.py collectstatic --no-input --verbosity 0
ENV BIND=0.0.0.0:8000
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
