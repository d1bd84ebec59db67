# Two images out of one file: `app` for web, worker and every command, `rasa` with Rasa's own Python and the trained
# model. Both run as an account without rights on a root file system that may be read-only: what is written goes to
# /srv/dyzurny/var (app) and /tmp. Only for linux/amd64: the Polish dictionary comes as a wheel for nothing else.
#
# The bases are pinned. To take newer ones: `docker buildx imagetools inspect python:3.11-slim-bookworm`, and put the
# digest here, or give it with --build-arg.
ARG PYTHON311=docker.io/library/python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
ARG PYTHON310=docker.io/library/python:3.10-slim-bookworm@sha256:68d914ec641a0b69267ce65184d000a2bc3a9ee2590ab702b82250ab2385735a

FROM ${PYTHON310} AS python310

FROM ${PYTHON311} AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 HOME=/tmp PATH=/srv/dyzurny/.venv/bin:$PATH
WORKDIR /srv/dyzurny
# By number: only of a number can Kubernetes say that it is not root. And Polish time must be known.
RUN groupadd --gid 10001 dyzurny && useradd --uid 10001 --gid 10001 --home-dir /tmp --no-create-home dyzurny \
 && python -c "import zoneinfo; zoneinfo.ZoneInfo('Europe/Warsaw')"
# Inside /srv/dyzurny nobody else is installed: its packages come from the pinned files, each checked by its hash.
COPY requirements requirements
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/uv.txt

FROM base AS packages
RUN uv venv --quiet --no-project --python /usr/local/bin/python3.11 .venv \
 && uv pip install --quiet --no-cache --compile-bytecode --python .venv/bin/python --require-hashes --no-deps --only-binary :all: -r requirements/product.txt

FROM base AS rasa-packages
COPY --from=python310 /usr/local/bin/python3.10 /usr/local/bin/python3.10
COPY --from=python310 /usr/local/lib/python3.10 /usr/local/lib/python3.10
COPY --from=python310 /usr/local/lib/libpython3.10.so.1.0 /usr/local/lib/libpython3.10.so.1.0
RUN ldconfig && uv venv --quiet --no-project --python /usr/local/bin/python3.10 .venv-rasa \
 && uv pip install --quiet --no-cache --compile-bytecode --python .venv-rasa/bin/python --require-hashes --no-deps -r requirements/rasa.txt

FROM base AS app
COPY --from=packages /srv/dyzurny/.venv .venv
COPY webhook.py LICENSE ./
COPY deploy/healthy.py deploy/healthy.py
COPY deploy/dyzurny .venv/bin/dyzurny
COPY bot bot
COPY handoff handoff
COPY flows flows
COPY nlu_data nlu_data
COPY locales locales
# Faulty content makes no image. The folder var is where a volume comes; what it is mounted over is the account's own.
RUN dyzurny compile && install -d -o 10001 -g 10001 var
USER 10001:10001
EXPOSE 8000 9100
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "deploy/healthy.py", "8000", "/healthz"]
ENTRYPOINT ["dyzurny"]
CMD ["web"]

FROM base AS with-rasa
COPY --from=python310 /usr/local/bin/python3.10 /usr/local/bin/python3.10
COPY --from=python310 /usr/local/lib/python3.10 /usr/local/lib/python3.10
COPY --from=python310 /usr/local/lib/libpython3.10.so.1.0 /usr/local/lib/libpython3.10.so.1.0
RUN ldconfig
COPY --from=rasa-packages /srv/dyzurny/.venv-rasa .venv-rasa
COPY --from=app /srv/dyzurny .

FROM with-rasa AS trained
# Kept are the model and the sentence reader's weights; what only helps the next training is not.
RUN dyzurny train && rm -rf var/rasa-cache var/*.npz var/log

FROM with-rasa AS rasa
COPY --from=trained /srv/dyzurny/models models
COPY --from=trained /srv/dyzurny/build build
COPY --from=trained /srv/dyzurny/var var
# Its few files of a run; no volume, because it keeps nothing that Redis does not have.
ENV DYZURNY_VAR_DIR=/tmp/dyzurny MPLCONFIGDIR=/tmp/matplotlib
USER 10001:10001
EXPOSE 5005
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s CMD ["python", "deploy/healthy.py", "5005", "/status"]
ENTRYPOINT ["dyzurny"]
CMD ["rasa", "--host", "0.0.0.0"]
