# s3mock as a server on port 5000, without root's rights: docker build -t s3mock . && docker run -p 5000:5000 s3mock
FROM python:3.13-slim AS build
COPY pyproject.toml hatch_build.py README.md LICENSE /src/
COPY s3mock /src/s3mock
RUN python -m venv /opt/s3mock && /opt/s3mock/bin/pip install --no-cache-dir '/src[select]'

FROM python:3.13-slim
COPY --from=build /opt/s3mock /opt/s3mock
USER 65534:65534
EXPOSE 5000
HEALTHCHECK --interval=2s --timeout=2s CMD ["/opt/s3mock/bin/python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:5000/_s3mock/health')"]
ENTRYPOINT ["/opt/s3mock/bin/s3mock", "--host", "0.0.0.0"]
