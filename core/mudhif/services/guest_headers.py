"""What people write on top of the columns of a guest list, in English, Arabic and Kurdish, as data.

Google Forms and KoboToolbox are known by theirs. Of Google's the first is a timestamp, in the language of the form's
owner, and the others are the questions as they were asked; of Kobo's `_uuid` and `_submission_time` are there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mudhif.domain.names import fold

# A field may stand in several lines. Beside the guest's own fields: the parts of a name, a name in a known script, and
# columns that are known and passed over (number, ticket, checked_in, source, timestamp, meta).
_HEADERS = """
id: id, registration id, registration
name: name, full name, fullname, names, guest, guest name, participant, participant name, participants
name: attendee, attendee name, your name, الاسم, اسم, الأسماء, الاسم الكامل, الاسم الثلاثي, الاسم الرباعي
name: الاسم الثلاثي واللقب, الاسم الرباعي واللقب, الاسم واللقب, اسم المشارك, اسم الضيف, اسم المشاركة
name: أسماء المشاركين, ناو, ناوی سیانی
name_ar: name in arabic, arabic name, name arabic, name ar, الاسم بالعربي, الاسم بالعربية, الاسم باللغة العربية
name_ar: الاسم العربي
name_la: name alt, name in english, english name, name english, name en, latin name, name in latin letters
name_la: other spelling, الاسم بالانكليزي, الاسم بالإنكليزية, الاسم بالانجليزي, الاسم بالإنجليزية
name_la: الاسم باللغة الانكليزية, الاسم باللغة الإنجليزية, الاسم الانكليزي
first_name: first name, firstname, given name, الاسم الأول
father_name: father name, fathers name, middle name, second name, اسم الأب
family_name: last name, lastname, family name, surname, اللقب, العائلة, اسم العائلة
sex: sex, gender, m f, f m, sex m f, الجنس, جنس, النوع, النوع الاجتماعي, ڕەگەز
organisation: organisation, organization, org, institution, affiliation, company, employer, entity, workplace
organisation: place of work, الجهة, المؤسسة, المنظمة, جهة العمل, الدائرة, مكان العمل, اسم المنظمة, اسم الجهة
organisation: الجهة الممثلة, الانتماء
role: role, position, job, job title, title, occupation, profession, المنصب, الوظيفة, المهنة, الصفة
role: العنوان الوظيفي, الدور, التخصص
stakeholder_group: stakeholder group, stakeholder, group, category, sector, الفئة, المجموعة, فئة أصحاب المصلحة
stakeholder_group: القطاع
phone: phone, phone number, phone no, mobile, mobile number, mobile no, tel, telephone, cell, cell phone
phone: whatsapp, whatsapp number, contact number, رقم الهاتف, الهاتف, هاتف, الموبايل, موبايل, رقم الموبايل
phone: رقم الجوال, الجوال, واتساب, رقم الواتساب, التلفون, رقم التلفون, ژمارەی مۆبایل
email: email, e mail, email address, e mail address, mail, البريد الإلكتروني, البريد الالكتروني, الايميل, ايميل
email: عنوان البريد الإلكتروني, البريد
birth_year: birth year, year of birth, born, date of birth, dob, birthday, birth date, سنة الولادة, المواليد
birth_year: مواليد, تاريخ الميلاد, التولد, تاريخ الولادة, سنة الميلاد, تاريخ التولد
age_band: age, age band, age group, العمر, الفئة العمرية
disability: disability, disabilities, الإعاقة, إعاقة, ذوي الإعاقة
kind: kind, type, guest type, type of guest, participant type, نوع الضيف, نوع المشاركة, صفة المشاركة
status: status, الحالة, حالة التسجيل
number: no, number, nr, serial, sn, s n, seq, ت, م, تسلسل, التسلسل, الرقم, رقم, العدد
ticket: ticket
checked_in: checked in, arrived
source: source
timestamp: timestamp, طابع زمني, الطابع الزمني, submission time, submitted at
meta: errors, to be put right, ما يلزم تصحيحه, score, النتيجة, الدرجة
"""
_BY_HEADER = {
    fold(word): field
    for field, _colon, words in (line.partition(":") for line in _HEADERS.strip().splitlines())
    for word in words.split(",")
}


UUID, SUBMITTED = "_uuid", "_submission_time"
_KOBO_SIGNS = {UUID, SUBMITTED}
_KOBO_META = {"start", "end", "today", "username", "deviceid", "simserial", "subscriberid", "audit", "formhub/uuid",
              "meta/instanceID", "meta/instanceName", "meta/rootUuid"}  # fmt: skip

_CONSENT = re.compile(r"\b(?:consent|permission|i agree|do you agree)|[أا]وافق|موافق", re.IGNORECASE)
_PICTURES = re.compile(r"photo|pictur|film|video|صور|تصوير|صورة", re.IGNORECASE)


def is_kobo(headers: Sequence[str]) -> bool:
    """Whether these are the columns of a KoboToolbox export.

    >>> is_kobo(["start", "full_name", "_id", "_uuid", "_submission_time"]), is_kobo(["Name", "Phone"])
    (True, False)
    """
    return set(headers) >= _KOBO_SIGNS


def kobo_field(header: str) -> str | None:
    """What Kobo's own columns are: the key of a row, or something that says nothing of a guest; None for a question.

    >>> kobo_field("_uuid"), kobo_field("_index"), kobo_field("person/full_name")
    ('key', 'meta', None)
    """
    if header in (UUID, SUBMITTED):
        return "key" if header == UUID else "timestamp"
    return "meta" if header.startswith("_") or header in _KOBO_META else None


def consent_of(header: str) -> str | None:
    """The consent that a question of a form asks for: to be on the list, or to be photographed.

    >>> consent_of("Do you agree to be photographed?"), consent_of("أوافق على تسجيل بياناتي"), consent_of("Phone")
    ('consent_photos', 'consent_attendance', None)
    """
    if not _CONSENT.search(header):
        return None
    return "consent_photos" if _PICTURES.search(header) else "consent_attendance"


def field_of_two(group: str, header: str) -> str | None:
    """The field that two cells name, one above the other: together, or else the lower one by itself.

    >>> field_of_two("Contact", "Phone"), field_of_two("Name", "Arabic"), field_of_two("الاسم", "بالإنكليزية")
    ('phone', 'name_ar', 'name_la')
    """
    for words in (f"{group} {header}", f"{header} {group}", f"{group} in {header}"):
        if field := _BY_HEADER.get(fold(words)):
            return field
    return field_of(header) if header else field_of(group)


def field_of(header: str) -> str | None:
    """The field that a header names, in English, Arabic or both (``الاسم / Name``).

    >>> field_of("Full Name *"), field_of("رقم الهاتف"), field_of("Sex / الجنس"), field_of("Favourite colour")
    ('name', 'phone', 'sex', None)
    """
    for part in (header, *re.split(r"[/|(\n–-]", header)):
        if field := exact_field_of(part):
            return field
    return None


def exact_field_of(header: str) -> str | None:
    """The field that a header names as a whole."""
    return _BY_HEADER.get(fold(header.replace("'", "").replace("_", " ")))
