# Rebut's image. `make image` builds it; docs/how-to/container.md tells how to build it elsewhere.
# BASE is any Debian- or Ubuntu-like image with Python 3.11 or newer and pip.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# torch's CPU build: from the folder wheels/ of the build context, if there is one (scripts/image.sh fills it where pip finds
# that build), or from TORCH_INDEX, the address of an index that has it. With neither, pip takes the default build.
ARG TORCH_INDEX=""
# packages besides, by their versions: "pymilvus==2.6.17 psycopg[binary]==3.3.9" for Milvus and PostgreSQL
ARG PACKAGES=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements*.lock ./
COPY scripts/locks.sh ./scripts/
RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf \
    --mount=type=secret,id=ca_bundle,target=/etc/ssl/certs/build-ca.crt \
    --mount=type=bind,source=.,target=/context \
    if [ -s /etc/ssl/certs/build-ca.crt ]; then export PIP_CERT=/etc/ssl/certs/build-ca.crt; fi; \
    python3 -m venv /opt/rebut && \
    set -- --find-links /context/wheels ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} && \
    locks=$(PYTHON=/opt/rebut/bin/python3 bash scripts/locks.sh requirements.lock "$@") && \
    /opt/rebut/bin/pip install --quiet "$@" $locks && \
    if [ -n "$PACKAGES" ]; then /opt/rebut/bin/pip install --quiet "$@" $PACKAGES; fi && \
    /opt/rebut/bin/pip install --quiet --no-deps --target /opt/guide --requirement requirements-docs.lock
COPY pyproject.toml README.md mkdocs.yml ./
COPY docs ./docs
COPY index ./index
COPY service ./service
COPY seeds ./seeds
RUN PYTHONPATH=/opt/guide NO_MKDOCS_2_WARNING=1 /opt/rebut/bin/python3 -m mkdocs build --strict --quiet && \
    /opt/rebut/bin/pip install --quiet --no-deps --no-build-isolation . && \
    REBUT_DATA_DIR=/opt/rebut/data REBUT_SEEDS="" /opt/rebut/bin/rebut build && \
    rm -rf /opt/rebut/data/rebut.sqlite* /opt/rebut/data/index

FROM ${BASE}
LABEL org.opencontainers.image.title="rebut" \
      org.opencontainers.image.description="Claim verification: known statements, their sources, official refutations" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin rebut && \
    install --directory --owner=rebut --group=rebut /data
COPY --from=build /opt/rebut /opt/rebut
COPY seeds /opt/rebut/seeds
ENV PATH=/opt/rebut/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    REBUT_HOST=0.0.0.0 \
    REBUT_DATA_DIR=/data \
    REBUT_ENCODERS_DIR=/opt/rebut/data/encoders \
    REBUT_SEEDS=/opt/rebut/seeds
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python3", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:%s/health/ready' % os.environ.get('REBUT_PORT', '8000'), timeout=4)"]
CMD ["rebut", "serve"]
