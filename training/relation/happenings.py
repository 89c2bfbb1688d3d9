"""Everyday pairs about what a person or an animal does: said in other words, wider, changed in one part, denied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from training.relation.scene import (
    COUNTS,
    DOINGS,
    NO_PASSIVE,
    SUBJECTS,
    TENSES,
    WORDS,
    Maker,
    Scene,
    capital,
    inflected,
    predicate,
    with_article,
)


class Happenings(Maker):
    """Makes pairs about one happening, or two."""

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
