"""How much a sentence is worth checking, and why: points for what it has, no model."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence

import msgspec

from service.check.texts.lines import unspaced


class Reason(enum.Enum):
    """Why a sentence is worth checking, or not."""

    FIGURE = "figure"
    """It gives a number, a date or an amount."""
    NAME = "name"
    """It names somebody or some place: a capital letter within the sentence, or an abbreviation in capitals."""
    SPEECH = "speech"
    """It quotes or reports what somebody said."""
    QUESTION = "question"
    """It asks: it asserts nothing."""
    OPINION = "opinion"
    """Its author speaks of what he or she feels or thinks."""
    FRAGMENT = "fragment"
    """It has fewer words than a sentence needs, or is a heading that ends in a colon."""


class Worth(msgspec.Struct, frozen=True):
    """How much a sentence is worth checking, and why.

    Attributes:
        points: 0..1: 0.25, and 0.25 for each of figure, name and speech; halved for each of question, opinion and fragment.
    """

    points: float
    reasons: list[Reason]


FEWEST_WORDS = 4
NUMBERING = re.compile(r"^\d+\s*[-–.)]\s")
WORD = re.compile(r"[^\W\d_]{2,}")
SPEECH = re.compile(
    r"[\"“”„«»「『]|\b(?:say|said|claim|alleg|accus|den(?:y|ie)|announc|warn|declar|state[sd]|according|report"
    r"|сказал|говор|заяв|обвин|отриц|сообщ|предупр|по\s+словам|утвержд|повідом|звинува|за\s+словами|запереч|стверд"
    r"|сказаў|паведам|абвінав|паводле|папярэдз|powiedzia|twierdz|oskarż|zaprzecz|ogłosi|ostrzeg|według"
    r"|sagt|erklär|behaupt|beschuldig|bestreit|warnt|laut|zufolge|déclar|affirm|accus|dément|annonc|selon|avert"
    r"|dijo|dice|declar|afirm|asegur|acus|neg[óa]|nieg|anunci|advirt|según)"
    r"|قال|أعلن|اتهم|نفى|حذر|صرح|أكد|وفق|[说說]|表示|指出|宣布|否[认認]|警告|据|據|[指聲声宣]称|稱"
    r"|述べ|発表|主張|否定|警告|によると|語っ|กล่าว|ระบุ|ประกาศ|ปฏิเสธ|เตือน|แถลง|ตามรายงาน",
    re.IGNORECASE,
)
OPINION = re.compile(
    r"\b(?:I|my|we\s+(?:think|feel|hope)|мне|я|мені|мне|moim|myślę|ich|meiner|je|mon|selon\s+moi|creo|mi|en\s+mi\s+opinión)\b"
    r"|في\s+رأيي|أعتقد|我[觉覺认認]|我想|と思い?ます|私は|ผมคิด|ฉันคิด",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"[国國州省市县縣]|总统|總統|大統領|首相|总理|總理|部[长長]|政府|[组組][织織]|银行|銀行|公司|委[员員][会會]|[军軍]|北[约約]|欧盟|歐盟|俄|乌|烏|[美中英法德韩韓日]方"
    r"|[ァ-ヺー]{3,}|さん|氏|ประเทศ|จังหวัด|ประธานาธิบดี|รัฐมนตรี|กระทรวง|รัฐบาล|องค์การ|ธนาคาร|บริษัท|กองทัพ|ยูเครน|รัสเซีย|เบลารุส|นาย|นาง|สหรัฐ|จีน"
    r"|\b(?:ال)?(?:رئيس|وزير|وزارة|حكومة|منظمة|بنك|جيش|دولة|جمهورية)|أوكرانيا|روسيا|بيلاروس"
)
"""What names somebody or some place in scripts without capitals: offices, bodies and places."""
LETTERS_A_WORD = 2
"""Letters that stand for a word in scripts without spaces."""


def worth(text: str, language: str) -> Worth:
    """How much a sentence is worth checking: a sum of points, no model."""
    reasons = [
        reason
        for reason, holds in (
            (Reason.FIGURE, any(character.isdigit() for character in NUMBERING.sub("", text))),
            (Reason.NAME, _names(WORD.findall(text), language) or bool(NAMED.search(text))),
            (Reason.SPEECH, bool(SPEECH.search(text))),
            (Reason.QUESTION, text.rstrip("\"»“”' )").endswith(("?", "؟", "？"))),
            (Reason.OPINION, bool(OPINION.search(text))),
            (Reason.FRAGMENT, _length(text) < FEWEST_WORDS or text.endswith((":", "："))),
        )
        if holds
    ]
    against = sum(reason in (Reason.QUESTION, Reason.OPINION, Reason.FRAGMENT) for reason in reasons)
    return Worth((0.25 + 0.25 * (len(reasons) - against)) / 2**against, reasons)


def _length(text: str) -> int:
    """Words, as far as they can be told."""
    letters = sum(map(unspaced, text))
    return letters // LETTERS_A_WORD if 2 * letters > len(text) else len(text.split())


def _names(words: Sequence[str], language: str) -> bool:
    """Whether one of the words is a name, as far as capitals tell: German gives one to every noun, Arabic has none."""
    return any(word.isupper() for word in words) or (language != "de" and any(word[0].isupper() for word in words[1:]))
