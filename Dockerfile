# A server that only serves (docs/going-live.md): the steps are those of deploy/, which .ci/run tries without a container engine.
ARG PYTHON_IMAGE=python:3.13-slim-trixie

# With everything: PyTorch, the published weights, the libraries that compile them. Nothing of it but /built goes on.
FROM ${PYTHON_IMAGE} AS build
WORKDIR /source
COPY pyproject.toml requirements.lock README.md LICENSE NOTICE ./
COPY deploy/ deploy/
COPY corpus/ corpus/
COPY index/ index/
COPY assistant/ assistant/
RUN deploy/build.sh /built

FROM ${PYTHON_IMAGE}
# pg_dump and pg_restore, for `plainclause backup` of a PostgreSQL database: of the version in compose.yaml, or newer.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/plainclause --no-create-home --shell /usr/sbin/nologin plainclause
COPY deploy/install.sh /source/deploy/install.sh
# The mount holds what was built for this step alone: it does not count twice.
RUN --mount=type=bind,from=build,source=/built,target=/built \
    sh /source/deploy/install.sh /built /opt/plainclause /var/lib/plainclause \
    && mkdir -p /backups \
    && chown -R plainclause:plainclause /var/lib/plainclause /backups
ENV PATH=/opt/plainclause/venv/bin:$PATH \
    PLAINCLAUSE_DATA=/var/lib/plainclause \
    PLAINCLAUSE_ENCODERS=/opt/plainclause/encoders \
    PLAINCLAUSE_HOST=0.0.0.0 \
    PLAINCLAUSE_PORT=7860
USER plainclause
WORKDIR /var/lib/plainclause
VOLUME /var/lib/plainclause
EXPOSE 7860
# The first start of new policies builds their index; a shelf of a hundred takes some minutes.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5m --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/readyz', timeout=4)"]
CMD ["plainclause", "serve"]
