"""Keeps the platform's catalogues of languages: extracts, drafts, compiles, tells what is missing.

    python -m tools.languages                      brings all catalogues up to date
    python -m tools.languages --missing todo.json  and writes what wants an English text
    python -m tools.languages --fill todo.json     takes those texts in
    python -m tools.languages --check              changes nothing, fails where something is due

Chinese in Simplified characters is the language of the source. Traditional Chinese is drafted with
the same dictionary as the handbook (OpenCC's s2tw: characters of Taiwan's standard, words as the
policies have them; s2twp would make 檔案 of both 文件 and 档案). A message that somebody has
mended by hand carries the comment ``# by hand`` and is left alone. GNU gettext is not needed.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import struct
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from lifecircle.publish.handbook.traditional import in_traditional

ROOT = Path(__file__).parent.parent
SOURCES = ROOT / "src" / "lifecircle" / "govern"
LOCALE = SOURCES / "locale"
ROLES = "accounts/roles.yaml"
ONE_FORM = "nplurals=1; plural=0;"
PLURALS: Mapping[str, str] = {
    "zh_Hant": ONE_FORM,
    "en": "nplurals=2; plural=(n != 1);",
}
CHINESE_ONLY = {
    "backups",
    "cli",
    "workdays/reading.py",
    "site/doctor.py",
    "site/founding.py",
    "site/settings.py",
    "site/start.py",
}
"""What speaks to who runs the platform: commands speak Chinese alone."""

BY_HAND = "by hand"
HAN = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
WORDS = re.compile(r"[\u3400-\u9fff]")
SINGULAR = ("gettext", "gettext_lazy", "gettext_noop", "_", "_lazy")
PLURAL = ("ngettext", "ngettext_lazy")
KEYWORDS: Mapping[str, Any] = {
    **dict.fromkeys(SINGULAR, (1,)),
    **dict.fromkeys(PLURAL, (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def sources() -> Iterator[Path]:
    """Yield the files that hold words for people, in order."""
    for path in sorted(SOURCES.rglob("*")):
        if "migrations" not in path.parts and path.suffix in {".py", ".html", ".txt"}:
            yield path


def extracted() -> Catalog:
    """Return a catalogue of all messages of the source, without texts."""
    found = Catalog(charset="utf-8")
    for path in sources():
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(SOURCES).as_posix()
        python = text if path.suffix == ".py" else as_python(text, where)
        taken = extract("python", io.BytesIO(python.encode()), KEYWORDS, (), {"encoding": "utf-8"})
        for line, ids, _, context in taken:
            found.add(ids, locations=[(where, line)], context=context)
    for words in listed_words():
        found.add(words, locations=[(ROLES, 1)])
    return found


def listed_words() -> Iterator[str]:
    """Yield the words of the list of roles that pages show."""
    listed = yaml.safe_load((SOURCES / ROLES).read_text(encoding="utf-8"))
    yield from listed["permissions"].values()
    for role in listed["roles"]:
        yield from filter(None, (role["name"], role.get("duties")))


def as_python(text: str, where: str) -> str:
    """Return a template as Python that calls gettext; it has no blocks, so no line is indented."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        python = templatize(text, origin=where)
    return "\n".join(line.strip() for line in python.splitlines()) + "\n"


def catalogue(language: str, template: Catalog) -> Catalog:
    """Return the catalogue of a language with every message of the template, drafted if it can."""
    file = LOCALE / language / "LC_MESSAGES" / "django.po"
    old = Catalog(locale=language)
    if file.is_file():
        with file.open("rb") as handle:
            old = read_po(handle, locale=language)
    new = Catalog(locale=language, charset="utf-8")
    for message in template:
        if not message.id:
            continue
        kept = old.get(message.id, message.context)
        text = kept.string if kept else ""
        by_hand = [BY_HAND] if kept and BY_HAND in kept.user_comments else []
        if language == "zh_Hant" and not by_hand:
            text = _drafted(message)
        new.add(
            message.id, text, message.locations, message.flags, message.auto_comments, by_hand,
            context=message.context,
        )  # fmt: skip
    return new


def _drafted(message: Message) -> str | tuple[str, ...]:
    if isinstance(message.id, tuple):
        return (str(in_traditional(message.id[0])),)
    return str(in_traditional(message.id))


def as_po(language: str, catalog: Catalog) -> bytes:
    """Return a catalogue as a .po file; equal catalogues give equal bytes."""
    out = io.BytesIO()
    out.write(
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {PLURALS[language]}\\n"\n\n'.encode()
    )
    write_po(out, catalog, width=100, sort_by_file=True, omit_header=True, include_lineno=False)
    return out.getvalue().rstrip() + b"\n"


def as_mo(language: str, catalog: Catalog) -> bytes:
    """Return a catalogue as a .mo file (GNU gettext manual, 10.3); empty messages are left out."""
    plurals = PLURALS.get(language, ONE_FORM)
    head = f"Content-Type: text/plain; charset=utf-8\nPlural-Forms: {plurals}\n"
    texts = {b"": head.encode()}
    for message in catalog:
        if message.id and is_whole(message):
            key = "\0".join(forms(message.id))
            key = f"{message.context}\4{key}" if message.context else key
            texts[key.encode()] = "\0".join(forms(message.string)).encode()
    keys = sorted(texts)
    where = 28 + 16 * len(keys)
    tables: list[int] = []
    body = b""
    for parts in (keys, [texts[key] for key in keys]):
        for part in parts:
            tables += (len(part), where + len(body))
            body += part + b"\0"
    start = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0)
    return start + struct.pack(f"<{len(tables)}I", *tables) + body


