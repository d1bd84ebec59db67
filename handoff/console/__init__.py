"""The agents' web page: HTTP to the desk's acts, the desk's state to HTML. Here alone FastAPI is known."""

from handoff.console.routes import add_console

__all__ = ["add_console"]
