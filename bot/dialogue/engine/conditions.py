"""The small condition language of flows; knows values and words of the language, nothing of flows or turns."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

FUNCTIONS = frozenset({"days_ago", "digits", "len", "times"})

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
}
_CONSTANTS = {"null": None, "true": True, "false": False, "None": None, "True": True, "False": False}
_CONSTANT_TYPES = (bool, int, float, str, type(None))


class ConditionError(ValueError):
    """The text is not a condition of this language; the message says what is wrong with it."""


@dataclass(frozen=True)
class Scope:
    """What a condition may look at: slot values, how often each step has run, and the day of the turn."""

    slots: Mapping[str, Any]
    now: datetime
    counts: Mapping[str, int] = field(default_factory=dict)


def evaluate(text: str, scope: Scope) -> Any:
    """The value of `text` in `scope`; a slot not filled is null, and comparing null's size is false."""
    return _value(parse(text), scope)


def slots_of(text: str) -> frozenset[str]:
    """Names of the slots that the condition reads; raises ConditionError."""
    return frozenset(node.attr for node in ast.walk(parse(text)) if isinstance(node, ast.Attribute))


@lru_cache(maxsize=1024)
def parse(text: str) -> ast.expr:
    """The checked syntax tree of a condition; raises ConditionError with a reason an editor can read."""
    # A single "=" is how people, and Rasa's own flows, write equality.
    python = re.sub(r"(?<![=!<>])=(?!=)", "==", text.strip())
    try:
        tree = ast.parse(python, mode="eval").body
    except SyntaxError as error:
        raise ConditionError(f"not a condition: {text!r}") from error
    _check(tree)
    return tree


def _check(node: ast.expr) -> None:
    allowed = _CHECKS.get(type(node))
    if allowed is None:
        raise ConditionError(f"not allowed in a condition: {ast.unparse(node)!r}")
    for child in allowed(node):
        _check(child)


def _check_name(node: Any) -> list[ast.expr]:
    if node.id not in _CONSTANTS:
        raise ConditionError(f"unknown word {node.id!r}: slots are written slots.{node.id}")
    return []


def _check_attribute(node: Any) -> list[ast.expr]:
    if not (isinstance(node.value, ast.Name) and node.value.id == "slots"):
        raise ConditionError(f"only slots.<name> may have a dot: {ast.unparse(node)!r}")
    return []


def _check_call(node: Any) -> list[ast.expr]:
    name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
    if name not in FUNCTIONS or node.keywords or len(node.args) != 1:
        raise ConditionError(f"unknown function {name!r}; there are {', '.join(sorted(FUNCTIONS))}")
    return list(node.args)


def _check_compare(node: Any) -> list[ast.expr]:
    for op in node.ops:
        if type(op) not in _COMPARISONS and not isinstance(op, (ast.In, ast.NotIn)):
            raise ConditionError(f"unknown comparison in {ast.unparse(node)!r}")
    return [node.left, *node.comparators]


def _check_constant(node: Any) -> list[ast.expr]:
    if not isinstance(node.value, _CONSTANT_TYPES):
        raise ConditionError(f"not a plain value: {ast.unparse(node)!r}")
    return []


def _check_unary(node: Any) -> list[ast.expr]:
    if not isinstance(node.op, (ast.Not, ast.USub)):
        raise ConditionError(f"unknown sign in {ast.unparse(node)!r}")
    return [node.operand]


def _check_arithmetic(node: Any) -> list[ast.expr]:
    if type(node.op) not in _ARITHMETIC:
        raise ConditionError(f"only + and - may be computed: {ast.unparse(node)!r}")
    return [node.left, node.right]


_CHECKS: dict[type[ast.expr], Callable[[Any], list[ast.expr]]] = {
    ast.Name: _check_name,
    ast.Attribute: _check_attribute,
    ast.Call: _check_call,
    ast.Compare: _check_compare,
    ast.Constant: _check_constant,
    ast.UnaryOp: _check_unary,
    ast.BinOp: _check_arithmetic,
    ast.BoolOp: lambda node: list(node.values),
    ast.List: lambda node: list(node.elts),
    ast.Tuple: lambda node: list(node.elts),
    ast.Set: lambda node: list(node.elts),
}


def _value(node: ast.expr, scope: Scope) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return _CONSTANTS[node.id]
    if isinstance(node, ast.Attribute):
        return scope.slots.get(node.attr)
    if isinstance(node, ast.BoolOp):
        return _either(node, scope)
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, scope)
        return not inner if isinstance(node.op, ast.Not) else -inner
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, scope), _value(node.right, scope)
        return _ARITHMETIC[type(node.op)](left or 0, right or 0)
    if isinstance(node, ast.Compare):
        return _compare(node, scope)
    if isinstance(node, ast.Call):
        return _call(node, scope)
    return [_value(item, scope) for item in node.elts]  # type: ignore[attr-defined]


def _either(node: ast.BoolOp, scope: Scope) -> bool:
    values = (bool(_value(item, scope)) for item in node.values)
    return all(values) if isinstance(node.op, ast.And) else any(values)


def _compare(node: ast.Compare, scope: Scope) -> bool:
    left = _value(node.left, scope)
    for op, comparator in zip(node.ops, node.comparators):  # noqa: B905 (ast keeps them equally long)
        right = _value(comparator, scope)
        if not _holds(op, left, right):
            return False
        left = right
    return True


def _holds(op: ast.cmpop, left: Any, right: Any) -> bool:
    if isinstance(op, (ast.In, ast.NotIn)):
        inside = right is not None and left in right
        return inside if isinstance(op, ast.In) else not inside
    try:
        return bool(_COMPARISONS[type(op)](_number(left, right), _number(right, left)))
    except TypeError:
        return False


def _number(value: Any, other: Any) -> Any:
    """Money travels as a decimal string; beside a number it is compared as one."""
    if isinstance(value, str) and isinstance(other, (int, float)) and not isinstance(other, bool):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def _call(node: ast.Call, scope: Scope) -> Any:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    argument = _value(node.args[0], scope)
    if name == "times":
        return scope.counts.get(str(argument), 0)
    if argument is None:
        return None if name == "days_ago" else 0
    if name == "digits":
        return sum(character.isdigit() for character in str(argument))
    return len(argument) if name == "len" else _days_ago(argument, scope.now)


def _days_ago(value: Any, now: datetime) -> int | None:
    try:
        return (now.date() - date.fromisoformat(str(value)[:10])).days
    except ValueError:
        return None
