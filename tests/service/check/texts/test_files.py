"""Files as people have them: PDF and DOCX are taken apart, whatever is wrong with them."""

from __future__ import annotations

import io
import random
import zipfile

import docx
import pypdf
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from index.errors import InvalidInput
from service.api.uploads import DOCX
from service.check.texts.documents import TextFormat
from service.check.texts.extracting import joined
from service.check.texts.files import read_file

CHECK = "/v1/texts/check"
LINES = [
    "North is mas-",
    "sing troops near the river, and it has",
    "done so since June.",
    "South bought forty tanks.",
]
LONGEST = 10_000
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde" + bytes(range(256))


def pdf(*pages: list[str]) -> bytes:
    """A PDF file with these lines on its pages."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for lines in pages:
        shown = b"".join(b"(%s) Tj T* " % line.encode("latin-1") for line in lines)
        stream = b"BT /F1 12 Tf 14 TL 50 700 Td %s ET" % shown
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        kids.append(len(objects) + 1)
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        objects.append(page % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(written))
    return written + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def word_file(paragraphs: list[str], cells: list[str]) -> bytes:
    """A DOCX file with these paragraphs, and a table of one row."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    for cell, text in zip(document.add_table(1, len(cells)).rows[0].cells, cells, strict=True):
        cell.text = text
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_pdf_is_read_line_by_line() -> None:
    found = read_file("any.bin", pdf(LINES), LONGEST)
    assert (found.format, found.extracted) == (TextFormat.PLAIN, True)
    assert found.text.split("\n") == LINES


def test_running_heads_are_left_out_and_sentences_go_on() -> None:
    texts = ["It began in", "June. Then", "it ended."]
    pages = [f"The Border Report\n{text}\nPage {number} of 3" for number, text in enumerate(texts, 1)]
    assert joined(pages) == "It began in\nJune. Then\nit ended."


def test_a_word_file_is_read_with_its_tables() -> None:
    found = read_file("a.docx", word_file(["North attacks", "South waits"], ["Tanks", "forty"]), LONGEST)
    assert (found.text.split("\n\n"), found.extracted) == (["North attacks", "South waits", "Tanks", "forty"], True)


def test_text_files_are_read_in_their_encoding() -> None:
    page = '<html><meta charset="windows-1251"><p>Так'.encode("cp1251")
    assert read_file("a.HTM", page, LONGEST).format is TextFormat.HTML
    assert read_file("a.HTM", page, LONGEST).text.endswith("Так")


@pytest.mark.parametrize("declared", ["undefined", "zlib", "punycode", "idna", "unicode_escape", "utf-7", "nonsense"])
def test_a_page_that_declares_no_encoding_of_files_is_read_in_its_likeliest(declared: str) -> None:
    page = f'<html><meta charset="{declared}"><p>Bees \\ud800 bark +2AA- at night. '.encode() + "Ünder".encode("cp1252")
    text = read_file("a.html", page, LONGEST).text
    assert "Bees \\ud800 bark +2AA- at night." in text
    text.encode()


def encrypted(content: bytes, password: str, algorithm: str) -> bytes:
    """The same PDF file, for those who know a password; "" to let everybody read it, and only the owner change it."""
    writer, written = pypdf.PdfWriter(io.BytesIO(content)), io.BytesIO()
    writer.encrypt(password, "owner's", algorithm=algorithm)
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_encrypted_files_are_read_if_they_need_no_password(algorithm: str) -> None:
    assert read_file("a.pdf", encrypted(pdf(LINES), "", algorithm), LONGEST).text == read_file("a.pdf", pdf(LINES), LONGEST).text
    with pytest.raises(InvalidInput, match="is encrypted"):
        read_file("a.pdf", encrypted(pdf(LINES), "secret", algorithm), LONGEST)


