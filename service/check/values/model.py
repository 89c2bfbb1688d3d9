"""What a text says in figures: quantities, ordinals, periods, times of day and labels, each with its place in the text."""

from __future__ import annotations

import enum

import msgspec


class Dimension(enum.Enum):
    """What a unit measures."""

    SHARE = "share"
    ANGLE = "angle"
    TEMPERATURE = "temperature"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"
    MASS = "mass"
    SPEED = "speed"
    POWER = "power"
    ENERGY = "energy"
    TIME = "time"
    MONEY = "money"


class Unit(enum.Enum):
    """A unit, with its name, what it measures and how many base units it holds.

    Base units: metre, square metre, litre, kilogram, metre per second, watt, watt hour, second, the currency itself.
    """

    PERCENT = ("percent", Dimension.SHARE, 1.0)
    BASIS_POINT = ("basis point", Dimension.SHARE, 0.01)
    DEGREE = ("degree", Dimension.ANGLE, 1.0)
    CELSIUS = ("celsius", Dimension.TEMPERATURE, 1.0)
    FAHRENHEIT = ("fahrenheit", Dimension.TEMPERATURE, 5 / 9)
    MILLIMETRE = ("millimetre", Dimension.LENGTH, 0.001)
    CENTIMETRE = ("centimetre", Dimension.LENGTH, 0.01)
    METRE = ("metre", Dimension.LENGTH, 1.0)
    KILOMETRE = ("kilometre", Dimension.LENGTH, 1000.0)
    MILE = ("mile", Dimension.LENGTH, 1609.344)
    FOOT = ("foot", Dimension.LENGTH, 0.3048)
    INCH = ("inch", Dimension.LENGTH, 0.0254)
    YARD = ("yard", Dimension.LENGTH, 0.9144)
    SQUARE_MILLIMETRE = ("square millimetre", Dimension.AREA, 1e-6)
    SQUARE_METRE = ("square metre", Dimension.AREA, 1.0)
    SQUARE_KILOMETRE = ("square kilometre", Dimension.AREA, 1e6)
    SQUARE_MILE = ("square mile", Dimension.AREA, 2.589988e6)
    SQUARE_FOOT = ("square foot", Dimension.AREA, 0.092903)
    HECTARE = ("hectare", Dimension.AREA, 1e4)
    ACRE = ("acre", Dimension.AREA, 4046.856)
    MICROGRAM = ("microgram", Dimension.MASS, 1e-9)
    MILLIGRAM = ("milligram", Dimension.MASS, 1e-6)
    GRAM = ("gram", Dimension.MASS, 0.001)
    KILOGRAM = ("kilogram", Dimension.MASS, 1.0)
    TONNE = ("tonne", Dimension.MASS, 1000.0)
    POUND = ("pound", Dimension.MASS, 0.45359)
    OUNCE = ("ounce", Dimension.MASS, 0.02835)
    LITRE = ("litre", Dimension.VOLUME, 1.0)
    MILLILITRE = ("millilitre", Dimension.VOLUME, 0.001)
    CUBIC_METRE = ("cubic metre", Dimension.VOLUME, 1000.0)
    CUBIC_HECTOMETRE = ("million cubic metres", Dimension.VOLUME, 1e9)
    CUBIC_KILOMETRE = ("cubic kilometre", Dimension.VOLUME, 1e12)
    GALLON = ("gallon", Dimension.VOLUME, 3.78541)
    BARREL = ("barrel", Dimension.VOLUME, 158.987)
    KILOMETRE_PER_HOUR = ("kilometre per hour", Dimension.SPEED, 1 / 3.6)
    METRE_PER_SECOND = ("metre per second", Dimension.SPEED, 1.0)
    MILE_PER_HOUR = ("mile per hour", Dimension.SPEED, 0.44704)
    KILOWATT = ("kilowatt", Dimension.POWER, 1e3)
    MEGAWATT = ("megawatt", Dimension.POWER, 1e6)
    GIGAWATT = ("gigawatt", Dimension.POWER, 1e9)
    KILOWATT_HOUR = ("kilowatt hour", Dimension.ENERGY, 1e3)
    MEGAWATT_HOUR = ("megawatt hour", Dimension.ENERGY, 1e6)
    GIGAWATT_HOUR = ("gigawatt hour", Dimension.ENERGY, 1e9)
    TERAWATT_HOUR = ("terawatt hour", Dimension.ENERGY, 1e12)
    SECOND = ("second", Dimension.TIME, 1.0)
    MINUTE = ("minute", Dimension.TIME, 60.0)
    HOUR = ("hour", Dimension.TIME, 3600.0)
    DAY = ("day", Dimension.TIME, 86400.0)
    WEEK = ("week", Dimension.TIME, 604800.0)
    MONTH = ("month", Dimension.TIME, 2629800.0)
    YEAR = ("year", Dimension.TIME, 31557600.0)
    DECADE = ("decade", Dimension.TIME, 315576000.0)
    CENTURY = ("century", Dimension.TIME, 3155760000.0)
    USD = ("USD", Dimension.MONEY, 1.0)
    EUR = ("EUR", Dimension.MONEY, 1.0)
    GBP = ("GBP", Dimension.MONEY, 1.0)
    UAH = ("UAH", Dimension.MONEY, 1.0)
    RUB = ("RUB", Dimension.MONEY, 1.0)
    BYN = ("BYN", Dimension.MONEY, 1.0)
    PLN = ("PLN", Dimension.MONEY, 1.0)
    JPY = ("JPY", Dimension.MONEY, 1.0)
    CNY = ("CNY", Dimension.MONEY, 1.0)
    CHF = ("CHF", Dimension.MONEY, 1.0)
    PESO = ("peso", Dimension.MONEY, 1.0)
    RUPEE = ("rupee", Dimension.MONEY, 1.0)
    LIRA = ("lira", Dimension.MONEY, 1.0)
    CROWN = ("crown", Dimension.MONEY, 1.0)
    FORINT = ("forint", Dimension.MONEY, 1.0)
    LEU = ("leu", Dimension.MONEY, 1.0)
    TENGE = ("tenge", Dimension.MONEY, 1.0)
    SHEKEL = ("shekel", Dimension.MONEY, 1.0)
    CENT = ("cent", Dimension.MONEY, 0.01)

    @property
    def dimension(self) -> Dimension:
        """What it measures."""
        return self.value[1]

    @property
    def factor(self) -> float:
        """How many base units one of it is."""
        return self.value[2]

    def base(self, amount: float) -> float:
        """An amount in base units; degrees Fahrenheit start elsewhere."""
        return (amount - 32.0 if self is Unit.FAHRENHEIT else amount) * self.factor


