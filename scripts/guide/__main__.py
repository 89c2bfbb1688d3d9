"""Write what is made, and say which files changed."""

from __future__ import annotations

from scripts.guide.made import ROOT, made

if __name__ == "__main__":
    for path, text in made().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))
