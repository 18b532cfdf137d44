"""What an approver changed in a letter: the whole text between the marks, or one paragraph of it.

Mail programs quote what they answer, so the text between the marks may stand behind "> ".
"""

import re
from difflib import SequenceMatcher

BEGINS, ENDS = "==== the letter begins ====", "==== the letter ends ===="
_QUOTE = re.compile(r"^(?:>[ \t]?)+")
_REPLACE = re.compile(r"(\d{1,2})\s*[:.)-]\s*(\S.*)", re.DOTALL)


def between_marks(mail: str) -> str:
    """The text between the marks in an answer, unquoted; "" when the marks are not both there.

    As deep as the first mark is quoted, the letter is quoted once more, by the request that showed it.
    """
    lines = mail.splitlines()
    marks = [(n, _QUOTE.sub("", line).strip()) for n, line in enumerate(lines)]
    begins = next((n for n, line in marks if line == BEGINS), None)
    ends = next((n for n, line in marks if line == ENDS and begins is not None and n > begins), None)
    if begins is None or ends is None:
        return ""
    quoted = _QUOTE.match(lines[begins])
    deep = 1 + (quoted.group().count(">") if quoted else 0)
    return "\n".join(
        re.sub(rf"^(?:>[ \t]?){{1,{deep}}}", "", line).rstrip() for line in lines[begins + 1 : ends]
    ).strip()


def replaced(text: str, argument: str) -> str | None:
    """The letter with one paragraph replaced, as in `2: new text`; None when there is no such paragraph."""
    found = _REPLACE.match(argument.strip())
    paragraphs = text.strip().split("\n\n")
    if not found or not 1 <= int(found[1]) <= len(paragraphs):
        return None
    paragraphs[int(found[1]) - 1] = found[2].strip()
    return "\n\n".join(paragraphs) + "\n"


def changes(before: str, now: str) -> list[str]:
    """The lines that are other than they were: gone ones and new ones, in order."""
    old, new = before.splitlines(), now.splitlines()
    out: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            out += [f"no longer: {line}" for line in old[a:b] if line.strip()]
            out += [f"now: {line}" for line in new[c:d] if line.strip()]
    return out
