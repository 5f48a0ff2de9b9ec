ARG PYTHON_IMAGE=python:3.13-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
# With what AUTH_MODE=jwt needs: who may call is chosen when the image runs, and it cannot be added then.
COPY requirements-jwt.txt /build/
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --no-cache-dir --require-hashes -r /build/requirements-jwt.txt

FROM ${PYTHON_IMAGE}
ARG REVISION=unknown
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REVISION=${REVISION} \
    HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY LICENSE gunicorn.conf.py openapi.yaml ./
COPY service ./service
COPY instruments ./instruments
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/livez', timeout=2)"]
# HOST is reachable from outside the container, so the service starts only once the operator chooses who may call:
# docker run -e AUTH_MODE=api_key -e API_KEYS_FILE=/keys/keys -v …:/keys:ro …   (the folder, so that a new file is seen)
# docker run -e AUTH_MODE=jwt -e JWT_ISSUERS_FILE=/issuers/issuers.json -v …:/issuers:ro …
# docker run -e ALLOW_ANONYMOUS=true …   (behind a proxy that authenticates)
CMD ["gunicorn"]
