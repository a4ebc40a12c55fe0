# syntax=docker/dockerfile:1
FROM python:3.12-slim AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY spec spec
COPY fixtures fixtures
COPY mockserver mockserver
COPY contract_tests contract_tests
# metrics and traces are off unless asked for, and cost nothing then
RUN python -m venv /opt/mockserver \
 && /opt/mockserver/bin/pip install --no-cache-dir ".[metrics,otel]"

FROM python:3.12-slim
# /data is for a volume that keeps the state, /fixtures for fixtures of your own
RUN useradd --create-home --uid 10001 mockserver \
 && mkdir /data /fixtures && chown mockserver /data
COPY --from=build /opt/mockserver /opt/mockserver
ENV PATH="/opt/mockserver/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    MOCKSERVER_HOST=0.0.0.0
USER 10001
WORKDIR /home/mockserver
EXPOSE 8129
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('MOCKSERVER_PORT', '8129') + '/_livez', timeout=2)"]
# exec form: SIGTERM reaches the server, which finishes what is in flight and stops
ENTRYPOINT ["mockserver"]
CMD ["serve"]
