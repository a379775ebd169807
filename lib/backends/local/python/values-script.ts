/** Values as Spark pickles them, and what it makes of pickled results. Source: EvaluatePython. In Python, for worker-script.ts. */
export const valuesScript = `
def inbound(kind):
    """Makes of Arrow's Python value the one that a function gets; None where they are the same."""
    if isinstance(kind, T.TimestampType):
        return lambda v: v.astimezone().replace(tzinfo=None)
    if isinstance(kind, T.ArrayType):
        element = inbound(kind.elementType)
        return element and (lambda v: [None if e is None else element(e) for e in v])
    if isinstance(kind, T.MapType):
        key, value = inbound(kind.keyType) or same, inbound(kind.valueType) or same
        return lambda v: {key(k): None if e is None else value(e) for k, e in v}
    if isinstance(kind, T.StructType):
        names = kind.fieldNames()
        fields = [(name, inbound(f.dataType) or same) for name, f in zip(names, kind.fields)]
        return lambda v: _create_row(names, tuple(None if v[n] is None else c(v[n]) for n, c in fields))
    if isinstance(kind, T.UserDefinedType):
        kept = inbound(kind.sqlType()) or same
        return lambda v: kind.deserialize(kept(v))
    if isinstance(kind, T.VariantType):
        return lambda v: T.VariantVal(v["value"], v["metadata"])
    return None


def same(value):
    return value


def outbound(kind):
    """Makes of a function's pickled result a value of the type that was declared, None where Spark gives NULL."""
    if isinstance(kind, T.UserDefinedType):
        # The worker has serialized its objects.
        return outbound(kind.sqlType())
    if isinstance(kind, T.BooleanType):
        return lambda v: v if type(v) is bool else None
    for cls, bits in ((T.ByteType, 8), (T.ShortType, 16), (T.IntegerType, 32), (T.LongType, 64)):
        if isinstance(kind, cls):
            return wrapped(bits)
    if isinstance(kind, T.FloatType):
        return lambda v: struct.unpack("f", struct.pack("f", v))[0] if type(v) is float and abs(v) <= 3.4028234e38 else v if type(v) is float else None
    if isinstance(kind, T.DoubleType):
        return lambda v: v if type(v) is float else None
    if isinstance(kind, T.DecimalType):
        return lambda v: scaled(v, kind.precision, kind.scale) if type(v) is decimal.Decimal else None
    if isinstance(kind, T.DateType):
        return lambda v: v if type(v) is int else None
    if isinstance(kind, (T.TimestampType, T.TimestampNTZType, T.DayTimeIntervalType)) or type(kind).__name__ == "TimeType":
        return lambda v: v if type(v) is int else None
    if isinstance(kind, (T.StringType, T.CharType, T.VarcharType)):
        return java_text
    if isinstance(kind, T.BinaryType):
        return lambda v: bytes(v) if isinstance(v, (bytes, bytearray)) else v.encode() if type(v) is str else None
    if isinstance(kind, T.ArrayType):
        element = nullable(outbound(kind.elementType))
        return lambda v: [element(e) for e in v] if isinstance(v, (list, tuple)) else None
    if isinstance(kind, T.MapType):
        key, value = nullable(outbound(kind.keyType)), nullable(outbound(kind.valueType))
        return lambda v: [(key(k), value(e)) for k, e in v.items()] if isinstance(v, dict) else None
    if isinstance(kind, T.StructType):
        fields = [(f.name, nullable(outbound(f.dataType))) for f in kind.fields]
        def row(v):
            if not isinstance(v, tuple):
                return None
            if len(v) != len(fields):
                raise Failed("[STRUCT_ARRAY_LENGTH_MISMATCH] Input row doesn't have expected number of values required by the schema. %d fields are required while %d values are provided." % (len(fields), len(v)))
            return {name: convert(e) for (name, convert), e in zip(fields, v)}
        return row
    if isinstance(kind, T.VariantType):
        return lambda v: {"value": bytes(v["value"]), "metadata": bytes(v["metadata"])} if isinstance(v, dict) else None
    return lambda v: None


def nullable(convert):
    return lambda v: None if v is None else convert(v)


def wrapped(bits):
    half, whole = 1 << (bits - 1), 1 << bits
    def convert(v):
        if type(v) is not int or not -(1 << 63) <= v < 1 << 63:
            return None
        return v if -half <= v < half else (v + half) % whole - half
    return convert


def scaled(value, precision, scale):
    if not value.is_finite():
        return None
    with decimal.localcontext(decimal.Context(prec=100, rounding=decimal.ROUND_HALF_UP)):
        found = value.quantize(decimal.Decimal(1).scaleb(-scale))
    return found if len(found.as_tuple().digits) <= precision or found == 0 else None


def java_text(v):
    """As the Java object prints itself."""
    if type(v) is str:
        return v
    if v is None:
        return "null"
    if type(v) is bool:
        return "true" if v else "false"
    if type(v) is float:
        return java_double(v)
    if isinstance(v, list):
        return "[" + ", ".join(java_text(e) for e in v) + "]"
    if isinstance(v, dict):
        return "{" + ", ".join(java_text(k) + "=" + java_text(e) for k, e in v.items()) + "}"
    return str(v)


def java_double(v):
    if v != v:
        return "NaN"
    if v in (float("inf"), float("-inf")):
        return "Infinity" if v > 0 else "-Infinity"
    if v == 0 or 1e-3 <= abs(v) < 1e7:
        text = format(decimal.Decimal(repr(v)), "f")
        return text if "." in text else text + ".0"
    sign, digits, exponent = decimal.Decimal(repr(v)).as_tuple()
    digits = "".join(map(str, digits)).rstrip("0") or "0"
    power = exponent + len(decimal.Decimal(repr(v)).as_tuple().digits) - 1
    return ("-" if sign else "") + digits[0] + "." + (digits[1:] or "0") + "E" + str(power)
`;
