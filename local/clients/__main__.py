"""`python -m local.clients`: regenerates the files in `web/clients`."""

from pathlib import Path

from local.clients.writing import write_clients

FOLDER = Path(__file__).parents[2] / "web" / "clients"


def main() -> None:
    for name, text in write_clients().items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
