"""Runs the twin as a process of its own, for benches and fault tests: `python -m bot.simulator --port 8100 …`."""

from __future__ import annotations

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from bot.simulator.parts import SimulatorParts, create_simulator


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Secrets may come from the environment, where a list of processes does not show them."""
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0: any free one")
    parser.add_argument("--webhook-url", default="http://127.0.0.1:8000/webhook")
    parser.add_argument("--public-url", default="", help="where the product fetches uploaded pictures")
    parser.add_argument("--page-id", default="110022")
    parser.add_argument("--page-name", default="TU Przystań")
    parser.add_argument("--app-id", default="555000111")
    parser.add_argument("--app-secret", default=os.environ.get("DYZURNY_APP_SECRET", "demo-app-secret"))
    parser.add_argument("--page-token", default=os.environ.get("DYZURNY_PAGE_TOKEN", "demo-page-token"))
    parser.add_argument("--sends-per-second", type=float, default=300)
    return parser.parse_args(arguments)


def create_app(arguments: argparse.Namespace) -> FastAPI:
    """The twin alone."""
    parts = _parts(arguments)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with parts.running():
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.include_router(parts.router)
    return app


def _parts(arguments: argparse.Namespace) -> SimulatorParts:
    return create_simulator(
        page_id=arguments.page_id,
        page_name=arguments.page_name,
        app_id=arguments.app_id,
        app_secret=arguments.app_secret,
        page_token=arguments.page_token,
        webhook_url=arguments.webhook_url,
        public_url=arguments.public_url,
        sends_per_second=arguments.sends_per_second,
    )


def main() -> None:
    arguments = parse_arguments()
    # Watching browsers hold their streams open; a stopping server waits for them no longer than this.
    uvicorn.run(
        create_app(arguments),
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
