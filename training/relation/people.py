"""Everyday pairs about two who do something to each other, people at work, what is said or thought, and opposite states."""

from __future__ import annotations

import re

from training.relation.scene import (
    ACTS,
    NO_PASSIVE,
    SUBJECTS,
    TENSES,
    WORDS,
    Maker,
    capital,
    inflected,
    predicate,
    several,
    with_article,
)


class People(Maker):
    """Makes pairs about who does what to whom, and about what is said of it."""

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
