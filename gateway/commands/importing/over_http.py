"""An import through a gateway, as any client does it: createUpload, a PUT per chunk, startImport, watching the job."""

from hashlib import sha256
from time import sleep
from typing import Any

from credential.errors import BadUserInput, Unavailable
from gateway.commands.graphql_client import Gateway
from gateway.commands.importing.order import Imported, Order, cannot_write
from gateway.commands.progress import progress

PAUSE_SECONDS = 0.5
CREATE = """mutation($name: String!, $size: ByteCount!, $sha256: String!, $key: String!) {
  createUpload(input: {name: $name, byteSize: $size, sha256: $sha256, idempotencyKey: $key}) {
    upload { id url chunkSize complete } userErrors { code message path } } }"""
START = """mutation($upload: ID!, $kind: Kind!, $key: String!) {
  startImport(input: {uploadId: $upload, kind: $kind, idempotencyKey: $key}) {
    job { id } userErrors { code message path } } }"""
JOB = "query($id: ID!) { job(id: $id) { id state total done failed merkleRoot } }"


def import_over_http(order: Order, gateway: Gateway) -> Imported:
    """Upload, import, wait, and fetch the failed rows. Raises BadUserInput, Unavailable."""
    size = order.file.stat().st_size
    name, file_key = order.file.name, f"file:{order.digest}"
    made = gateway.ask(CREATE, name=name, size=size, sha256=order.digest, key=file_key)["createUpload"]
    upload = _only(made, "upload")
    if not upload["complete"]:
        _send(order, upload, gateway)
    begun = gateway.ask(START, upload=upload["id"], kind=order.kind, key=order.key)["startImport"]
    job = _followed(_only(begun, "job")["id"], gateway)
    done = Imported(job["id"], job["total"], job["done"], job["failed"], job["merkleRoot"])
    if not done.failed:
        return done
    path = order.errors_path(csv=order.file.suffix not in {".jsonl", ".ndjson", ".json"})
    try:
        gateway.save(f"/imports/{done.job}/errors", path)
    except OSError:
        raise cannot_write() from None
    return Imported(done.job, done.total, done.done, done.failed, done.merkle_root, path)


def _send(order: Order, upload: dict[str, Any], gateway: Gateway) -> None:
    missing = gateway.read_json(upload["url"])["missing"]
    with progress() as bar, order.file.open("rb") as content:
        for number in bar.track(missing, description="chunks"):
            content.seek(number * upload["chunkSize"])
            data = content.read(upload["chunkSize"])
            gateway.put(f"{upload['url']}/{number}", data, sha256(data).digest())


def _followed(job_id: str, gateway: Gateway) -> dict[str, Any]:
    with progress() as bar:
        task = bar.add_task("rows", total=None)
        while True:
            job: dict[str, Any] | None = gateway.ask(JOB, id=job_id)["job"]
            if job is None:
                raise BadUserInput("The gateway does not show the job; the key needs the scope jobs.")
            bar.update(task, total=job["total"] or None, completed=job["done"] + job["failed"])
            if job["state"] == "FINISHED":
                return job
            if job["state"] == "FAILED":
                raise Unavailable("The import stopped at the gateway; an operator there may let it go on.")
            sleep(PAUSE_SECONDS)


def _only(payload: dict[str, Any], name: str) -> dict[str, Any]:
    if payload["userErrors"]:
        raise BadUserInput(payload["userErrors"][0]["message"])
    found: dict[str, Any] = payload[name]
    return found
