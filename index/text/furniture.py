"""What stands around the words of a post or a report: links, stamps, headers, bylines and sign-offs. It is no part of a claim.

The patterns are for texts without two white-space characters in a row: on more of them some would take quadratic time.
"""

from __future__ import annotations

import re

LINK = re.compile(
    r"(?:https?://|www\.|\bpic\.twitter\.com/|\bt\.(?:co|me)/)\S*|(?<![\w@])(?:[a-z0-9-]{1,63}+\.){1,8}+[a-z]{2,63}/\S*",
    re.IGNORECASE,
)
REPOST = re.compile(r"^\s*(?:(?:RT|MT)\s+@\w+:?\s*|\.?(?:@\w+[,:]?\s+)+(?=\W?[A-ZА-ЯЁІЇЄҐЎ]))")
"""RT @anna: …, and to whom a post replies; a handle that a small letter follows is a word of the sentence."""
CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?"
NOTE = re.compile(r"(?<=[^\s(])\[\d{1,3}\](?!\()|\s\[\d{1,3}\](?=\s*$)")
"""The number of a footnote, right behind a word or at the end; within a sentence, brackets hold what an editor put in."""
MARKUP = re.compile(
    r"</?(?:a|b|blockquote|br|div|em|font|h[1-6]|i|li|p|s|span|strong|u)(?:\s[^<>]{0,300})?/?>|&(?:nbsp|#160);", re.IGNORECASE
)
DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
STAMP = re.compile(rf"^\s*\[?(?:{DAY},?\s+{CLOCK}|{CLOCK},?\s+{DAY})\]?\s*(?:-\s*)?(?:[^\s:][^:\n]{{0,38}}:\s)?|^\s*\[{CLOCK}\]\s*")
"""How messengers export a message: [12.07.2024, 14:05] Anna: …"""
POSTED = re.compile(rf"^\s*[^\n\[\]]{{1,38}},\s*\[{DAY},?\s+{CLOCK}\]\s*")
"""How messengers copy one: Anna, [12.07.2024 14:05] …"""
FORWARDED = re.compile(
    r"^\s*(?:fwd?|forwarded(?: many times| message)?(?: from [^:\n]{1,40})?|переслан\w*(?: (?:от|від|ад) [^:\n]{1,40})?"
    r"|przekazan\w*|weitergeleitet|transféré|reenviado|معاد توجيهها)\s*[:\n]\s*",
    re.IGNORECASE,
)
ALARM = re.compile(
    r"^\W*(?:(?:breaking|urgent|just in|alert|exclusive|update|watch|news)(?: news| now)?|срочно|молния|внимание|терміново|увага"
    r"|тэрмінова|pilne"
    r"|z ostatniej chwili|eilmeldung|eil|flash info|urgente?|última hora|ultima hora|عاجل"
    r"|video|photos?|live|thread|тред|видео|фото|відео|відэа|wideo|foto|vidéo|vídeo|en direct|فيديو|صورة"
    r"|claim|утверждение|твердження|сцвярджэнне|twierdzenie|behauptung|affirmation|afirmación|الادعاء)(?:\s*[:!|\])]+|\s*-+(?=\s))\s*",
    re.IGNORECASE,
)
SHOUT = re.compile(
    r"^\W*(?:(?:BREAKING(?: NEWS)?|JUST IN|URGENT|СРОЧНО|МОЛНИЯ|ТЕРМІНОВО|ТЭРМІНОВА|PILNE|EILMELDUNG|ÚLTIMA HORA|URGENTE)"
    r"\s+(?=.*[a-zа-яёіїєґўçéèàąćęłńśźżäöüñ])|عاجل\s+)",
    re.DOTALL,
)
"""The same in capitals, without a mark behind it, where what follows has small letters."""
THREAD = re.compile(r"^\s*(?:\d{1,2}/(?=\s)|[(\[]\d{1,2}/\d{1,2}[)\]])\s*")
"""The number of a post in a thread: 1/ …, (1/5) …; without brackets 1/5 is a fraction."""
MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра|чер|лип"
    r"|сер|вер|жов|лис|гру|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|janv|févr|avr|juin|juil|août|déc|ene|abr|ago|dic|mai|okt|dez)\w*\.?"
)
DATE = rf"(?:\d{{1,2}}\.?\s+(?:de\s+)?{MONTH}|{MONTH}\s+\d{{1,2}}|{DAY})(?:,?\s+(?:de\s+)?\d{{4}})?"
AGENCY = (
    r"(?:reuters|a\.?p\.?|afp|associated press|bbc(?: news)?|cnn|bloomberg|tass|тасс|interfax|интерфакс|інтерфакс|ria novosti"
    r"|риа новости"
    r"|ukrinform|укринформ|укрінформ|unian|униан|уніан|belta|белта|pap|dpa|efe|ansa|sputnik|спутник|dw|nyt|the guardian|guardian"
    r"|euronews|anadolu|xinhua|al jazeera|meduza|медуза|rferl|rfe/rl)"
)
DATELINE = re.compile(rf"^\s*(?:[^\W\d][\w .'-]{{1,30}}(?:,\s*{DATE})?\s*)?\(\s*{AGENCY}\s*\)\s*[-:]?\s*", re.IGNORECASE)
"""KYIV, July 7 (Reuters) - …"""
SIGN_OFF = re.compile(
    rf"\s*(?:[-|(\[]\s*(?:{AGENCY}|(?:source|источник|джерело|крыніца|źródło|quelle|fuente)\s*:\s*[^()\n]{{1,40}})(?:,?\s*{DATE})?\s*[)\]]?"
    rf"|(?<=\s){CLOCK}\s*·\s*{DATE}[^\n]{{0,40}}"
    rf"|[-|(]\s*[^\W\d_][\w.' ]{{1,30}},\s*{DATE}\s*\)?|(?:\bvia|\bcc|h/t)\s+@\w+|sent from my \w+)\s*[.!]?\s*$",
    re.IGNORECASE,
)
SHARE = re.compile(
    r"(?<=[.!?…])\s+(?:(?:please |pls )?(?:share|repost|retweet)(?: (?:this|it))?|(?:максимальный |макс\.? )?репост|поделитесь"
    r"|поширте|поширюйте|пашырце|пашырайце|podaj(?:cie)? dalej|udostępnij(?:cie)?|bitte (?:weiter)?teilen|partagez|faites tourner"
    r"|¡?(?:comparte|compartid|compartan|difundid)|انشروا|شاركوا)\s*[!.…]*\s*$",
    re.IGNORECASE,
)
"""What a post asks its readers behind its last sentence."""
FOLLOW = re.compile(
    r"(?:(?<=[.!?…])\s+|\n)\W*(?:подпис(?:ывай(?:ся|тесь)|аться)|підпис(?:уй(?:ся|тесь)|атися)|падпіс(?:вай(?:ся|цеся)|ацца)"
    r"|subscribe|follow (?:us|me|@)|join (?:us|our)|obserwuj(?:cie)?|subskrybuj(?:cie)?|(?:jetzt )?abonnier(?:en|t|e)|folgt? uns"
    r"|abonnez-vous|suivez-nous|suscr[ií]b(?:ete|anse)|s[ií]gue(?:nos|me)|اشتركوا?|تابعونا)\b[^.!?…\n]{0,60}[!.…]*\s*$",
    re.IGNORECASE,
)
"""How a post asks its readers to follow whoever wrote it, behind its last sentence."""
SOURCE = re.compile(
    r"(?:(?<=[.!?…])\s+|\n)(?:source|источник|джерело|крыніца|źródło|quelle|fuente|المصدر)\s?:\s*[^.!?…:\n]{1,60}[.]?\s*$",
    re.IGNORECASE,
)
"""Whom a post names behind its last sentence."""
PICTURES = re.compile(
    r"\s*[(\[]\s*(?:(?:video|photos?|відео|видео|відэа|фото|фота|wideo|foto|zdjęcia|vidéo|vídeo|فيديو|صور)(?:\s*[,+&и-]\s*)?){1,3}[)\]]\s*[.!]?\s*$",
    re.IGNORECASE,
)
NUMBERED = re.compile(r"\s*[(\[]\d{1,2}/\d{1,2}[)\]]\s*$")
"""What a headline says it shows; the number of a post in a thread."""
LONGEST_SIGN_OFF = 200
"""Characters at the end of a text in which a sign-off is looked for."""

BEFORE = (STAMP, POSTED, FORWARDED, REPOST, THREAD, DATELINE, ALARM, SHOUT)
"""What may stand before the words, tried in this order."""
BEHIND = (FOLLOW, SIGN_OFF, SOURCE, SHARE, PICTURES, NUMBERED)
"""What may stand at their end."""
