"""The SMTP server of the tests: takes every message and keeps each as one .eml file.

Usage: smtp.py FOLDER [--port PORT]

Prints `smtp://127.0.0.1:PORT` on one line once it listens; port 0, the default, takes a free one. A file
appears under its final name only when it is complete, so a reader never sees half a message. The envelope,
which the message itself does not carry, stands in two header lines at the top: X-Envelope-From and
X-Envelope-To. Ends on SIGTERM or SIGINT.
"""

import argparse
import asyncio
import os
import pathlib
import signal
import time

from aiosmtpd.smtp import SMTP

SIZE_LIMIT = 16 * 1024 * 1024


class Folder:
    """Writes what arrives into one folder, named so that sorting by name is sorting by arrival."""

    def __init__(self, path: pathlib.Path) -> None:
        self.path = path
        self.count = 0

    async def handle_DATA(self, server, session, envelope) -> str:
        self.count += 1
        name = f"{time.time_ns():020d}-{self.count:06d}.eml"
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        partial = self.path / f".{name}.part"
        partial.write_bytes(head.encode() + envelope.original_content)
        os.replace(partial, self.path / name)
        return "250 OK"


async def serve(folder: pathlib.Path, port: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    handler = Folder(folder)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = await loop.create_server(
        lambda: SMTP(handler, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost"),
        host="127.0.0.1",
        port=port,
    )
    print(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="The SMTP server of the tests.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.folder, arguments.port))


if __name__ == "__main__":
    main()
