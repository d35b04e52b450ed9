FROM python:3.13-slim AS build

# pillow, or vips for a container that is to be set so; see docs/imaging.md.
ARG IMAGING_ENGINE=pillow
COPY requirements/app.lock requirements/vips.lock /tmp/
# Without pip in it, as nobody installs into a container that runs.
RUN python -m venv --without-pip /opt/venv \
 && set -- --require-hashes -r /tmp/app.lock \
 && if [ "$IMAGING_ENGINE" = vips ]; then set -- "$@" -r /tmp/vips.lock; fi \
 && pip --python /opt/venv/bin/python install --no-cache-dir --disable-pip-version-check "$@"

COPY wsgi.py /app/
COPY migrations/ /app/migrations/
COPY templates/ /app/templates/
COPY static/ /app/static/
COPY imageapp/ /app/imageapp/
# The root file system is read-only later: bytecode is made now, and trusted without a look at the source's date.
# A checkout made under a strict umask must still be readable to the user below.
RUN python -m compileall -q --invalidation-mode unchecked-hash /app \
 && chmod -R a+rX,go-w /app


FROM python:3.13-slim

RUN groupadd --system --gid 10001 imageapp \
 && useradd --system --uid 10001 --gid imageapp --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin imageapp \
 && install --directory --owner=imageapp --group=imageapp --mode=0700 /data

COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    IMAGEAPP_INSTANCE=/data \
    HOST=0.0.0.0 \
    PORT=8000

WORKDIR /app
USER imageapp
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --start-interval=1s --retries=3 \
    CMD ["python", "-I", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["python", "-m", "imageapp.serve"]
