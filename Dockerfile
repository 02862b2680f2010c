# syntax=docker/dockerfile:1

FROM swift:6.3-bookworm AS builder
RUN apt-get update \
  && apt-get install -y --no-install-recommends libssl-dev libsqlite3-dev \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /source
# Dependencies change less often than sources: their layer is kept.
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
RUN swift build -c release --product ssf-transmitter --static-swift-stdlib \
  && install -s -D .build/release/ssf-transmitter /rootfs/usr/bin/ssf-transmitter \
  && install -d -m 0700 -o 65532 -g 65532 /rootfs/var/lib/ssf-transmitter

FROM debian:12-slim
LABEL org.opencontainers.image.title="ssf-transmitter" \
  org.opencontainers.image.description="A Shared Signals Framework transmitter" \
  org.opencontainers.image.base.name="docker.io/library/debian:12-slim"
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates libsqlite3-0 libssl3 libstdc++6 \
  && rm -rf /var/lib/apt/lists/*
COPY --from=builder /rootfs /
USER 65532:65532
# The admin listener stays inside: docker exec runs every verb. To open it, set SSF_ADMIN_LISTEN=0.0.0.0:8081 and
# SSF_ADMIN_HOSTS to the host names that callers use.
ENV SSF_STATE_DIRECTORY=/var/lib/ssf-transmitter \
  SSF_PUBLIC_LISTEN=0.0.0.0:8080 \
  SSF_ADMIN_LISTEN=127.0.0.1:8081
VOLUME /var/lib/ssf-transmitter
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["ssf-transmitter", "health"]
ENTRYPOINT ["ssf-transmitter", "serve"]
