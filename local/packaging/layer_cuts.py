"""Removes files from the built layer that no function reads.

Babel has the locales of the whole world and botocore the data of every AWS service: together 60 of
82 MB.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.core import get_global

from shared.pages.figures import LOCALES

SERVICES = ("dynamodb", "events", "secretsmanager", "sesv2", "sqs")
"""The AWS services that functions call, by their names in botocore."""


def cut_layer(python: Path) -> None:
    """Removes unused files from the `python` folder of a layer. Safe to repeat."""
    _keep_locales(python / "babel" / "locale-data")
    _keep_services(python / "botocore" / "data")


def cut_clients(python: Path) -> None:
    """Removes the API clients from a layer with `web`: shops copy them from the repository, and no
    function serves them.
    """
    shutil.rmtree(python / "web" / "clients", ignore_errors=True)


def included_locales() -> set[str]:
    """Returns the locales of pages and mails, and the locales that they inherit from."""
    included = {"root"}
    for locale in LOCALES.values():
        included |= _with_parents(locale)
    return included


def _with_parents(locale: str) -> set[str]:
    """Returns the locale and its ancestors by Babel's rule: an exception of CLDR, otherwise the
    name without its last part.
    """
    parents: Mapping[str, str] = get_global("parent_exceptions")
    found = {locale}
    while parent := parents.get(locale) or locale.rpartition("_")[0]:
        found.add(parent)
        locale = parent
    return found


def _keep_locales(folder: Path) -> None:
    included = included_locales()
    _remove(path for path in folder.glob("*.dat") if path.stem not in included)


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
    """Returns the name of a service in the list of endpoints, from the newest version of its data."""
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
