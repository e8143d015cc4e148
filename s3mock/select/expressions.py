"""From the tree of an expression to a function of a record: made once, called for every record."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from s3mock.errors import S3Error
from s3mock.select import casts, functions
from s3mock.select.aggregates import NAMES, Aggregate
from s3mock.select.paths import Evaluate, Resolve
from s3mock.select.query import path_of, place
from s3mock.select.timestamps import Timestamp
from s3mock.select.values import MISSING, Value, compute, equal, ordered


@dataclass(slots=True)
class Scope:
    """Where an expression stands: its text, how it asks for columns, and the aggregates that it is made of.

    ``aggregates`` is None where none may be. ``bare`` tells that a column stands outside of every aggregate.
    """

    expression: str
    resolve: Resolve
    now: Timestamp
    aggregates: list[Aggregate] | None = None
    bare: bool = field(default=False)


def compiled(node: exp.Expr, scope: Scope) -> Evaluate:
    """Return the function that evaluates ``node``. Raises S3Error for what S3's SQL does not have.

    An expression with aggregates is a function of the list of their results, not of a record.
    """
    build = _BUILDERS.get(type(node))
    if build is None:
        raise S3Error("UnsupportedSyntax")
    return build(node, scope)


def condition(node: exp.Expr, scope: Scope) -> Callable[[Any], bool]:
    """Return the function that tells whether a record is selected: only by TRUE."""
    evaluate = compiled(node, scope)
    return lambda record: evaluate(record) is True


def _constant(value: Value) -> Evaluate:
    return lambda _record: value


def _literal(node: exp.Literal, _scope: Scope) -> Evaluate:
    return _constant(node.name if node.is_string else casts.number_literal(node.name))


def _column(node: exp.Expr, scope: Scope) -> Evaluate:
    if _is_missing(node):
        return _constant(MISSING)
    scope.bare = True
    return scope.resolve(path_of(node, scope.expression))


def _is_missing(node: exp.Expr) -> bool:
    """Whether a node is the word MISSING: sqlglot takes it for a column."""
    return (
        isinstance(node, exp.Column)
        and len(node.parts) == 1
        and isinstance(node.this, exp.Identifier)
        and not node.this.quoted
        and node.name.lower() == "missing"
    )


def _list(node: exp.Expr, scope: Scope) -> Evaluate:
    elements = [compiled(element, scope) for element in node.expressions]
    return lambda record: [element(record) for element in elements]


def _arithmetic(symbol: str) -> Callable[[Any, Scope], Evaluate]:
    def build(node: exp.Binary, scope: Scope) -> Evaluate:
        left, right = compiled(node.this, scope), compiled(node.expression, scope)
        return lambda record: compute(left(record), right(record), symbol)

    return build


def _negative(node: exp.Neg, scope: Scope) -> Evaluate:
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        return _constant(casts.number_literal(f"-{node.this.name}"))
    value = compiled(node.this, scope)
    return lambda record: compute(0, value(record), "-")


def _comparison(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Scope], Evaluate]:
    def build(node: exp.Binary, scope: Scope) -> Evaluate:
        left, right = compiled(node.this, scope), compiled(node.expression, scope)
        return lambda record: ordered(left(record), right(record), holds)

    return build


def _equal(node: exp.Binary, scope: Scope) -> Evaluate:
    left, right = compiled(node.this, scope), compiled(node.expression, scope)
    return lambda record: equal(left(record), right(record))


def _unequal(node: exp.Binary, scope: Scope) -> Evaluate:
    same = _equal(node, scope)
    return lambda record: _opposite(same(record))


def _opposite(value: Value) -> Value:
    return not value if isinstance(value, bool) else _unknown(value)


def _unknown(value: Value) -> Value:
    """Return the truth that something has that is neither TRUE nor FALSE."""
    return MISSING if value is MISSING else None


def _not(node: exp.Not, scope: Scope) -> Evaluate:
    value = compiled(node.this, scope)
    return lambda record: _opposite(value(record))


def _junction(decisive: bool) -> Callable[[Any, Scope], Evaluate]:
    """AND (which one FALSE decides) and OR (which one TRUE decides); else what is unknown makes them so."""

    def build(node: exp.Connector, scope: Scope) -> Evaluate:
        left, right = compiled(node.this, scope), compiled(node.expression, scope)

        def evaluate(record: Any) -> Value:
            first = left(record)
            if first is decisive:
                return decisive
            second = right(record)
            if second is decisive:
                return decisive
            return None if not isinstance(first, bool) or not isinstance(second, bool) else not decisive

        return evaluate

    return build


def _between(node: exp.Between, scope: Scope) -> Evaluate:
    value, low, high = (compiled(node.args[name], scope) for name in ("this", "low", "high"))

    def evaluate(record: Any) -> Value:
        middle = value(record)
        above = ordered(middle, low(record), operator.ge)
        below = ordered(middle, high(record), operator.le)
        if above is False or below is False:
            return False
        return True if above is True and below is True else None

    return evaluate


def _in(node: exp.In, scope: Scope) -> Evaluate:
    value = compiled(node.this, scope)
    source = node.args.get("field")
    among = compiled(source, scope) if source is not None else _list(node, scope)

    def evaluate(record: Any) -> Value:
        sought, values = value(record), among(record)
        if not isinstance(values, list):
            return _unknown(values) if _is_nothing(values) else equal(sought, values)
        found = [equal(sought, candidate) for candidate in values]
        if True in found:
            return True
        return False if all(result is False for result in found) else None

    return evaluate


def _like(node: exp.Expr, scope: Scope) -> Evaluate:
    arguments = [node.this, node.expression]
    if isinstance(node, exp.Escape):
        arguments = [node.this.this, node.this.expression, node.expression]
    matches = functions.applied(functions.like, [compiled(argument, scope) for argument in arguments])
    negated = node.args.get("negate") or (isinstance(node, exp.Escape) and node.this.args.get("negate"))
    return (lambda record: _opposite(matches(record))) if negated else matches


def _is(node: exp.Is, scope: Scope) -> Evaluate:
    kind = node.expression
    if not _is_missing(kind) and not isinstance(kind, (exp.Null, exp.Boolean)):
        raise _no_type(kind, scope.expression)
    value = compiled(node.this, scope)
    if isinstance(kind, exp.Null):  # MISSING is NULL too (PartiQL)
        return lambda record: _is_nothing(value(record))
    wanted = kind.this if isinstance(kind, exp.Boolean) else MISSING
    return lambda record: value(record) is wanted


def _no_type(node: exp.Expr, expression: str) -> S3Error:
    """Return the error for what stands where a type should (the message is seen: apache/hadoop, s3_select.md)."""
    name = node.this if isinstance(node, exp.Column) else None
    if not isinstance(name, exp.Identifier) or "start" not in name.meta:
        return S3Error("ParseExpectedTypeName")
    kind = "QUOTED_IDENTIFIER" if name.quoted else "IDENTIFIER"
    line, column = place(expression, name.meta["start"])
    message = f"Expected type name, found {kind}:'{name.name}' at line {line}, column {column}."
    return S3Error("ParseExpectedTypeName", message)


def _is_nothing(value: Value) -> bool:
    return value is None or value is MISSING


def _concatenation(node: exp.DPipe, scope: Scope) -> Evaluate:
    def join(left: Value, right: Value) -> str:
        if not isinstance(left, str) or not isinstance(right, str):
            raise S3Error("InvalidDataType")
        return left + right

    return functions.applied(join, [compiled(node.this, scope), compiled(node.expression, scope)])


def _case(node: exp.Case, scope: Scope) -> Evaluate:
    subject = compiled(node.this, scope) if node.this is not None else None
    branches = [(compiled(branch.this, scope), compiled(branch.args["true"], scope)) for branch in node.args["ifs"]]
    other = compiled(node.args["default"], scope) if node.args.get("default") is not None else _constant(None)

    def evaluate(record: Any) -> Value:
        sought = subject(record) if subject is not None else True
        for when, then in branches:
            found = when(record)
            if found is True if subject is None else equal(sought, found) is True:
                return then(record)
        return other(record)

    return evaluate


def _cast(node: exp.Cast, scope: Scope) -> Evaluate:
    kind = getattr(node.to.this, "name", str(node.to.this))
    if kind not in casts.CASTS:
        raise S3Error("ParseExpectedTypeName")
    value = compiled(node.this, scope)
    return lambda record: casts.cast(value(record), kind)


def _substring(node: exp.Expr, scope: Scope) -> Evaluate:
    given = [node.args[name] for name in ("this", "start", "length") if node.args.get(name) is not None]
    if len(given) == 1:
        raise S3Error("EvaluatorInvalidArguments")
    return functions.applied(functions.substring, [compiled(argument, scope) for argument in given])


def _trim(node: exp.Trim, scope: Scope) -> Evaluate:
    side = str(node.args.get("position") or "BOTH")
    given = [argument for argument in (node.this, node.expression) if argument is not None]
    arguments = [compiled(argument, scope) for argument in given]
    return functions.applied(lambda value, *characters: functions.trim(value, side, *characters), arguments)


def _extract(node: exp.Extract, scope: Scope) -> Evaluate:
    part = node.this.name.lower()
    if part not in functions.EXTRACTED:
        raise S3Error("ParseExpectedDatePart")
    return functions.applied(lambda at: functions.extract(part, at), [compiled(node.expression, scope)])


def _function(node: exp.Anonymous, scope: Scope) -> Evaluate:
    name, given = node.name.lower(), node.expressions
    if name in NAMES:
        return _aggregate(name, given, scope)
    if name in functions.OF_PARTS:
        return _function_of_part(functions.OF_PARTS[name], given, scope)
    function = functions.FUNCTIONS.get(name)
    if function is not None:
        arguments = _arguments(function.least, function.most, given, scope)
        return functions.applied(function.compute, arguments)
    if name not in _SPECIAL:
        raise S3Error("UnsupportedFunction")
    least, most, make = _SPECIAL[name]
    return make(_arguments(least, most, given, scope), scope)


def _arguments(least: int, most: int, given: list[exp.Expr], scope: Scope) -> list[Evaluate]:
    if any(isinstance(argument, exp.Star) for argument in given):
        raise S3Error("ParseUnsupportedCallWithStar")
    if not least <= len(given) <= most:
        raise S3Error("EvaluatorInvalidArguments")
    return [compiled(argument, scope) for argument in given]


def _function_of_part(apply: Callable[..., Value], given: list[exp.Expr], scope: Scope) -> Evaluate:
    if len(given) != 3:
        raise S3Error("EvaluatorInvalidArguments")
    part = given[0].name.lower() if isinstance(given[0], exp.Column) and len(given[0].parts) == 1 else ""
    if part not in functions.PARTS:
        raise S3Error("ParseExpectedDatePart")
    arguments = [compiled(argument, scope) for argument in given[1:]]
    return functions.applied(lambda first, second: apply(part, first, second), arguments)


def _aggregate(name: str, given: list[exp.Expr], scope: Scope) -> Evaluate:
    if scope.aggregates is None:
        raise S3Error("UnsupportedSqlOperation")  # in WHERE, or within another one
    if len(given) != 1:
        raise S3Error("ParseNonUnaryAgregateFunctionCall")
    if isinstance(given[0], exp.Distinct):
        raise S3Error("UnsupportedSqlStructure")
    if not isinstance(given[0], exp.Star):
        argument = compiled(given[0], Scope(scope.expression, scope.resolve, scope.now))
    elif name == "count":
        argument = _constant(1)
    else:
        raise S3Error("ParseUnsupportedCallWithStar")
    place = len(scope.aggregates)
    scope.aggregates.append(Aggregate(name, argument))
    return lambda results: results[place]


def _nullif(arguments: list[Evaluate], _scope: Scope) -> Evaluate:
    first, second = arguments

    def evaluate(record: Any) -> Value:
        value = first(record)
        return None if value is MISSING or equal(value, second(record)) is True else value

    return evaluate


_SPECIAL: Mapping[str, tuple[int, int, Callable[[list[Evaluate], Scope], Evaluate]]] = {
    "coalesce": (1, 1 << 30, lambda arguments, _scope: functions.coalesce(arguments)),
    "nullif": (2, 2, _nullif),
    "utcnow": (0, 0, lambda _arguments, scope: _constant(scope.now)),
}
"""Functions that look at NULL and MISSING themselves, or at nothing."""

_BUILDERS: Mapping[type[exp.Expr], Callable[[Any, Scope], Evaluate]] = {
    exp.Add: _arithmetic("+"),
    exp.And: _junction(decisive=False),
    exp.Anonymous: _function,
    exp.Array: _list,
    exp.Between: _between,
    exp.Boolean: lambda node, _scope: _constant(node.this),
    exp.Bracket: _column,
    exp.ByteString: lambda node, _scope: _constant(casts.ion(node.name)),
    exp.Case: _case,
    exp.Cast: _cast,
    exp.Column: _column,
    exp.DPipe: _concatenation,
    exp.Div: _arithmetic("/"),
    exp.Dot: _column,
    exp.EQ: _equal,
    exp.Escape: _like,
    exp.Extract: _extract,
    exp.GT: _comparison(operator.gt),
    exp.GTE: _comparison(operator.ge),
    exp.In: _in,
    exp.Is: _is,
    exp.LT: _comparison(operator.lt),
    exp.LTE: _comparison(operator.le),
    exp.Like: _like,
    exp.Literal: _literal,
    exp.Mod: _arithmetic("%"),
    exp.Mul: _arithmetic("*"),
    exp.NEQ: _unequal,
    exp.Neg: _negative,
    exp.Not: _not,
    exp.Null: lambda _node, _scope: _constant(None),
    exp.Or: _junction(decisive=True),
    exp.Paren: lambda node, scope: compiled(node.this, scope),
    exp.Sub: _arithmetic("-"),
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.Tuple: _list,
}
