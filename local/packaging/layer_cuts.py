"""Takes out of the built layer what no function reads.

Babel comes with the locales of the whole world and botocore with every service of AWS: 60 of 82 MB.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.core import get_global

from shared.pages.figures import LOCALES

SERVICES = ("dynamodb", "events", "secretsmanager", "sesv2", "sqs")
"""All that functions ask of AWS, as botocore names it."""


def cut_layer(python: Path) -> None:
    """Cut the `python` folder of a layer; one that was cut already stays as it is."""
    _keep_locales(python / "babel" / "locale-data")
    _keep_services(python / "botocore" / "data")


def cut_clients(python: Path) -> None:
    """Cut the API's clients, which shops copy and no browser is given, out of a layer with `web`."""
    shutil.rmtree(python / "web" / "clients", ignore_errors=True)


def kept_locales() -> set[str]:
    """The locales that pages and mails are written in, with those that they inherit from."""
    kept = {"root"}
    for locale in LOCALES.values():
        kept |= _with_parents(locale)
    return kept


def _with_parents(locale: str) -> set[str]:
    """Babel's own rule: an exception of CLDR, else the name without its last part."""
    parents: Mapping[str, str] = get_global("parent_exceptions")
    found = {locale}
    while parent := parents.get(locale) or locale.rpartition("_")[0]:
        found.add(parent)
        locale = parent
    return found


def _keep_locales(folder: Path) -> None:
    kept = kept_locales()
    _remove(path for path in folder.glob("*.dat") if path.stem not in kept)


def _keep_services(folder: Path) -> None:
    _remove(path for path in folder.iterdir() if path.is_dir() and path.name not in SERVICES)
    endpoints = folder / "endpoints.json"
    prefixes = {_endpoint_prefix(folder / service) for service in SERVICES}
    document = json.loads(endpoints.read_text())
    for partition in document["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in prefixes
        }
    endpoints.write_text(json.dumps(document, separators=(",", ":")))


def _endpoint_prefix(service: Path) -> str:
    """The name that a service has in the list of endpoints, by the newest of its models."""
    import gzip

    with gzip.open(max(service.glob("*/service-2.json.gz"))) as model:
        prefix: str = json.load(model)["metadata"]["endpointPrefix"]
    return prefix


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
