"""From the tree of an expression to a function of a record: compiled once, called for every record."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlglot import exp

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.select import functions
from s3mock.select.functions import AGGREGATES, Aggregate, applied
from s3mock.select.paths import Evaluate, Resolve
from s3mock.select.query import line_and_column, path_of
from s3mock.select.timestamps import Timestamp
from s3mock.select.values import CASTS, MISSING, Value, cast, compute, equal, ion_literal, number_literal, ordered


@dataclass(slots=True)
class Scope:
    """The surroundings of an expression: its text, how it reads columns, and the aggregates found in it.

    ``aggregates`` is None where none are allowed. ``bare`` is whether a column was found outside of every aggregate.
    """

    expression: str
    resolve: Resolve
    now: Timestamp
    aggregates: list[Aggregate] | None = None
    bare: bool = False


_Compiler = Callable[[Any, Scope], Evaluate]
_CompilerT = TypeVar("_CompilerT", bound=_Compiler)
_COMPILERS: dict[type[exp.Expr], _Compiler] = {}


def compiled(node: exp.Expr, scope: Scope) -> Evaluate:
    """The function that evaluates ``node``. Raises S3Error for what S3's SQL does not have.

    An expression with aggregates is a function of the list of their results, not of a record.
    """
    compiler = _COMPILERS.get(type(node))
    if compiler is None:
        raise S3Error("UnsupportedSyntax")
    return compiler(node, scope)


def _compiles(*kinds: type[exp.Expr]) -> Callable[[_CompilerT], _CompilerT]:
    """Register the compiler of nodes of these kinds."""

    def register(compiler: _CompilerT) -> _CompilerT:
        _COMPILERS.update(dict.fromkeys(kinds, compiler))
        return compiler

    return register


# --- Constants, columns, lists


def _constant(value: Value) -> Evaluate:
    return lambda _record: value


@_compiles(exp.Literal)
def _literal(node: exp.Literal, _scope: Scope) -> Evaluate:
    return _constant(node.name if node.is_string else number_literal(node.name))


@_compiles(exp.Bracket, exp.Column, exp.Dot)
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


@_compiles(exp.Array, exp.Tuple)
def _list(node: exp.Expr, scope: Scope) -> Evaluate:
    elements = [compiled(element, scope) for element in node.expressions]
    return lambda record: [element(record) for element in elements]


_COMPILERS[exp.Boolean] = lambda node, _scope: _constant(node.this)
_COMPILERS[exp.ByteString] = lambda node, _scope: _constant(ion_literal(node.name))
_COMPILERS[exp.Null] = lambda _node, _scope: _constant(None)
_COMPILERS[exp.Paren] = lambda node, scope: compiled(node.this, scope)


# --- Operators

_ARITHMETIC = {exp.Add: "+", exp.Div: "/", exp.Mod: "%", exp.Mul: "*", exp.Sub: "-"}
_ORDER = {exp.GT: operator.gt, exp.GTE: operator.ge, exp.LT: operator.lt, exp.LTE: operator.le}


@_compiles(*_ARITHMETIC)
def _arithmetic(node: exp.Binary, scope: Scope) -> Evaluate:
    symbol = _ARITHMETIC[type(node)]
    left, right = compiled(node.this, scope), compiled(node.expression, scope)
    return lambda record: compute(left(record), right(record), symbol)


@_compiles(exp.Neg)
def _negative(node: exp.Neg, scope: Scope) -> Evaluate:
    if isinstance(node.this, exp.Literal) and not node.this.is_string:
        return _constant(number_literal(f"-{node.this.name}"))
    value = compiled(node.this, scope)
    return lambda record: compute(0, value(record), "-")


@_compiles(exp.DPipe)
def _concatenation(node: exp.DPipe, scope: Scope) -> Evaluate:
    return applied(functions.concatenate, [compiled(node.this, scope), compiled(node.expression, scope)])


@_compiles(*_ORDER)
def _comparison(node: exp.Binary, scope: Scope) -> Evaluate:
    holds = _ORDER[type(node)]
    left, right = compiled(node.this, scope), compiled(node.expression, scope)
    return lambda record: ordered(left(record), right(record), holds)


@_compiles(exp.EQ, exp.NEQ)
def _equality(node: exp.Binary, scope: Scope) -> Evaluate:
    left, right = compiled(node.this, scope), compiled(node.expression, scope)
    if isinstance(node, exp.NEQ):
        return lambda record: _opposite(equal(left(record), right(record)))
    return lambda record: equal(left(record), right(record))


@_compiles(exp.Not)
def _not(node: exp.Not, scope: Scope) -> Evaluate:
    value = compiled(node.this, scope)
    return lambda record: _opposite(value(record))


def _opposite(value: Value) -> Value:
    if isinstance(value, bool):
        return not value
    return MISSING if value is MISSING else None


@_compiles(exp.And, exp.Or)
def _junction(node: exp.Connector, scope: Scope) -> Evaluate:
    """AND, which one FALSE decides, and OR, which one TRUE decides; otherwise one unknown operand makes it NULL."""
    decisive = isinstance(node, exp.Or)
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


@_compiles(exp.Between)
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


@_compiles(exp.In)
def _in(node: exp.In, scope: Scope) -> Evaluate:
    value = compiled(node.this, scope)
    listed = node.args.get("field")
    candidates = _list(node, scope) if listed is None else compiled(listed, scope)

    def evaluate(record: Any) -> Value:
        sought, values = value(record), candidates(record)
        if values is None or values is MISSING:
            return values
        if not isinstance(values, list):
            return equal(sought, values)
        found = [equal(sought, candidate) for candidate in values]
        if True in found:
            return True
        return False if all(result is False for result in found) else None

    return evaluate


@_compiles(exp.Escape, exp.Like)
def _like(node: exp.Expr, scope: Scope) -> Evaluate:
    like = node.this if isinstance(node, exp.Escape) else node
    operands = [like.this, like.expression, *([node.expression] if like is not node else [])]
    matches = applied(functions.like, [compiled(operand, scope) for operand in operands])
    negated = node.args.get("negate") or like.args.get("negate")
    return (lambda record: _opposite(matches(record))) if negated else matches


@_compiles(exp.Is)
def _is(node: exp.Is, scope: Scope) -> Evaluate:
    kind = node.expression
    if not _is_missing(kind) and not isinstance(kind, (exp.Null, exp.Boolean)):
        name = kind.this if isinstance(kind, exp.Column) else None
        if not isinstance(name, exp.Identifier) or "start" not in name.meta:
            raise S3Error("ParseExpectedTypeName")
        quoted = "QUOTED_IDENTIFIER" if name.quoted else "IDENTIFIER"
        line, column = line_and_column(scope.expression, name.meta["start"])
        message = f"Expected type name, found {quoted}:'{name.name}' at line {line}, column {column}."
        raise S3Error("ParseExpectedTypeName", message)  # seen: apache/hadoop, s3_select.md
    value = compiled(node.this, scope)
    if isinstance(kind, exp.Null):  # MISSING is NULL too (PartiQL)
        return lambda record: (found := value(record)) is None or found is MISSING
    truth = kind.this if isinstance(kind, exp.Boolean) else MISSING
    return lambda record: value(record) is truth


@_compiles(exp.Case)
def _case(node: exp.Case, scope: Scope) -> Evaluate:
    subject = compiled(node.this, scope) if node.this is not None else None
    branches = [(compiled(branch.this, scope), compiled(branch.args["true"], scope)) for branch in node.args["ifs"]]
    default = node.args.get("default")
    otherwise = _constant(None) if default is None else compiled(default, scope)

    def evaluate(record: Any) -> Value:
        sought = subject(record) if subject is not None else True
        for when, then in branches:
            found = when(record)
            if found is True if subject is None else equal(sought, found) is True:
                return then(record)
        return otherwise(record)

    return evaluate


# --- Functions with a syntax of their own


@_compiles(exp.Cast)
def _cast(node: exp.Cast, scope: Scope) -> Evaluate:
    kind = CASTS.get(getattr(node.to.this, "name", str(node.to.this)))
    if kind is None:
        raise S3Error("ParseExpectedTypeName")
    value = compiled(node.this, scope)
    return lambda record: cast(value(record), kind)


@_compiles(exp.Substring)
def _substring(node: exp.Expr, scope: Scope) -> Evaluate:
    given = [node.args[name] for name in ("this", "start", "length") if node.args.get(name) is not None]
    if len(given) == 1:
        raise S3Error("EvaluatorInvalidArguments")
    return applied(functions.substring, [compiled(argument, scope) for argument in given])


@_compiles(exp.Trim)
def _trim(node: exp.Trim, scope: Scope) -> Evaluate:
    side = str(node.args.get("position") or "BOTH")
    arguments = [compiled(argument, scope) for argument in (node.this, node.expression) if argument is not None]
    return applied(lambda value, *characters: functions.trim(value, side, *characters), arguments)


@_compiles(exp.Extract)
def _extract(node: exp.Extract, scope: Scope) -> Evaluate:
    part = node.this.name.lower()
    if part not in functions.EXTRACTED_PARTS:
        raise S3Error("ParseExpectedDatePart")
    return applied(lambda at: functions.extract(part, at), [compiled(node.expression, scope)])


# --- Functions that are a name with arguments


@_compiles(exp.Anonymous)
def _call(node: exp.Anonymous, scope: Scope) -> Evaluate:
    name, given = node.name.lower(), node.expressions
    if name in AGGREGATES:
        return _aggregate(name, given, scope)
    if name in functions.FUNCTIONS_OF_PARTS:
        of_part = functions.FUNCTIONS_OF_PARTS[name]
        if len(given) != 3:
            raise S3Error("EvaluatorInvalidArguments")
        part = given[0].name.lower() if isinstance(given[0], exp.Column) and len(given[0].parts) == 1 else ""
        if part not in functions.DATE_PARTS:
            raise S3Error("ParseExpectedDatePart")
        arguments = [compiled(argument, scope) for argument in given[1:]]
        return applied(lambda first, second: of_part(part, first, second), arguments)

    if name in functions.FUNCTIONS:
        least, most, of_values = functions.FUNCTIONS[name]
        return applied(of_values, _arguments(given, least, most, scope))
    if name in _CONDITIONAL:
        least, most, of_arguments = _CONDITIONAL[name]
        return of_arguments(_arguments(given, least, most, scope), scope)
    raise S3Error("UnsupportedFunction")


def _arguments(given: list[exp.Expr], least: int, most: int, scope: Scope) -> list[Evaluate]:
    if any(isinstance(argument, exp.Star) for argument in given):
        raise S3Error("ParseUnsupportedCallWithStar")
    if not least <= len(given) <= most:
        raise S3Error("EvaluatorInvalidArguments")
    return [compiled(argument, scope) for argument in given]


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
    index = len(scope.aggregates)
    scope.aggregates.append(Aggregate(name, argument))
    return lambda results: results[index]


def coalesce(arguments: list[Evaluate], _scope: Scope) -> Evaluate:
    """COALESCE: the first value that is neither NULL nor MISSING, otherwise NULL."""

    def evaluate(record: Any) -> Value:
        for argument in arguments:
            value = argument(record)
            if value is not None and value is not MISSING:
                return value
        return None

    return evaluate


def nullif(arguments: list[Evaluate], _scope: Scope) -> Evaluate:
    """NULLIF: the first value, or NULL if it is MISSING or equal to the second one."""
    first, second = arguments

    def evaluate(record: Any) -> Value:
        value = first(record)
        return None if value is MISSING or equal(value, second(record)) is True else value

    return evaluate


_CONDITIONAL: Mapping[str, tuple[int, int, Callable[[list[Evaluate], Scope], Evaluate]]] = {
    "coalesce": (1, 1 << 30, coalesce),
    "nullif": (2, 2, nullif),
    "utcnow": (0, 0, lambda _arguments, scope: _constant(scope.now)),
}
"""The least and the largest number of arguments of the functions that handle NULL and MISSING themselves, or have no
arguments, and how they are compiled."""
