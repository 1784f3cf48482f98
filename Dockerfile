# The portal's image: `compose.yaml` runs it as web server, as worker and for its migrations.
FROM python:3.11-slim AS packages
COPY requirements.txt /tmp/requirements.txt
RUN python -m venv /venv \
 && awk '/^[^ #]/ { ours = /^uv==/ } ours && !/^ *#/' /tmp/requirements.txt > /tmp/uv.txt \
 && pip install --no-cache-dir --require-hashes -r /tmp/uv.txt \
 && uv pip sync --no-cache --python /venv/bin/python --require-hashes /tmp/requirements.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /portal --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal /portal /data
COPY --from=packages /venv /venv
WORKDIR /portal
COPY --chown=root:root . .
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072
# Where the web processes of one container add up what they count: its own, never the shared volume.
ENV PROMETHEUS_MULTIPROC_DIR=/tmp/metrics
USER portal
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=5 CMD ["python", "bin/probe.py", "/healthz"]
# Checks the settings, begins its figures anew and becomes the web server; without PUBLIC_URL it does not start.
CMD ["python", "bin/serve.py", "web"]
