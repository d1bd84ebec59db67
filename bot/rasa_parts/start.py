"""Becomes the `rasa` command without loading TensorFlow, for a pipeline that uses none of it.

Rasa 3.6.21 imports TensorFlow (and through it jax) with every command, because its recipe registers DIET, TED and the
like whether or not they are used: twelve of seventeen processor seconds of a server's start, and half of its memory.
Here their modules find stand-ins in its place: enough to define Rasa's classes, but no arithmetic. The caller decides
whether the pipeline allows it (`bot.dialogue.compiler.rasa_command`); a component that computes with a stand-in
all the same is stopped by a RuntimeError that names the remedy.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

ABSENT = ("tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "keras", "jax")


class _StandInType(type):
    """A class that has every attribute (each another stand-in), so that names, bases and annotations resolve."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{cls.__module__}.{name}")

    def __or__(cls, other: Any) -> Any:
        return Any

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter(())


def _stand_in(name: str) -> Any:
    return _StandInType("StandIn", (), {"__module__": name, "__new__": _called, "__init__": lambda *_, **__: None})


def _called(cls: Any, *given: Any, **named: Any) -> Any:
    """A decorator gives back what it decorates; a class derived from a stand-in must not be made."""
    if len(given) == 1 and not named and callable(given[0]):
        return given[0]
    if cls.__name__ != "StandIn":
        raise RuntimeError(f"{cls.__name__} needs TensorFlow, which only components outside the package `bot` get")
    return _stand_in(cls.__module__)


class _Absent(ModuleType):
    """A module without content, of which every name can be imported."""

    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _stand_in(f"{self.__name__}.{name}")


class _Stage(MetaPathFinder, Loader):
    """Finds a stand-in for each module of the absent packages."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in ABSENT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing in it."""


def without_tensorflow() -> None:
    """Puts the stand-ins in place, before anything of Rasa is imported."""
    sys.meta_path.insert(0, _Stage())


def one_form_of_log() -> None:
    """A server writes lines as all our processes do, from its first import on; Rasa's own colours stay out."""
    from bot import logs

    logs.silence_the_rest()
    logging.getLogger().setLevel(logging.INFO)
    from rasa.utils import io

    io.configure_colored_logging = lambda loglevel: None


if __name__ == "__main__":
    without_tensorflow()
    if sys.argv[1:2] == ["run"]:
        one_form_of_log()
    from rasa.__main__ import main

    main()