def forms(value: Any) -> tuple[str, ...]:
    """Return the singular and the plural of a message or its text; most have one form."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def is_whole(message: Message) -> bool:
    """Say whether a message has all its texts and nobody doubts them."""
    return not message.fuzzy and all(forms(message.string))


def named(message: Message) -> str:
    """Return what the files of missing texts call a message."""
    return " | ".join(filter(None, (message.context, forms(message.id)[0])))


def missing(catalog: Catalog) -> list[Message]:
    """Return the messages without a text."""
    return [message for message in catalog if message.id and not is_whole(message)]


def outside(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines with Chinese words in a source that gettext does not see."""
    where = path.relative_to(SOURCES) if path.is_relative_to(SOURCES) else path
    if {where.as_posix(), where.parts[0]} & CHINESE_ONLY:
        return
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from _outside_python(ast.parse(text))
    elif "base.html" in text or path.parent.name == "parts" or "{% load i18n" in text:
        gone = r"{#.*?#}|{% (comment|blocktranslate|blocktrans)\b.*?{% end\1 %}|{%.*?%}|{{.*?}}"
        bare = re.sub(gone, lambda hit: "\n" * hit[0].count("\n"), text, flags=re.DOTALL)
        for number, line in enumerate(bare.splitlines(), 1):
            if WORDS.search(line):
                yield number, line.strip()


def _outside_python(tree: ast.Module) -> Iterator[tuple[int, str]]:
    known: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            name = getattr(function, "id", getattr(function, "attr", ""))
            if name in KEYWORDS:
                known |= {id(inner) for inner in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            known.add(id(node.value))  # a docstring
        elif isinstance(node, ast.ClassDef) and any("AppConfig" in ast.dump(b) for b in node.bases):
            known |= {id(inner) for inner in ast.walk(node)}  # shown nowhere
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in known:
            words = node.value if isinstance(node.value, str) else ""
            if WORDS.search(words):
                yield node.lineno, words


def fill(catalog: Catalog, texts: Mapping[str, str | list[str]]) -> None:
    """Put texts, by what `named` calls them, into a catalogue; a list has singular and plural."""
    for message in catalog:
        text = texts.get(named(message)) if message.id else None
        if text:
            message.string = tuple(text) if isinstance(text, list) else text
            if isinstance(message.id, tuple) and isinstance(text, str):
                message.string = (text, text)


def written(catalogs: Mapping[str, Catalog]) -> dict[Path, bytes]:
    """Return what the files of the catalogues should hold.

    That of Simplified Chinese is written by hand: sentences of Django and allauth that these say
    in English or badly.
    """
    files = {}
    for language, catalog in catalogs.items():
        folder = LOCALE / language / "LC_MESSAGES"
        files[folder / "django.po"] = as_po(language, catalog)
        files[folder / "django.mo"] = as_mo(language, catalog)
    mended = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with mended.open("rb") as handle:
        files[mended.with_suffix(".mo")] = as_mo("zh_Hans", read_po(handle, locale="zh_Hans"))
    return files


def stale(files: Mapping[Path, bytes]) -> list[str]:
    """Return the names of the files that hold something else."""
    return [
        path.relative_to(ROOT).as_posix()
        for path, content in files.items()
        if not path.is_file() or path.read_bytes() != content
    ]


def report(catalogs: Mapping[str, Catalog]) -> Iterator[str]:
    """Yield what a person has to do, one line each."""
    for path in sources():
        for line, words in outside(path):
            yield f"{path.relative_to(ROOT).as_posix()}:{line}: not through gettext: {words}"
    for language, catalog in catalogs.items():
        for message in missing(catalog):
            yield f"{language}: no text for {named(message)!r} ({message.locations[0][0]})"


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments say and return how many catalogues are not in order."""
    parser = argparse.ArgumentParser(prog="python -m tools.languages", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--missing", type=Path)
    parser.add_argument("--fill", type=Path)
    asked = parser.parse_args(arguments)
    template = extracted()
    catalogs = {language: catalogue(language, template) for language in PLURALS}
    if asked.fill:
        fill(catalogs["en"], json.loads(asked.fill.read_text(encoding="utf-8")))
    files = written(catalogs)
    due = stale(files)
    for line in [*report(catalogs), *(f"{name}: not up to date" for name in due if asked.check)]:
        sys.stdout.write(f"{line}\n")
    if asked.missing:
        todo = {named(one): one.string for one in missing(catalogs["en"])}
        asked.missing.write_text(json.dumps(todo, ensure_ascii=False, indent=1), encoding="utf-8")
    if not asked.check:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    gaps = sum(len(missing(catalog)) for catalog in catalogs.values())
    return int(bool(gaps or (due and asked.check)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
