"""All that the report of a file can say: why something is not read, and what else a person should know.

Each is told in English as it stands here, and in other languages by whoever has the text. What is not here is known in English
alone: what is wrong in a seed file or in JSON, or with a workbook.
"""

from __future__ import annotations

from index.errors import Reason

# Where it is.
PLACES = {"line": Reason("line %(number)s"), "row": Reason("row %(number)s"), "element": Reason("element %(number)s")}
IN_SHEET = Reason("sheet %(sheet)s, %(place)s")
THE_REST = Reason("the rest")

# Why a file cannot be read.
UNREADABLE = Reason("cannot be read: %(why)s")
NO_JSON = Reason("not valid JSON: %(why)s")
NO_JSON_FROM_HERE = Reason("not valid JSON from here on: %(why)s")
NO_XML_FROM_HERE = Reason("not valid XML from here on: %(why)s")
ENTITIES = Reason("it declares entities, which could stand for anything: not read")
TOO_DEEP = Reason("it is nested too deeply")
EMPTY_WORKBOOK = Reason("the workbook is empty")
TOO_COMPLEX = Reason("cannot be read as a workbook: it is too large or too complex")
NO_CLAIM = Reason("no column is known to hold the claim. Columns: %(columns)s. Tell which one does: --map 'COLUMN=claim'")
NO_COLUMNS = Reason("no column is known to hold the claim. Columns: none. Tell which one does: --map 'COLUMN=claim'")

# In which encoding it is.
NO_ENCODING = Reason("%(name)s is no encoding of texts")
NONE_OF_FILES = Reason("%(name)s is no encoding of files")
NOT_DECODED = Reason("cannot be read as %(encoding)s: %(why)s")
LINE_NOT_DECODED = Reason("cannot be read as %(encoding)s, in line %(number)s: %(why)s")
CONTROLS = Reason("read as %(encoding)s, line %(number)s holds the control character %(character)s: it is in another encoding")
DAMAGED = Reason("line %(number)s is not UTF-8, though the rest is: the file is damaged")
UNCERTAIN = Reason("line %(number)s is not UTF-8, and no other encoding is certain: save the file as UTF-8, or name its encoding")
TOO_LITTLE = Reason("line %(number)s is not UTF-8, and too little of it to tell %(encoding)s from others: name its encoding")
RIVALS = Reason("line %(number)s is not UTF-8, and %(encodings)s are as likely: save the file as UTF-8, or name its encoding")
BOTH = Reason("%(one)s and %(other)s")

# Why a row is skipped.
CELLS = Reason("has %(cells)s cells, the head line %(head)s: is a text with %(delimiter)s not in quotation marks?")
NO_OBJECT = Reason("is no JSON object")
ID_TYPE = Reason("id: is of the type `%(type)s`, but `%(before)s` before it")
UNPUBLISHED = Reason("status: %(status)s: is not published")
EMPTY_TEXT = Reason("text: empty text")
EMPTY_ID = Reason("id: empty text")
REPEATED = {
    "line": Reason("id: stands in a line before it"),
    "row": Reason("id: stands in a row before it"),
    "element": Reason("id: stands in a element before it"),
}
LOST = Reason("%(field)s: holds '\ufffd': its characters were lost in another encoding")
CONTROL = Reason("%(field)s: control character")
LONG = Reason("%(field)s: %(number)s characters, more than %(most)s")
NO_ADDRESS = Reason("%(field)s: not an http or https address")
NO_LANGUAGE = Reason("lang: %(language)s is not an ISO 639 code")
IN_COLUMN = Reason("%(column)s: %(why)s")
DATE = Reason("%(column)s %(value)s: %(why)s")
YEAR = Reason("the year %(year)s is before %(first)s or after %(last)s")
PYTHONS = (Reason("day is out of range for month"), Reason("month must be in 1..12"), Reason("year 0 is out of range"))
"""What Python says of days that are none."""

# Why a review is skipped.
NO_REVIEW_ADDRESS = Reason("url: no address of the review")
SEVERAL_CLAIMS = Reason("claimReviewed: holds %(number)s claims, and one rating cannot be all theirs")
NO_CLAIM_REVIEWED = Reason("claimReviewed: no claim")
LONG_CLAIM = Reason("claimReviewed: %(number)s characters, more than %(most)s")
NULL = Reason("item: is null")
NO_REVIEW = Reason("holds no ClaimReview")
NESTED = Reason("is nested too deeply")
CONTRADICTED = Reason("reviewRating: %(rated)s, but the same review stands before it with %(first)s")

# What else is to be known of a table.
READ_AS = Reason("columns read: %(columns)s")
AS = Reason("%(column)s as %(field)s")
UNREAD = Reason("columns not read: %(columns)s")
ABOVE = Reason("%(place)s: above the head line, not read")
UNCLOSED = Reason("a quotation mark that nothing closes, read as any other sign")
OTHER_SHEET = Reason("sheet %(sheet)s: not read, only %(read)s is")
SAME_HEAD = Reason("sheet %(sheet)s: read, too, its head is that of %(read)s")
SAME_TABLE = Reason("read as the table %(table)s, whose rows it has")

# What else is to be known of rows; the last two tell of which.
NO_NAME = Reason("column %(number)s: has no name, not read")
AMBIGUOUS = Reason("%(field)s: day and month could be exchanged, only the year is kept")
LEFT_OUT = Reason("left out: %(said)s")
RATING_ALONE = Reason("rating: not loaded where the review's address is missing (column `review_url`)")
NO_VERDICT = Reason("rating %(words)s: no verdict yet, not loaded where the review's address is missing (column `review_url`)")
NO_LINK = Reason("review without an address: it cites this file; a column `review_url` gives it one with the next load")
ADDRESS_ALONE = Reason("review_url: not loaded where the rating is missing (column `rating`)")
EXPLANATION_ALONE = Reason("explanation: not loaded where the rating is missing (column `rating`)")
LIST = Reason("claim: a list of several, kept as one statement with one rating; a row for each tells them apart")
UNKNOWN_RATING = Reason("rating %(words)s: not known, read as %(rated)s")
FIGURE = Reason("rating: a figure without its scale; if 1 is false and 5 is true, the column holds `rating_value`")
ONCE = Reason("%(said)s (%(place)s)")
OFTEN = Reason("%(said)s (%(count)s times, first in %(place)s)")

# What else is to be known of publishers.
OWN = Reason("all reviews are of %(site)s: they count as the desk's own (if they are not: docs/how-to/whom-to-believe.md)")
OTHERWISE = Reason("%(sites)s: came otherwise before; if it is the desk's own, say --own")
UNNAMED = Reason("kept apart, not counted: reviews of publishers that nobody named: %(sites)s")
OF_OTHERS = Reason("kept apart, not counted: reviews that %(site)s has of others: %(sites)s")
SITE = Reason("%(site)s (%(count)s)")
AND_MORE = Reason("%(sites)s and %(number)s more")

# What would become of a review.
RATED = Reason("%(reviewer)s: %(words)s (%(rated)s)")
RATED_WITHOUT_WORDS = Reason("%(reviewer)s: no words (%(rated)s)")
