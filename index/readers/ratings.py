"""What a fact-checker's rating means: words of many publishers and languages, and figures on a scale.

Only certain readings count. An unknown word, a sentence that hedges, or a figure outside its scale is `UNCLEAR`: it is worse to
call a review a refutation wrongly than to miss one.
"""

from __future__ import annotations

import re

from index.kinds import Rated
from index.records import Rating

WORDS: dict[Rated, str] = {
    Rated.FALSE: """
        false; fake; hoax; incorrect; wrong; untrue; not true; fabricated; fabrication; pants on fire; pants-fire;
        four pinocchios; debunked; fake news; totally false; completely false; totally fake; fiction; a lie; lie; false claim;
        fake claim; not correct; false information; disinformation; falsch; frei erfunden; erfunden; faux; c'est faux; infox;
        intox; falso; falsa; bulo; es falso; é falso; é fake; mentira; farsa; bufala; ложь; фейк; неправда; ложное; ложно;
        неверно; брехня; неправдиво; хибне; хибно; хлусня; няпраўда; fałsz; fałszywe; nieprawda; fejk; onwaar; niet waar;
        vals; lažno; neistina; netočno; lažna vijest; lož; nepravda; hazugság; hamis; álhír; falsk; falskt; feil; ψευδέσ;
        ψέμα; yanlış; asılsız; sahte; melagingas; netiesa; väärin; falskt påstående; salah; hoaks; disinformasi; palsu; خطأ;
        زائف; كاذب; مفبرك; غير صحيح; مزيف; نادرست; دروغ; שקר; לא נכון; झूठ; फर्जी; फ़र्जी; गलत; ग़लत; मिथ्या; असत्य; ভুয়া;
        মিথ্যা; 错误; 虚假; 假; 거짓; 誤り; 虚偽
    """,
    Rated.MOSTLY_FALSE: """
        mostly false; mainly false; largely false; three pinocchios; barely true; mostly fake; mostly incorrect; almost false;
        grösstenteils falsch; überwiegend falsch; weitgehend falsch; plutôt faux; en grande partie faux; presque faux;
        mayormente falso; prevalentemente falso; скорее ложь; в основном ложь; преимущественно ложь; переважно неправда;
        здебільшого неправда; raczej fałsz; grotendeels onwaar; uglavnom netočno; pretežno neistina; převážně nepravda;
        ağırlıklı yanlış; خطأ في الغالب
    """,
    Rated.MISLEADING: """
        misleading; misleads; out of context; missing context; lacks context; needs context; context missing; altered;
        altered photo; altered video; altered image; manipulated; manipulation; miscaptioned; misattributed; misrepresented;
        exaggerated; exaggeration; distorts the facts; cherry-picked; spin; clickbait; false context; false connection;
        imposter content; manipulated content; misused; taken out of context; irreführend; manipuliert; fehlender kontext;
        aus dem zusammenhang gerissen; trompeur; hors contexte; détourné; manipulé; manquant de contexte; engañoso; enganoso;
        descontextualizado; fora de contexto; sin contexto; manipulado; exagerado; fuorviante; ingannevole; manipolato;
        манипуляция; вводит в заблуждение; вырвано из контекста; искажение; преувеличение; маніпуляція; перекручування;
        вирвано з контексту; маніпулятивно; перебільшення; маніпуляцыя; manipulacja; wprowadza w błąd; zmanipulowane;
        bez kontekstu; misleidend; obmanjujuće; manipulace; zavádějící; zavádzajúce; megtévesztő; înșelător; παραπλανητικό;
        yanıltıcı; çarpıtma; klaidina; missvisande; menyesatkan; مضلل; خارج السياق; مطعי; भ्रामक; বিভ্রান্তিকর; 误导
    """,
    Rated.MIXED: """
        mixed; mixture; half true; half-true; partly true; partially true; partly false; partially false; two pinocchios;
        half false; in between; partially correct; partly correct; neither true nor false; inaccurate; imprecise;
        not accurate; mostly inaccurate; teilweise falsch; teilweise richtig; teils falsch; teils richtig; halb wahr; ungenau;
        partiellement faux; partiellement vrai; en partie faux; en partie vrai; imprécis; à nuancer; verdad a medias;
        parcialmente falso; parcialmente verdadero; medias verdades; mezza verità; parzialmente falso; parzialmente vero;
        частично ложь; частично правда; полуправда; наполовину правда; неточно; напівправда; частково правда;
        частково неправда; półprawda; częściowy fałsz; częściowa prawda; gedeeltelijk onwaar; gedeeltelijk waar; poluistina;
        djelomično točno; kısmen yanlış; kısmen doğru; halvt sant; delvis falskt; خطأ جزئيا; صحيح جزئيا; आंशिक रूप से गलत;
        sebagian benar
    """,
    Rated.MOSTLY_TRUE: """
        mostly true; mainly true; largely true; mostly correct; mostly accurate; one pinocchio; almost true;
        substantially correct; grösstenteils richtig; überwiegend richtig; weitgehend richtig; plutôt vrai;
        en grande partie vrai; presque vrai; mayormente cierto; в основном правда; скорее правда; переважно правда;
        здебільшого правда; raczej prawda; grotendeels waar; uglavnom točno; převážně pravda
    """,
    Rated.TRUE: """
        true; correct; accurate; right; confirmed; verified; geppetto checkmark; legit; wahr; richtig; stimmt; korrekt; vrai;
        c'est vrai; exact; verdadero; verdadeiro; cierto; correcto; verdad; vero; corretto; правда; верно; истина;
        подтверждено; правдиво; вірно; праўда; prawda; waar; točno; istina; tačno; pravda; igaz; adevărat; αληθέσ; doğru;
        tiesa; sant; benar; صحيح; حقيقي; درست; נכון; सच; सही; সত্য; 正确; 真; 사실; 正確
    """,
    Rated.UNCLEAR: """
        unproven; unverified; unsupported; no evidence; unsubstantiated; satire; labeled satire; research in progress;
        outdated; legend; opinion; not proven; unbelegt; keine beweise; non prouvé; sans preuve; sátira; sin pruebas;
        не доказано; недоказано; без доказательств; сатира; бездоказово; не доведено; satyra; niet bewezen
    """,
}
"""Meaning -> labels in lower case, separated by semicolons: the most frequent ones of the International Fact-Checking Network."""

