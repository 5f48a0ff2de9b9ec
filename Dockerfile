# Build it: docker build -t questionnaire-scoring .          Run it: see docs/deployment.md.
# Pin the base by its digest for what you deploy: --build-arg PYTHON_IMAGE=python:3.13-slim-bookworm@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
# A mirror of the package index, if there has to be one; what comes from it is held to the hashes all the same.
ARG PIP_INDEX_URL
# With what AUTH_MODE=jwt needs: who may call is chosen when the image runs, and it cannot be added then. EXTRAS=otel
# adds what TRACING=true needs.
ARG EXTRAS=jwt
COPY requirements-${EXTRAS}.txt /build/requirements.txt
COPY deploy/image/sbom-${EXTRAS}.cdx.json /app/sbom.cdx.json
RUN python -m venv /build/tools \
    && python -m venv --without-pip /opt/venv \
    && /build/tools/bin/python -m pip --python /opt/venv/bin/python install \
        --no-cache-dir --no-compile --only-binary :all: --require-hashes -r /build/requirements.txt

FROM packages AS build
ARG PIP_INDEX_URL
COPY LICENSE NOTICE gunicorn.conf.py openapi.yaml /app/
COPY service /app/service
COPY instruments /app/instruments
COPY deploy/image/healthcheck.pl /app/
# The manual at /docs, built here and sent as it is: what builds it stays behind.
COPY requirements-docs.txt /build/
COPY docs /build/manual/docs
COPY tools/manual /build/manual/tools/manual
RUN python -m venv /build/sphinx \
    && /build/sphinx/bin/python -m pip install \
        --no-cache-dir --only-binary :all: --require-hashes -r /build/requirements-docs.txt \
    && ln -s /app/instruments /build/manual/instruments \
    && PYTHONPATH=/build/manual /build/sphinx/bin/python -m tools.manual /app/build/manual.zip
# Bytecode that is never compared with its source: a read-only file system could not renew it.
RUN python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/venv/lib /app/service

FROM ${PYTHON_IMAGE}
ARG PYTHON_IMAGE
ARG REVISION=unknown
LABEL org.opencontainers.image.title="questionnaire-scoring" \
      org.opencontainers.image.description="Stateless HTTP service that scores clinical questionnaires from JSON definitions" \
      org.opencontainers.image.version="0.2.0" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}"
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REVISION=${REVISION} \
    HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Perl is part of every Debian base; a second Python would take ten times the CPU time, every ten seconds.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["/usr/bin/perl", "/app/healthcheck.pl"]
# HOST is reachable from outside the container, so the service starts only once the operator chooses who may call:
# docker run -e AUTH_MODE=api_key -e API_KEYS_FILE=/keys/keys -v …:/keys:ro …   (the folder, so that a new file is seen)
# docker run -e AUTH_MODE=jwt -e JWT_ISSUERS_FILE=/issuers/issuers.json -v …:/issuers:ro …
# docker run -e ALLOW_ANONYMOUS=true …   (behind a proxy that authenticates)
CMD ["gunicorn"]