def packed(name: str, size: int) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 no more", "no PDF file that can be read"),
        (pdf(LINES)[:300], "no PDF file that can be read"),
        (pdf([]), "has no text"),
        (b"PK\x03\x04 no more", "no DOCX file that can be read"),
        (packed("a.txt", 10), "no DOCX file that can be read"),
        (packed("word/document.xml", 210_000_000), "too large once it is unpacked"),
        (PICTURE, "no file with text that can be read: .* PDF and DOCX"),
        (b"PK\x05\x06" + bytes(18), "no file with text"),
        (b"North attacks.\0", "no file with text"),
        (b"\xef\xbb\xbfNorth attacks.\0", "no file with text"),
        (random.Random(1).randbytes(3_000).replace(b"\0", b""), "no file with text"),
        (random.Random(2).randbytes(3_000), "no file with text"),
    ],
    ids=[
        "pdf-begun",
        "pdf-cut-off",
        "pdf-without-text",
        "docx-begun",
        "other-archive",
        "bomb",
        "picture",
        "empty-archive",
        "zero",
        "zero-2",
        "no-zero",
        "bytes",
    ],
)
def test_what_cannot_be_read_is_told(content: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        read_file("file", content, LONGEST)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1251", "koi8-r"])
def test_text_in_any_encoding_is_text(encoding: str) -> None:
    text = "Войска Севера стоят у реки.\r\n\tЮг купил сорок танков в марте.\x0c\r\nБольше ничего не известно."
    assert read_file("a.txt", text.encode(encoding), LONGEST).text == text


def test_a_picture_is_refused_in_words(client: TestClient[Litestar]) -> None:
    told = client.post(CHECK, files={"file": ("story.txt", PICTURE)})
    assert (told.status_code, told.json()["errors"][0]["field"]) == (400, "file")
    page = client.post("/file", files={"file": ("story.txt", PICTURE)}, headers={"accept-language": "de"})
    assert page.status_code == 400
    assert "Die Datei: ist keine Datei mit lesbarem Text" in page.text
    assert "\ufffd" not in page.text


def test_files_are_uploaded(client: TestClient[Litestar]) -> None:
    query = {"min_probability": 0.9, "limit": 2}
    for content, kind in (
        (pdf(LINES), "application/pdf"),
        (word_file(["North is massing troops near the river"], ["Tanks"]), DOCX),
    ):
        answer = client.post(CHECK, params=query, content=content, headers={"content-type": kind}).json()
        form = client.post(CHECK, data=query, files={"file": ("report", content)})
        assert answer == form.json()
        finding = next(one for one in answer["findings"] if one["matches"][0]["statement"]["id"] == "north-masses-troops")
        assert finding["text"].startswith("North is massing troops near the river")
        assert answer["extracted"][finding["start"] : finding["end"]].replace("-\n", "").replace("\n", " ") == finding["text"]


def test_an_upload_is_answered_in_the_shape_that_is_asked_for(client: TestClient[Litestar]) -> None:
    headers = {"content-type": "application/pdf"}
    query = {"fields": "extracted,findings/text", "min_probability": 0.9, "compact": True}
    answer = client.post(CHECK, params=query, content=pdf(LINES), headers=headers).json()
    assert set(answer) == {"extracted", "findings", "sources"}
    streamed = client.post(f"{CHECK}/stream", params={"fields": "sentences"}, content=pdf(LINES), headers=headers).text
    assert streamed.rstrip().endswith('event: result\r\ndata: {"sentences":2}')


def test_what_is_wrong_with_an_upload_is_named(client: TestClient[Litestar]) -> None:
    def fields(**sent: object) -> list[str]:
        response = client.post(CHECK, **sent)  # type: ignore[arg-type]
        assert response.status_code == 400, response.text
        return [error["field"] for error in response.json()["errors"]]

    headers = {"content-type": "application/pdf"}
    assert fields(content=b"%PDF-1.4", headers=headers) == ["file"]
    assert fields(content=b"", headers=headers) == ["$"]
    assert fields(content=pdf(["a " * 110_000]), headers=headers) == ["text"]
    assert fields(content=pdf(LINES), headers=headers, params={"limit": "many"}) == ["limit"]
    assert fields(content=pdf(LINES), headers=headers, params={"colour": "red"}) == ["colour"]
    assert fields(content=pdf(LINES), headers=headers, params={"place": "\u0007"}) == ["place"]
    assert fields(json={"text": "North"}, params={"limit": 2}) == ["limit"]
    assert fields(data={"limit": 2}, files={"other": ("a.pdf", pdf(LINES))}) == ["file"]
