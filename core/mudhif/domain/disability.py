"""The short set of six questions of the Washington Group, and what follows from their answers.

Source: Washington Group on Disability Statistics, "The Washington Group Short Set on Functioning (WG-SS)", 2022. Who
has a lot of difficulty in one domain, or cannot do it at all, is counted as a person with a disability; that is for
figures alone and is on no badge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .questions import AnswerKind, Asked

HEAVY = frozenset(["a-lot", "cannot"])

_OPTIONS = (
    {"id": "none", "title": {"en": "No, no difficulty", "ar": "لا، لا توجد صعوبة"}},
    {"id": "some", "title": {"en": "Yes, some difficulty", "ar": "نعم، بعض الصعوبة"}},
    {"id": "a-lot", "title": {"en": "Yes, a lot of difficulty", "ar": "نعم، صعوبة كبيرة"}},
    {"id": "cannot", "title": {"en": "Cannot do it at all", "ar": "لا أستطيع ذلك إطلاقًا"}},
)

_DOMAINS = {
    "seeing": (
        "Do you have difficulty seeing, even if wearing glasses?",
        "هل لديك صعوبة في الرؤية، حتى مع ارتداء النظارات؟",
    ),
    "hearing": (
        "Do you have difficulty hearing, even if using a hearing aid?",
        "هل لديك صعوبة في السمع، حتى مع استخدام سماعة طبية؟",
    ),
    "walking": (
        "Do you have difficulty walking or climbing steps?",
        "هل لديك صعوبة في المشي أو صعود الدرج؟",
    ),
    "remembering": (
        "Do you have difficulty remembering or concentrating?",
        "هل لديك صعوبة في التذكر أو التركيز؟",
    ),
    "self-care": (
        "Do you have difficulty with self-care, such as washing all over or dressing?",
        "هل لديك صعوبة في العناية الذاتية، مثل الاستحمام أو ارتداء الملابس؟",
    ),
    "communicating": (
        "Using your usual language, do you have difficulty communicating, for example understanding or being "
        "understood?",
        "باستخدام لغتك المعتادة، هل لديك صعوبة في التواصل، مثل فهم الآخرين أو إفهامهم؟",
    ),
}

WASHINGTON = tuple(
    Asked(id=f"wg-{name}", kind=AnswerKind.CHOICE, title={"en": english, "ar": arabic}, options=_OPTIONS)
    for name, (english, arabic) in _DOMAINS.items()
)
WASHINGTON_IDS = frozenset(question.id for question in WASHINGTON)


def disability_of(answers: Mapping[str, Any]) -> str | None:
    """``yes``, ``no``, or None while it cannot be told: not all six are answered, and none of them heavily.

    >>> disability_of({"wg-seeing": "a-lot"}), disability_of({"wg-seeing": "some"})
    ('yes', None)
    >>> disability_of({question.id: "some" for question in WASHINGTON})
    'no'
    """
    given = [answers.get(question.id) for question in WASHINGTON]
    if any(answer in HEAVY for answer in given):
        return "yes"
    return "no" if all(given) else None