MEANINGS = {" ".join(word.split()): rated for rated, words in WORDS.items() for word in words.split(";") if word.strip()}
ORNAMENTS = re.compile('["“”«»*#_☀-➿️🌀-🫿]')
OPENING = re.compile(
    r"(?:(?:our |the )?(?:rating|verdict|ruling|conclusion)\s*: ?|(?:this|the|that|it|these) ?(?:\w+ )?(?:is|are|was|were) )"
)
LABEL = re.compile(r"([^.,:;!?()\[\]\n–—|/]+)(?:[.,:;!(\[\n–—]|$)")
"""The label that a sentence begins with. What is asked ("False?") or left open ("True/False") is none."""

NOT_GIVEN = -1
"""What feeds put for a figure that is not there."""

SCHEMA_ORG_WORST, SCHEMA_ORG_BEST = 1.0, 5.0
"""The scale where none is given, by schema.org's definition of Rating."""


def meaning(rating: Rating) -> Rated:
    """What a rating means. Its words decide; where they are unknown or missing, its figure does."""
    return _of_words(rating.original or "") or _of_figure(rating) or Rated.UNCLEAR


def _of_words(words: str) -> Rated | None:
    said = " ".join(ORNAMENTS.sub(" ", words.casefold().replace(" - ", " – ")).split()).strip(" .!'")
    first = LABEL.match(OPENING.sub("", said, count=1) if OPENING.match(said) else said)
    return MEANINGS.get(said) or (MEANINGS.get(first[1].strip(" '")) if first else None)


def _of_figure(rating: Rating) -> Rated | None:
    value, worst, best = rating.value, rating.worst, rating.best
    if value is None or NOT_GIVEN in (worst, best):
        return None
    worst = SCHEMA_ORG_WORST if worst is None else worst
    best = SCHEMA_ORG_BEST if best is None else best
    if not worst < best or not worst <= value <= best:
        return None
    share = (value - worst) / (best - worst)
    steps = ((1 / 8, Rated.FALSE), (3 / 8, Rated.MOSTLY_FALSE), (5 / 8, Rated.MIXED), (7 / 8, Rated.MOSTLY_TRUE), (1, Rated.TRUE))
    return next(rated for upper, rated in steps if share < upper or upper == 1)
