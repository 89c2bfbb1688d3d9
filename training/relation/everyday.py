"""Make English pairs about everyday happenings and people at work; `everyday.toml` holds all words.

    python -m training.relation.everyday --out pairs.jsonl [--count 12000]

The same seed of the dice gives the same pairs.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from training.relation.pair import Pair, roughened, write_pairs
from training.relation.scene import (
    ACTS,
    COUNTS,
    DOINGS,
    NO_PASSIVE,
    SUBJECTS,
    TENSES,
    WORDS,
    Scene,
    capital,
    inflected,
    predicate,
    several,
    with_article,
)


class Everyday:
    """Makes pairs with one set of dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def chance(self, share: float) -> bool:
        """Whether something happens that happens this often."""
        return self.dice.random() < share

    def scene(self, kind: str | None = None) -> Scene:
        """A happening with some of its details."""
        kind = kind or self.dice.choices(("persons", "beasts"), (4, 1))[0]
        subject, act = self.dice.choice(SUBJECTS[kind]), self.dice.choice(DOINGS[kind])
        thing = self.dice.choice(act.objects) if act.objects else None
        what = thing.names[0] if thing else ""
        wear = f"{self.dice.choice(WORDS['colours'])} {self.dice.choice(WORDS['wear'])}"
        adjective = self.dice.choice(WORDS[f"{kind[:-1]}_adjectives"])
        place = "" if what.startswith("@") and self.chance(0.7) else self.dice.choice(WORDS["places"][act.where])
        return Scene(
            *(subject, act, thing, subject.names[0], act.verb.names[0], what),
            many=1 if "its" in what else self.dice.choices((1, 2, 3, 4, 0), (12, 2, 1, 0.5, 2))[0],
            adjective=adjective if self.chance(0.25) else "",
            wear=wear if kind == "persons" and self.chance(0.15) else "",
            tone=self.dice.choice(WORDS["colours"] + WORDS["sizes"]) if what.endswith("*") and self.chance(0.35) else "",
            place=place if self.chance(0.35) else "",
            tense=self.dice.choices(("is", "was", "does", "did"), (14, 1, 2, 2))[0],
        )

    def subject_of(self, scene: Scene, lead: str | None = None) -> str:
        """Who does it, with an article or a number, or with `lead` in its place."""
        one = scene.many == 1
        noun = scene.who.split("/")[not one]
        text = f"{scene.adjective} {noun}".strip()
        if lead is None:
            the = self.chance(0.3)
            lead = "the" if the and (one or not scene.many) else ("" if one else ("the " if the else "") + COUNTS[scene.many])
        if one and not lead:
            text = "someone" if text == "person" and self.chance(0.5) else with_article(text)
        if scene.wear:
            colour, clothes = scene.wear.split(" ", 1)
            worn = f"{colour} {clothes.split('/')[not one]}"
            being = TENSES["is" if scene.tense in ("is", "does") else "was"][not one]
            how = self.dice.choice(("in", "in", "wearing", f"who {being} wearing"))
            text += f" {how} {with_article(worn) if one else worn}"
        return f"{lead} {text}".strip()

    def object_of(self, scene: Scene, *, negated: bool = False) -> tuple[str, bool]:
        """What it is done to, and whether that is plural."""
        bare = scene.what.strip("~+@*")
        if scene.what[:1] in ("", "@"):
            return bare, False
        text = f"{scene.tone} {bare}".strip()
        if self.chance(0.25):
            return f"the {text}", scene.what[0] == "+"
        if scene.what[0] in "~+":
            return f"{self.dice.choice(('any', '') if negated else ('some', ''))} {text}".strip(), scene.what[0] == "+"
        return with_article(text), False

    def said(self, scene: Scene, *, negated: bool = False) -> str:
        """The happening in words: plain, in the passive, with "there is", or denied in one of these ways."""
        plural, throw, progressive = scene.many != 1, self.dice.random(), scene.tense in ("is", "was")
        what, things = self.object_of(scene, negated=negated)
        if (
            scene.what[:1] not in ("", "@")
            and self.chance(0.25)
            and not what.startswith("any")
            and not scene.verb.startswith(NO_PASSIVE)
        ):
            did = predicate(scene.verb, scene.tense, plural=things, negated=negated, passive=True)
            return capital(f"{what} {did} by {self.subject_of(scene)} {scene.place}")
        be, tail = TENSES[scene.tense][plural], f"{what} {scene.place}"
        doing = f"{inflected(scene.verb, 'gerund')} {tail}"
        if not negated:
            if progressive and throw < 0.15:
                lead = self.subject_of(scene, COUNTS.get(scene.many, ""))
                return capital(f"there {be} {lead} {doing}")
            return capital(f"{self.subject_of(scene)} {predicate(scene.verb, scene.tense, plural=plural)} {tail}")
        if throw < 0.25 and progressive:
            return capital(f"there {be} {self.subject_of(scene, 'no')} {doing}")
        if throw < 0.45:
            return capital(f"{self.subject_of(scene, 'no')} {predicate(scene.verb, scene.tense, plural=plural)} {tail}")
        if throw < 0.6 and scene.subject in SUBJECTS["persons"]:
            return capital(f"{self.dice.choice(('nobody', 'no one'))} {predicate(scene.verb, scene.tense)} {tail}")
        sure = "the" if scene.many == 0 or scene.who not in scene.subject.names else None
        text = f"{self.subject_of(scene, sure)} {predicate(scene.verb, scene.tense, plural=plural, negated=True)} {tail}"
        return capital(re.sub(r"\b(is|are|was|were|does|do|did) not", r"\1n't", text) if self.chance(0.3) else text)

    def renamed(self, scene: Scene) -> Scene:
        """The same with synonyms."""
        chosen = {"who": scene.subject, "verb": scene.doing.verb, "what": scene.object}
        swaps = {
            slot: self.dice.choice(named.names) for slot, named in chosen.items() if named and getattr(scene, slot) in named.names
        }
        return msgspec.structs.replace(scene, **{slot: name for slot, name in swaps.items() if self.chance(0.6)})

    def wider(self, scene: Scene) -> Scene:
        """What follows from the happening without saying as much; the scene itself where nothing can be left out."""
        ways: list[dict[str, Any]] = [{slot: ""} for slot in ("adjective", "wear", "tone", "place") if getattr(scene, slot)]
        tone = scene.tone if scene.tone in WORDS["colours"] else ""
        ways += [{"who": name, "adjective": ""} for name in scene.subject.wider if scene.who in scene.subject.names]
        ways += [{"verb": name} for name in scene.doing.verb.wider if scene.verb in scene.doing.verb.names]
        if scene.object and scene.what in scene.object.names:
            ways += [{"what": name, "tone": tone if name[0] not in "~+@" else ""} for name in scene.object.wider]
        ways += [{"what": ""}] if scene.what.startswith("@") and scene.verb not in ("play", "whistle", "stand", "lie") else []
        return msgspec.structs.replace(scene, **self.dice.choice(ways)) if ways else scene

    def other(self, scene: Scene) -> Scene | None:
        """The happening with one part exchanged, None where the part chosen has no other."""
        slots = [slot for slot in ("place", "tone", "wear") if getattr(scene, slot)] * 2 + ["many"] * (scene.many > 1) * 2
        slot = self.dice.choice([*slots, "who", "what", "what", "verb", "verb"])
        kind = "persons" if scene.subject in SUBJECTS["persons"] else "beasts"
        if slot == "who":
            taken = {*scene.subject.names, *scene.subject.wider}
            subjects = [one for one in SUBJECTS[kind] if one.names[0] not in taken]
            subject = self.dice.choice(subjects)
            return msgspec.structs.replace(scene, subject=subject, who=subject.names[0])
        if slot == "what":
            taken = {name.strip("*~+") for name in (*scene.object.names, *scene.object.wider)} if scene.object else set()
            things = [thing for thing in scene.doing.objects if thing.names[0].strip("*~+") not in taken]
            thing = self.dice.choice(things) if things else None
            tone = scene.tone if thing and thing.names[0].endswith("*") else ""
            return msgspec.structs.replace(scene, object=thing, what=thing.names[0], tone=tone) if thing else None
        if slot == "verb":
            known = {*scene.doing.verb.names, *scene.doing.verb.wider}
            able = [act for act in DOINGS[kind] if scene.object in act.objects and act.verb.names[0] not in known]
            act = self.dice.choice(able) if able and scene.object else None
            return msgspec.structs.replace(scene, doing=act, verb=act.verb.names[0]) if act else None
        choices: dict[str, Sequence[Any]] = {"place": WORDS["places"][scene.doing.where], "many": (2, 3, 4)}
        choices["tone"] = WORDS["colours"] if scene.tone in WORDS["colours"] else ("long", "old", "new", "broken")
        choices["wear"] = [f"{colour} {scene.wear.split(' ', 1)[-1]}" for colour in WORDS["colours"]]
        return msgspec.structs.replace(
            scene, **{slot: self.dice.choice([choice for choice in choices[slot] if choice != getattr(scene, slot)])}
        )

    def scene_pair(self) -> tuple[str, str, str]:
        """A claim, a statement and their relation, about one happening."""
        scene, throw = self.scene(), self.dice.random()
        if throw < 0.33:
            return self.repeated(scene)
        if throw < 0.57:
            claim = self.renamed(self.wider(scene) if self.chance(0.5) else scene)
            turned = self.chance(0.3)
            if turned:
                return self.said(scene), self.said(claim, negated=True), "denies"
            return self.said(claim, negated=True), self.said(scene), "denies"
        if throw < 0.82:
            other = self.other(scene)
            if not other:
                return self.scene_pair()
            if other.who == scene.who and (other.doing, other.object) != (scene.doing, scene.object) and self.chance(0.4):
                return *self.one_denied(self.renamed(other), scene), "differs|related"
            return self.said(self.renamed(other)), self.said(scene), "differs"
        if throw < 0.92:
            wide = self.wider(scene)
            return (self.said(scene), self.said(self.renamed(wide)), "differs|related") if wide != scene else self.scene_pair()
        stray = self.scene("persons" if scene.subject in SUBJECTS["persons"] else "beasts")
        if stray.doing.verb == scene.doing.verb:
            return self.scene_pair()
        if throw < 0.96:
            same = msgspec.structs.replace(stray, subject=scene.subject, who=scene.who, adjective=scene.adjective, wear=scene.wear)
            same = msgspec.structs.replace(same, many=scene.many if "its" not in same.what else 1)
            pair = self.one_denied(same, scene) if self.chance(0.4) else (self.said(same), self.said(scene))
            return *pair, "related|differs"
        return *(self.one_denied(stray, scene) if self.chance(0.4) else (self.said(stray), self.said(scene))), "related|unrelated"

    def one_denied(self, one: Scene, other: Scene) -> tuple[str, str]:
        """Two happenings of which one is denied: that says nothing of the other."""
        first = self.chance(0.7)
        return self.said(one, negated=first), self.said(other, negated=not first)

    def repeated(self, scene: Scene) -> tuple[str, str, str]:
        """A claim that follows from the statement."""
        throw = self.dice.random()
        if scene.wear and throw < 0.3:  # the relative clause alone
            dressed = msgspec.structs.replace(scene, verb="wear", what="", place="")
            colour, clothes = scene.wear.split(" ", 1)
            worn = f"{colour} {clothes.split('/')[scene.many != 1]}"
            who = self.subject_of(msgspec.structs.replace(dressed, wear=""))
            tense = {"does": "is", "did": "was"}.get(scene.tense, scene.tense)
            doing = predicate("wear", tense, plural=scene.many != 1)
            return capital(f"{who} {doing} {with_article(worn) if scene.many == 1 else worn}"), self.said(scene), "repeats"
        claim = self.wider(scene) if self.chance(0.6) else scene
        claim = self.renamed(self.wider(claim) if self.chance(0.25) else claim)
        if throw > 0.93 and scene.many == 1:  # what is denied of the wider is denied of the narrower
            narrow, wide = self.said(scene, negated=True), self.said(claim, negated=True)
            if wide.startswith(("No", "There")) and not narrow.startswith(("Nobody", "No one")):
                return narrow, wide, "repeats"
        return self.said(claim), self.said(scene), "repeats"

    def deed(self, verb: str, one: str, other: str, tense: str, *, negated: bool = False) -> str:
        """One does something to the other."""
        if self.chance(0.35) and not verb.startswith(NO_PASSIVE):
            return f"{other} {predicate(verb, tense, negated=negated, passive=True)} by {one}"
        if not negated and self.chance(0.07):
            return f"it {TENSES['is' if tense in ('is', 'does') else 'was'][0]} {one} that {predicate(verb, tense)} {other}"
        return f"{one} {predicate(verb, tense, negated=negated)} {other}"

    def deed_pair(self) -> tuple[str, str, str]:
        """A claim, a statement and their relation, about two persons or animals."""
        kind = self.dice.choice(("both", "persons", "persons"))
        noun = self.dice.sample(SUBJECTS["beasts" if kind == "both" else "persons"], 2)
        if set(noun[0].names + noun[0].wider[:1]) & set(noun[1].names + noun[1].wider[:1]):
            return self.deed_pair()
        verb, tense = self.dice.choice(ACTS[kind]), self.dice.choice(("is", "is", "is", "did", "does"))
        articles = [self.dice.choice(("a", "the", "the")) for _ in noun]
        a, b = (
            f"the {n.names[0].split('/')[0]}" if the == "the" else with_article(n.names[0].split("/")[0])
            for n, the in zip(noun, articles, strict=True)
        )
        name, place = self.dice.choice(verb.names), f" {self.dice.choice(WORDS['places']['out'])}" if self.chance(0.2) else ""
        said = capital(self.deed(verb.names[0], a, b, tense) + place)
        place = place if self.chance(0.7) else ""
        throw = self.dice.random()
        if throw < 0.6:
            return capital(self.deed(name, b, a, tense) + place), said, "reverses"
        if throw < 0.8:
            return capital(self.deed(self.dice.choice((name, *verb.wider)), a, b, tense) + place), said, "repeats"
        if throw < 0.92:
            return capital(self.deed(self.dice.choice((name, *verb.wider)), a, b, tense, negated=True) + place), said, "denies"
        others = [act.names[0] for act in ACTS[kind] if act != verb and act.names[0] not in verb.wider]
        return capital(self.deed(self.dice.choice(others), a, b, tense) + place), said, "differs"

    def job_pair(self) -> tuple[str, str, str]:
        """A claim, a statement and their relation, about people at work."""
        ending = self.dice.choice(("", "", "s"))
        a, b, c, d = (
            f"the {several(job) if ending and n == 0 else job}" for n, job in enumerate(self.dice.sample(WORDS["acts"]["jobs"], 4))
        )
        verb, other = self.dice.sample(ACTS["work"], 2)
        v, name, w = verb.names[0], self.dice.choice((*verb.names, *verb.wider)), other.names[0]
        past, aside = inflected(v, "past"), f"{self.dice.choice(WORDS['acts']['beside'])} {c}"
        were = "were" if ending else "was"
        active = f"{a} {past} {b}"
        passive = f"{b} was {inflected(v, 'participle')} by {a}"
        idle, idle2 = self.dice.sample(WORDS["acts"]["joint"], 2)
        meant = self.dice.choice((f"{a} {inflected(name, 'past')} {b}", active, f"{b} was {inflected(name, 'participle')} by {a}"))
        turned = self.dice.choice((f"{b} {inflected(name, 'past')} {a}", f"{a} {were} {inflected(name, 'participle')} by {b}"))
        seen = f"{c} {inflected(w, 'past')}"
        long, true, wrong = self.dice.choice(
            (
                (f"{a} {aside} {past} {b}", (meant,), f"{c} {past} {b}"),
                (f"{a} who {seen} {past} {b}", (meant, f"{seen} {a}"), f"{c} {past} {b}"),
                (f"{a} who {inflected(w, 'past')} {c} {past} {b}", (meant, f"{a} {inflected(w, 'past')} {c}"), f"{c} {past} {b}"),
                (f"{a} {past} {b} who {seen}", (meant, f"{seen} {b}"), f"{a} {past} {c}"),
                (f"{a} {past} {b} {aside}", (meant,), f"{a} {past} {c}"),
                (f"{b} {aside} was {inflected(v, 'participle')} by {a}", (meant,), f"{a} {past} {c}"),
                (f"{a} {past} {b} and {c}", (meant, f"{a} {past} {c}"), f"{b} {past} {c}"),
                (f"{a} and {c} {past} {b}", (meant, f"{c} {past} {b}"), f"{a} {past} {c}"),
                (f"{a} who {past} {b} {idle}", (meant, f"{a} {idle}"), f"{b} {idle}"),
                (f"{b} who {a} {past} {idle}", (meant, f"{b} {idle}"), f"{a} {idle}"),
                (f"{a} {aside} {idle}", (f"{a} {idle}",), f"{c} {idle}"),
                (f"{a} {past} {b} because {c} {idle}", (meant, f"{c} {idle}"), f"{a} {idle}"),
                (f"{a} {idle} and {b} {idle2}", (f"{b} {idle2}", f"{a} {idle}"), f"{a} {idle2}"),
            )
        )
        throw = self.dice.random()
        if throw < 0.36:
            known = self.dice.choice((active, passive))
            return (meant, known, "repeats") if self.chance(0.3) else (self.dice.choice(true), long, "repeats")
        if throw < 0.52:
            return wrong, long, "differs|reverses|related"
        plain = self.dice.choice((active, active, passive, f"{a} {aside} {past} {b}"))
        if throw < 0.78:
            return turned, plain, "reverses"
        if throw < 0.9:
            denied = self.dice.choice(
                (
                    f"{a} did not {name} {b}",
                    f"{a} never {inflected(name, 'past')} {b}",
                    f"{b} was not {inflected(name, 'participle')} by {a}",
                )
            )
            return (denied, plain, "denies") if self.chance(0.7) else (active, denied, "denies")
        return self.dice.choice((f"{a} {inflected(w, 'past')} {b}", f"{d} {past} {b}", f"{a} {past} {d}")), plain, "differs"

    def thought_pair(self) -> tuple[str, str, str]:
        """A claim and a statement in which it is said, thought, known or supposed."""
        words, (a, b, c, d) = WORDS["acts"], (f"the {job}" for job in self.dice.sample(WORDS["acts"]["jobs"], 4))
        deed = self.deed(self.dice.choice(ACTS["work"]).names[0], a, b, "did")
        claim = self.dice.choice((deed, deed, f"{a} {self.dice.choice(words['joint'])}"))
        rest = f"{c} {self.dice.choice(words['joint'])}"
        true = self.chance(0.4)
        outer = self.dice.choice(
            [f"{d} {self.dice.choice(words['knew' if true else 'said'])} that P"] * 6 + words["since" if true else "if"]
        )
        if self.chance(0.25):
            adverb = self.dice.choice(words["surely" if true else "maybe"])
            outer = f"{adverb}, P" if true or self.chance(0.5) else f"{adverb} P"
        statement = re.sub(r"\b[PR]\b", lambda match: claim if match[0] == "P" else rest, outer)
        relation = "repeats" if true else "differs|related"
        if "denied" in statement:
            relation = "denies|differs|related"
        return claim, statement, relation

    def state_pair(self) -> tuple[str, str, str]:
        """Two opposite states, or one of them denied."""
        if self.chance(0.5):
            thing, ends = self.dice.choice(WORDS["states"]["thing"]).split(": ")
            who, wide = f"the {self.dice.choice(('old', 'new', 'small', 'big', ''))} {thing}", f"the {thing}"
        else:
            ends, subject = self.dice.choice(WORDS["states"]["person"]), self.dice.choice(SUBJECTS["persons"])
            name = subject.names[0].split("/")[0]
            who = f"{self.dice.choice(('', *WORDS['person_adjectives'][:5]))} {name}".strip()
            who, wide = self.dice.choice(((f"the {who}", f"the {name}"), (with_article(who), with_article(name))))
        one, other = self.dice.sample(ends.split("/"), 2)
        throw = self.dice.random()
        if throw < 0.55:
            return f"{self.dice.choice((who, wide))} is {other}", f"{who} is {one}", "denies|differs"
        if throw < 0.85:
            return f"{self.dice.choice((who, wide))} is not {one}", f"{who} is {one}", "denies"
        return f"{wide} is {one}", f"{who} is {one}", "repeats"

    def pair(self) -> Pair:
        """A pair of a kind chosen at random."""
        makers = (self.scene_pair, self.deed_pair, self.job_pair, self.thought_pair, self.state_pair)
        claim, statement, relation = self.dice.choices(makers, (56, 16, 18, 6, 4))[0]()
        stop = "." if self.chance(0.5) else ""
        claim = capital(claim) + stop
        return Pair(roughened(claim, self.dice) if self.chance(0.1) else claim, capital(statement) + stop, relation)


def pairs(count: int, seed: int) -> Iterator[Pair]:
    """So many pairs, none of them twice, and none that says the same in the same words."""
    maker = Everyday(seed)
    seen: set[tuple[str, str]] = set()
    while len(seen) < count:
        pair = maker.pair()
        key = (pair.claim.lower(), pair.statement.lower())
        if key not in seen and key[0] != key[1]:
            seen.add(key)
            yield pair


def main() -> None:
    """Read the arguments and write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1, help="of the dice")
    options = parser.parse_args()
    write_pairs(options.out, pairs(options.count, options.seed))
    print(f"{options.count} pairs")


if __name__ == "__main__":
    main()
