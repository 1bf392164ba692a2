"""The version, which is that of the jar."""

VERSION = "0.1.0"


def jar_coordinates() -> str:
    """The Maven coordinates of the jar that this package calls, for ``spark.jars.packages``."""
    return f"io.silverspark:silverspark:{VERSION}"