class Bound(enum.Enum):
    """How a text hedges a number."""

    EXACT = "exact"
    ABOUT = "about"
    MORE = "more"
    LEAST = "least"
    LESS = "less"
    MOST = "most"


class Openness(enum.Enum):
    """Whether a period has a stated end: `since 2014` and `until 2014` leave one end open."""

    CLOSED = "closed"
    SINCE = "since"
    UNTIL = "until"


class Quantity(msgspec.Struct, frozen=True):
    """A number of things or units, from `low` to `high` (equal but for a range), in `unit`.

    `step` is what the last stated digit is worth (100,000 in `1.5 million`), `scaled` that a word such as `million` stands
    behind it. `other` is the value under the other reading of a lone separator (`1.500`), `nouns` the beginnings of the words
    that follow, or the names of those that the lexicon knows. `per` is the unit for each of which it is: 5 euros a month;
    `whole` is what a share is told of: ten in `four in ten`.
    """

    start: int
    end: int
    low: float
    high: float
    step: float
    scaled: bool = False
    bound: Bound = Bound.EXACT
    unit: Unit | None = None
    other: float | None = None
    nouns: tuple[str, ...] = ()
    per: Unit | None = None
    whole: float | None = None


class Ordinal(msgspec.Struct, frozen=True):
    """A place in a row: the third reactor, the XX century."""

    start: int
    end: int
    place: int
    nouns: tuple[str, ...] = ()


class Label(msgspec.Struct, frozen=True):
    """A number that names a thing: Article 5, F-16, Boeing 737; `nouns` holds what stands before it."""

    start: int
    end: int
    number: float
    nouns: tuple[str, ...] = ()


class Clock(msgspec.Struct, frozen=True):
    """A time of day in minutes from midnight; `halves` tells that morning or evening is not known."""

    start: int
    end: int
    minutes: int
    halves: bool = False


class Day(msgspec.Struct, frozen=True, order=True):
    """A day of the calendar; years before our era are negative, `year` is 0 where it is not known."""

    year: int
    month: int
    day: int


class Period(msgspec.Struct, frozen=True):
    """The days from `first` to `last`, both included; both years are 0 where the text gives none."""

    start: int
    end: int
    first: Day
    last: Day
    openness: Openness = Openness.CLOSED

    @property
    def days(self) -> int:
        """How many days it spans, in months of 31 days: only good for telling the finer of two."""
        return _count(self.last) - _count(self.first) + 1


Value = Quantity | Ordinal | Label | Clock | Period


class Figures(msgspec.Struct, frozen=True):
    """All that a text in `language` (ISO 639) says in figures, in the order of the text."""

    language: str
    values: tuple[Value, ...]


def tolerance(quantity: Quantity, *, converted: bool = False) -> float:
    """How far from the value another may lie and still be rounded to it, in the quantity's unit.

    Half of the last stated digit, at most 5 % of the value; 1 % where zeros may be digits (100,000), 6 % against another unit.
    """
    share = 0.06 if converted else 0.05 if quantity.scaled or quantity.step < 10 else 0.01
    return min(quantity.step / 2, abs(quantity.high) * share)


def _count(day: Day) -> int:
    return (day.year * 12 + day.month - 1) * 31 + day.day - 1
