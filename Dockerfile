# Two images out of one file: `app` for web and worker, `rasa` with Rasa's own Python 3.10 and the trained model.
FROM python:3.11-slim AS app
WORKDIR /srv/dyzurny
ENV PYTHONDONTWRITEBYTECODE=1 UV_PYTHON_INSTALL_DIR=/opt/python PATH=/srv/dyzurny/.venv/bin:$PATH
# First what changes seldom: the packages. The empty modules are replaced below; the installation only points at them.
COPY pyproject.toml README.md LICENSE ./
COPY requirements requirements
COPY scripts scripts
RUN mkdir bot handoff && touch bot/__init__.py handoff/__init__.py webhook.py && scripts/bootstrap check
COPY . .
RUN useradd --system dyzurny && mkdir -p var models build && chown -R dyzurny var models build
USER dyzurny
ENTRYPOINT ["dyzurny"]
CMD ["web"]

FROM app AS rasa
USER root
# Redis is another container; the address only tells the set-up not to look for a server here.
RUN REDIS_URL=redis://redis scripts/bootstrap run && dyzurny train && chown -R dyzurny var models build
USER dyzurny
CMD ["rasa", "--host", "0.0.0.0"]
