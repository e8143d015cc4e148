"""The list of S3's "Error responses" page for SelectObjectContent, without the codes of the general list."""

from __future__ import annotations

from collections.abc import Mapping

from s3mock.error_catalogue.entry import ErrorEntry

SELECT: Mapping[str, ErrorEntry] = {
    "AmbiguousFieldName": ErrorEntry(
        400,
        "The field name matches to multiple fields in the file. Check the SQL expression and the file, and try again.",
    ),
    "Busy": ErrorEntry(503, "The service is unavailable. Try again later."),
    "CSVEscapingRecordDelimiter": ErrorEntry(
        400,
        "A quoted record delimiter was found in the file. To allow quoted record delimiters, "
        "set AllowQuotedRecordDelimiter to 'TRUE'.",
    ),
    "CSVParsingError": ErrorEntry(400, "An error occurred while parsing the CSV file. Check the file and try again."),
    "CSVUnescapedQuote": ErrorEntry(
        400,
        "An unescaped quote was found while parsing the CSV file. To allow quoted record delimiters, "
        "set AllowQuotedRecordDelimiter to 'TRUE'.",
    ),
    "CastFailed": ErrorEntry(
        400, "An attempt to convert from one data type to another using CAST failed in the SQL expression."
    ),
    "ColumnTooLong": ErrorEntry(400, "The length of a column in the result is greater than maxCharsPerColumn of 1 MB."),
    "EmptyRequestBody": ErrorEntry(400, "The request body cannot be empty."),
    "EvaluatorBindingDoesNotExist": ErrorEntry(
        400, "A column name or a path provided does not exist in the SQL expression."
    ),
    "EvaluatorInvalidArguments": ErrorEntry(
        400, "There is an incorrect number of arguments in the function call in the SQL expression."
    ),
    "EvaluatorInvalidTimestampFormatPattern": ErrorEntry(
        400, "The timestamp format string in the SQL expression is not valid."
    ),
    "EvaluatorInvalidTimestampFormatPatternSymbol": ErrorEntry(
        400, "The timestamp format pattern contains a symbol in the SQL expression that is not valid."
    ),
    "EvaluatorInvalidTimestampFormatPatternSymbolForParsing": ErrorEntry(
        400, "The timestamp format pattern contains a format symbol that cannot be applied to timestamp parsing."
    ),
    "EvaluatorInvalidTimestampFormatPatternToken": ErrorEntry(
        400, "The timestamp format pattern contains a token in the SQL expression that is not valid."
    ),
    "EvaluatorLikePatternInvalidEscapeSequence": ErrorEntry(
        400, "An argument given to the LIKE expression was not valid."
    ),
    "EvaluatorNegativeLimit": ErrorEntry(400, "LIMIT must not be negative."),
    "EvaluatorTimestampFormatPatternDuplicateFields": ErrorEntry(
        400, "The timestamp format pattern contains multiple format specifiers representing the timestamp field."
    ),
    "EvaluatorTimestampFormatPatternHourClockAmPmMismatch": ErrorEntry(
        400, "The timestamp format pattern's hour of day symbol and AM/PM field do not match in the SQL expression."
    ),
    "EvaluatorUnterminatedTimestampFormatPatternToken": ErrorEntry(
        400, "The timestamp format pattern contains an unterminated token in the SQL expression."
    ),
    "ExpressionTooLong": ErrorEntry(
        400, "The SQL expression is too long. The maximum byte-length for an SQL expression is 256 KB."
    ),
    "ExternalEvalException": ErrorEntry(400, "The query cannot be evaluated. Check the file and try again."),
    "IllegalSqlFunctionArgument": ErrorEntry(400, "An illegal argument was used in the SQL function."),
    "IncorrectSqlFunctionArgumentType": ErrorEntry(
        400, "An incorrect argument type was specified in a function call in the SQL expression."
    ),
    "IntegerOverflow": ErrorEntry(400, "An integer overflow or underflow occurred in the SQL expression."),
    "InvalidCast": ErrorEntry(
        400, "An attempt to convert from one data type to another using CAST failed in the SQL expression."
    ),
    "InvalidColumnIndex": ErrorEntry(400, "The column index in the SQL expression is not valid."),
    "InvalidCompressionFormat": ErrorEntry(
        400, "The file is not in a supported compression format. Only GZIP and BZIP2 are supported."
    ),
    "InvalidDataSource": ErrorEntry(
        400, "The data source type is not valid. Only CSV, JSON, and Parquet are supported."
    ),
    "InvalidDataType": ErrorEntry(400, "The SQL expression contains a data type that is not valid."),
    "InvalidExpressionType": ErrorEntry(
        400, "The ExpressionType value is not valid. Only SQL expressions are supported."
    ),
    "InvalidFileHeaderInfo": ErrorEntry(
        400, "The FileHeaderInfo value is not valid. Only NONE, USE, and IGNORE are supported."
    ),
    "InvalidJsonType": ErrorEntry(400, "The JsonType value is not valid. Only DOCUMENT and LINES are supported."),
    "InvalidKeyPath": ErrorEntry(400, "The key path in the SQL expression is not valid."),
    "InvalidQuoteFields": ErrorEntry(
        400, "The QuoteFields value is not valid. Only ALWAYS and ASNEEDED are supported."
    ),
    "InvalidRequestParameter": ErrorEntry(400, "The value of a parameter in the SelectRequest element is not valid."),
    "InvalidScanRange": ErrorEntry(400, "The provided scan range is not valid."),
    "InvalidTableAlias": ErrorEntry(400, "The SQL expression contains a table alias that is not valid."),
    "InvalidTextEncoding": ErrorEntry(400, "The encoding type is not valid. Only UTF-8 encoding is supported."),
    "JSONParsingError": ErrorEntry(400, "An error occurred while parsing the JSON file. Check the file and try again."),
    "LexerInvalidChar": ErrorEntry(400, "The SQL expression contains a character that is not valid."),
    "LexerInvalidIONLiteral": ErrorEntry(400, "The SQL expression contains an operator that is not valid."),
    "LexerInvalidLiteral": ErrorEntry(400, "The SQL expression contains an operator that is not valid."),
    "LexerInvalidOperator": ErrorEntry(400, "The SQL expression contains a literal that is not valid."),
    "LikeInvalidInputs": ErrorEntry(400, "The argument given to the LIKE clause in the SQL expression is not valid."),
    "MaxOperatorsExceeded": ErrorEntry(
        400, "Failed to parse SQL expression, try reducing complexity. For example, reduce number of operators used."
    ),
    "MissingRequiredParameter": ErrorEntry(400, "The SelectRequest entity is missing a required parameter."),
    "MultipleDataSourcesUnsupported": ErrorEntry(400, "Multiple data sources are not supported."),
    "NumberFormatError": ErrorEntry(
        400, "An error occurred while parsing a number. This error can be caused by underflow or overflow of integers."
    ),
    "ObjectSerializationConflict": ErrorEntry(
        400,
        "InputSerialization or OutputSerialization specifies more than one format. "
        "You can specify only one format for each.",
    ),
    "OverMaxColumn": ErrorEntry(
        400, "The number of columns in the result is greater than the maximum allowable number of columns."
    ),
    "OverMaxParquetBlockSize": ErrorEntry(400, "The Parquet file is above the max row group size."),
    "OverMaxRecordSize": ErrorEntry(
        400, "The length of a record in the input or result is greater than the maxCharsPerRecord limit of 1 MB."
    ),
    "ParquetParsingError": ErrorEntry(
        400, "An error occurred while parsing the Parquet file. Check the file and try again."
    ),
    "ParquetUnsupportedCompressionCodec": ErrorEntry(400, "The specified Parquet compression codec is not supported."),
    "ParseAsteriskIsNotAloneInSelectList": ErrorEntry(
        400,
        "Other expressions are not allowed in the SELECT list when * is used without dot notation "
        "in the SQL expression.",
    ),
    "ParseCannotMixSqbAndWildcardInSelectList": ErrorEntry(
        400, "Cannot mix [] and * in the same expression in a SELECT list in the SQL expression."
    ),
    "ParseCastArity": ErrorEntry(400, "The SQL expression CAST has incorrect arity."),
    "ParseEmptySelect": ErrorEntry(400, "The SQL expression contains an empty SELECT clause."),
    "ParseExpected2TokenTypes": ErrorEntry(400, "The expected token in the SQL expression was not found."),
    "ParseExpectedArgumentDelimiter": ErrorEntry(
        400, "The expected argument delimiter in the SQL expression was not found."
    ),
    "ParseExpectedDatePart": ErrorEntry(400, "The expected date part in the SQL expression was not found."),
    "ParseExpectedExpression": ErrorEntry(400, "The expected SQL expression was not found."),
    "ParseExpectedIdentForAlias": ErrorEntry(
        400, "The expected identifier for the alias in the SQL expression was not found."
    ),
    "ParseExpectedIdentForAt": ErrorEntry(
        400, "The expected identifier for AT name in the SQL expression was not found."
    ),
    "ParseExpectedIdentForGroupName": ErrorEntry(400, "GROUP is not supported in the SQL expression."),
    "ParseExpectedKeyword": ErrorEntry(400, "The expected keyword in the SQL expression was not found."),
    "ParseExpectedLeftParenAfterCast": ErrorEntry(
        400, "The expected left parenthesis after CAST in the SQL expression was not found."
    ),
    "ParseExpectedLeftParenBuiltinFunctionCall": ErrorEntry(
        400, "The expected left parenthesis in the SQL expression was not found."
    ),
    "ParseExpectedLeftParenValueConstructor": ErrorEntry(
        400, "The expected left parenthesis in the SQL expression was not found."
    ),
    "ParseExpectedMember": ErrorEntry(400, "The SQL expression contains an unsupported use of MEMBER."),
    "ParseExpectedNumber": ErrorEntry(400, "The expected number in the SQL expression was not found."),
    "ParseExpectedRightParenBuiltinFunctionCall": ErrorEntry(
        400, "The expected right parenthesis character in the SQL expression was not found."
    ),
    "ParseExpectedTokenType": ErrorEntry(400, "The expected token in the SQL expression was not found."),
    "ParseExpectedTypeName": ErrorEntry(400, "The expected type name in the SQL expression was not found."),
    "ParseExpectedWhenClause": ErrorEntry(
        400, "The expected WHEN clause in the SQL expression was not found. CASE is not supported."
    ),
    "ParseInvalidContextForWildcardInSelectList": ErrorEntry(
        400, "The use of * in the SELECT list in the SQL expression is not valid."
    ),
    "ParseInvalidPathComponent": ErrorEntry(400, "The SQL expression contains a path component that is not valid."),
    "ParseInvalidTypeParam": ErrorEntry(400, "The SQL expression contains a parameter value that is not valid."),
    "ParseMalformedJoin": ErrorEntry(400, "JOIN is not supported in the SQL expression."),
    "ParseMissingIdentAfterAt": ErrorEntry(
        400, "The expected identifier after the @ symbol in the SQL expression was not found."
    ),
    "ParseNonUnaryAgregateFunctionCall": ErrorEntry(
        400, "Only one argument is supported for aggregate functions in the SQL expression."
    ),
    "ParseSelectMissingFrom": ErrorEntry(400, "The SQL expression contains a missing FROM after the SELECT list."),
    "ParseUnExpectedKeyword": ErrorEntry(400, "The SQL expression contains an unexpected keyword."),
    "ParseUnexpectedOperator": ErrorEntry(400, "The SQL expression contains an unexpected operator."),
    "ParseUnexpectedTerm": ErrorEntry(400, "The SQL expression contains an unexpected term."),
    "ParseUnexpectedToken": ErrorEntry(400, "The SQL expression contains an unexpected token."),
    "ParseUnknownOperator": ErrorEntry(400, "The SQL expression contains an operator that is not valid."),
    "ParseUnsupportedAlias": ErrorEntry(400, "The SQL expression contains an unsupported use of ALIAS."),
    "ParseUnsupportedCallWithStar": ErrorEntry(
        400, "Only COUNT with (*) as a parameter is supported in the SQL expression."
    ),
    "ParseUnsupportedCase": ErrorEntry(400, "The SQL expression contains an unsupported use of CASE."),
    "ParseUnsupportedCaseClause": ErrorEntry(400, "The SQL expression contains an unsupported use of CASE."),
    "ParseUnsupportedLiteralsGroupBy": ErrorEntry(400, "The SQL expression contains an unsupported use of GROUP BY."),
    "ParseUnsupportedSelect": ErrorEntry(400, "The SQL expression contains an unsupported use of SELECT."),
    "ParseUnsupportedSyntax": ErrorEntry(400, "The SQL expression contains unsupported syntax."),
    "ParseUnsupportedToken": ErrorEntry(400, "The SQL expression contains an unsupported token."),
    "TruncatedInput": ErrorEntry(
        400,
        "Object decompression failed. "
        "Check that the object is properly compressed using the format specified in the request.",
    ),
    "UnauthorizedAccess": ErrorEntry(401, "You are not authorized to perform this operation"),
    "UnrecognizedFormatException": ErrorEntry(400, "We encountered a record type that is not valid."),
    "UnsupportedFunction": ErrorEntry(400, "We encountered an unsupported SQL function."),
    "UnsupportedParquetType": ErrorEntry(400, "The specified Parquet type is not supported."),
    "UnsupportedRangeHeader": ErrorEntry(400, "A range header is not supported for this operation."),
    "UnsupportedScanRangeInput": ErrorEntry(400, "Scan range queries are not supported on this type of object."),
    "UnsupportedSqlOperation": ErrorEntry(400, "We encountered an unsupported SQL operation."),
    "UnsupportedSqlStructure": ErrorEntry(400, "We encountered an unsupported SQL structure. Check the SQL Reference."),
    "UnsupportedStorageClass": ErrorEntry(
        400,
        "The storage class is not supported. Only STANDARD, STANDARD_IA, and ONEZONE_IA storage classes are supported.",
    ),
    "UnsupportedSyntax": ErrorEntry(400, "We encountered syntax that is not valid."),
    "UnsupportedTypeForQuerying": ErrorEntry(400, "Your query contains an unsupported type for comparison."),
    "ValueParseFailure": ErrorEntry(400, "A timestamp parse failure occurred in the SQL expression."),
}
