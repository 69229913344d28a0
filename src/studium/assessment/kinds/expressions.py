"""Arithmetic as authors write it, worked out by hand: no `eval`, no names but those given.

Numbers, + - * / // % ** and parentheses, the functions of `FUNCTIONS`, and the parameters of the
question. Everything is an exact decimal of 28 digits (the arithmetic of IEEE 854 that Python's
`decimal` implements), so 0.1 + 0.2 is 0.3. `//` and `%` go by the floor, as in mathematics.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Decimal,
    DecimalException,
    localcontext,
)
from functools import lru_cache

MAX_LENGTH = 200
MAX_PIECES = 100
MAX_POWER = 100
LARGEST = Decimal("1e50")
DIGITS = 28


class BadExpression(ValueError):
    """An expression that cannot be read or has no value; the message is for its author."""


def evaluate(expression: str, values: Mapping[str, Decimal]) -> Decimal:
    """The value of an expression for these parameters; raises `BadExpression`."""
    tree = parsed(expression)
    with localcontext() as exact:
        exact.prec = DIGITS
        try:
            return _in_range(_value(tree, values))
        except DecimalException as flaw:
            raise BadExpression(f"“{expression}” has no value: {_words(flaw)}.") from None


def names_in(expression: str) -> set[str]:
    """The parameters that an expression asks for; raises `BadExpression`."""
    tree = parsed(expression)
    called = {id(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
    return {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and id(one) not in called}


@lru_cache(maxsize=1024)
def parsed(expression: str) -> ast.expr:
    """The expression as a tree of allowed pieces; raises `BadExpression`."""
    if len(expression) > MAX_LENGTH:
        raise BadExpression(f"An expression is longer than {MAX_LENGTH} characters.")
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadExpression(f"“{expression}” cannot be read. Write it like 2 * (a + b).") from None
    pieces = list(ast.walk(tree))
    if len(pieces) > MAX_PIECES:
        raise BadExpression(f"An expression has more than {MAX_PIECES} pieces.")
    for piece in pieces:
        if not isinstance(piece, _ALLOWED):
            raise BadExpression(f"“{expression}” holds something other than arithmetic.")
    return tree


def _value(tree: ast.expr, values: Mapping[str, Decimal]) -> Decimal:
    if isinstance(tree, ast.Constant):
        return _number(tree)
    if isinstance(tree, ast.Name):
        if tree.id not in values:
            raise BadExpression(f"There is no parameter called {tree.id}.")
        return values[tree.id]
    if isinstance(tree, ast.UnaryOp):
        value = _value(tree.operand, values)
        return -value if isinstance(tree.op, ast.USub) else +value
    if isinstance(tree, ast.BinOp):
        left, right = _value(tree.left, values), _value(tree.right, values)
        return _in_range(_OPERATORS[type(tree.op)](left, right))
    if isinstance(tree, ast.Call):
        return _called(tree, values)
    raise BadExpression("An expression holds something other than arithmetic.")


def _number(tree: ast.Constant) -> Decimal:
    if isinstance(tree.value, bool) or not isinstance(tree.value, int | float):
        raise BadExpression("An expression holds something that is no number.")
    if isinstance(tree.value, int) and abs(tree.value) > LARGEST:
        raise BadExpression("A number in an expression is too large.")
    return _in_range(Decimal(repr(tree.value)))


def _called(tree: ast.Call, values: Mapping[str, Decimal]) -> Decimal:
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    if name not in FUNCTIONS or tree.keywords:
        raise BadExpression(f"The functions are {', '.join(FUNCTIONS)}.")
    given = [_value(one, values) for one in tree.args]
    fewest, most, function = FUNCTIONS[name]
    if not fewest <= len(given) <= most:
        raise BadExpression(f"{name} takes {fewest} to {most} numbers.")
    return function(*given)


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if abs(exponent) > MAX_POWER:
        raise BadExpression(f"A power is above {MAX_POWER}.")
    if base and abs(base.adjusted() * exponent) > 2 * LARGEST.adjusted():
        raise BadExpression("A value is too large or too small.")
    return Decimal(1) if not exponent else base**exponent


def _floor(value: Decimal) -> Decimal:
    return value.to_integral_value(rounding=ROUND_FLOOR)


def _rounded(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    """Half up, away from zero, as people round."""
    if places != places.to_integral_value() or not 0 <= places <= 12:
        raise BadExpression("round takes 0 to 12 places.")
    return value.quantize(Decimal(1).scaleb(-int(places)), rounding=ROUND_HALF_UP)


def _in_range(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value) > LARGEST:
        raise BadExpression("A value is too large or no number.")
    return value


def _words(flaw: DecimalException) -> str:
    name = type(flaw).__name__
    if "Division" in name or (flaw.args and "Division" in str(flaw.args)):
        return "it divides by zero"
    return "it is no real number"


_OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: _floor(a / b),
    ast.Mod: lambda a, b: a - b * _floor(a / b),
    ast.Pow: _power,
}
_ALLOWED = (
    *(ast.Constant, ast.Name, ast.Load, ast.UnaryOp, ast.USub, ast.UAdd, ast.BinOp, ast.Call),
    *_OPERATORS,
)
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Decimal]]] = {
    "abs": (1, 1, abs),
    "ceil": (1, 1, lambda a: a.to_integral_value(rounding=ROUND_CEILING)),
    "exp": (1, 1, lambda a: _in_exp(a).exp()),
    "floor": (1, 1, _floor),
    "ln": (1, 1, lambda a: a.ln()),
    "log10": (1, 1, lambda a: a.log10()),
    "max": (1, 10, max),
    "min": (1, 10, min),
    "round": (1, 2, _rounded),
    "sqrt": (1, 1, lambda a: a.sqrt()),
}
"""Name -> fewest and most arguments, and what it does."""


def _in_exp(value: Decimal) -> Decimal:
    if abs(value) > MAX_POWER:
        raise BadExpression(f"A power is above {MAX_POWER}.")
    return value
