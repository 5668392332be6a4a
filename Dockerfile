# The Dagster UI of Minsheng, as a user without rights: docs/container.md.
FROM python:3.11-slim-bookworm

RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home minsheng \
    && install --directory --owner=minsheng /srv/minsheng /srv/warehouse

USER minsheng
WORKDIR /srv/minsheng

# The environment changes seldom: a layer of its own, before the code.
COPY --chown=minsheng Makefile ./
COPY --chown=minsheng requirements requirements
RUN make .venv/bi.stamp

COPY --chown=minsheng . .
# What was copied is newer than the environment that it describes.
RUN touch .venv/run.stamp .venv/bi.stamp

ENV MINSHENG_WAREHOUSE=/srv/warehouse
VOLUME /srv/warehouse
STOPSIGNAL SIGTERM
ENTRYPOINT ["./minsheng"]
CMD ["ui"]
