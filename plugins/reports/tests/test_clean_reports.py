"""Reports in which nothing contradicts itself: other events, plans, parts and quotations are no contradictions."""

from __future__ import annotations

from typing import Any

import pytest

from mudhif_reports.checks import findings_in
from mudhif_reports.claims import read_claims
from mudhif_reports.documents import document_of
from mudhif_reports.facts import facts_of
from mudhif_reports.hookspecs import Claims

TRAINING = """Final Narrative Report

Training on Psychosocial Support for Teachers

1. General information
Project title: Safe Schools for Displaced Children in Ninewa
Grant number: IRQ-2021-044
Donor: UNICEF
Implementing organization: Hope Bridge Foundation (HBF)
Date: 12TH – 14TH MAY 2021
Time: 9.00am to 3.00pm
Venue: Al-Noor Hotel, Mosul

2. Summary
HBF organized a three-day training for 24 teachers (14 women and 10 men) in Mosul from 12 to 14 May 2021. The training was the second of four; the first training was held in Erbil in March 2021, and the third will take place in June. Participants came from 8 schools. In total 24 participants attended all three days.

3. Participants
Total number of participants: 24 | Male: 10 | Female: 14
Aged 18-35: 15
Aged 36-60: 9
With a disability: 1

4. Agenda
Day 1
09:00 - 09:30 Registration
09:30 - 11:00 Session 1: Understanding stress
11:00 - 11:15 Tea break
11:15 - 13:00 Session 2: Signs of distress
13:00 - 14:00 Lunch
14:00 - 15:00 Session 3: Listening
Day 2
09:00 - 11:00 Session 1: Classroom activities
11:00 - 11:15 Tea break
11:15 - 13:00 Session 2: Play
13:00 - 14:00 Lunch
14:00 - 15:00 Session 3: Referral
Day 3
09:00 - 12:00 Practice
12:00 - 13:00 Closing and certificates

5. Results
The average score of the post-test was 78% against 52% in the pre-test. 20 of the 24 teachers said they would use the exercises. Five of the participants were chosen as trainers.

6. Challenges
Two participants arrived late on the first day because of the road checkpoint.

7. Lessons learned
A shorter second day would leave more time for questions. Half of the participants asked for a follow-up session.

8. Next steps
By the end of June 2021 HBF will visit each school. The third training will reach 30 teachers.

Annexes
Annex 1: attendance lists
Annex 2: photos (15 photos)
Annex 3: post-test results.xlsx

Prepared by: Rana Yousif (Project Officer)
Report date: 30 May 2021
"""  # noqa: E501 - a paragraph is one line

WORKSHOP = """Workshop Report: Women in Local Government

Introduction
On Saturday, 2 April 2022 the Tigris Women Network (TWN), in partnership with the Basra Provincial Council, held a one-day workshop in Basra under the project "Her Voice Counts: Women in Local Decision Making", funded by the Embassy of the Netherlands through Oxfam. The workshop is part of a series; the first workshop was held on 5 February and brought 19 people together, and a fourth workshop is planned for May.

Amongst the 31 people who attended there were 22 women and 9 men. More than 30 people stayed until the end. The Governor of Basra, Mr. Asaad Kareem, opened the day at 10:00 AM, and Ms. Layla Hasan (Programme Manager) moderated it.

Discussion
First: quotas. Second: safety. Third: money. The second half of the session turned to the elections of 10 October 2021. Around 60% of the women said that they had never been inside the council.
One participant, a teacher of 45 years, said: "In the first session I was afraid to speak." Twelve of the women want to run for office in 2023.

Recommendations
- A fund of 5,000 USD for local initiatives.
- The council should invite 10 women to each of its sessions.
- A second workshop on safety.

Conclusion
The workshop showed that women want to be heard. A total of 200 leaflets were given out.
"""  # noqa: E501 - a paragraph is one line

SHEET = """ACTIVITY SHEET

Activity title: Dialogue Session on Water and Agriculture
Dates: 23-31 May 21
Target group attendees: farmers and officials
Total number of attendees: 28 (5 male)
Summary of activity: Farmers from three districts met officials of the Directorate of Agriculture. 28 people took part. The Directorate said 40 wells will be repaired.
Summary of outcome: A committee of 7 people was chosen. The committee will meet on 15 June 2021.
Additional notes: None.
"""  # noqa: E501 - a paragraph is one line

ARABIC = """تقرير ورشة عمل حول إدارة النفايات

المقدمة
أقامت منظمة نهر الحياة ورشة عمل يوم الاثنين ٢٣ أيار ٢٠٢٢ في قاعة جامعة البصرة بحضور قرابة 40 متدرب ومتدربة، وهي الورشة الثانية ضمن سلسلة بدأت في شباط. كانت الورشة الأولى قد عقدت في الزبير. وستعقد الورشة الثالثة في حزيران.

المشاركون
عدد المشاركين: 38 مشاركاً ومشاركة
الإناث: 21
الذكور: 17

النتائج
اتفق المشاركون على تشكيل لجنة من عشرة أشخاص. وحضر الجلسة الختامية (25) امرأة ورجلاً.

الخاتمة
شكر المشاركون المنظمة.
"""  # noqa: E501 - a paragraph is one line


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        pytest.param(TRAINING, set(), id="a training of three days"),
        pytest.param(WORKSHOP, set(), id="a workshop told in prose"),
        pytest.param(SHEET, {"disaggregation-missing"}, id="an activity sheet"),
        pytest.param(ARABIC, {"disaggregation-missing"}, id="an arabic workshop"),
    ],
)
def test_a_report_without_contradictions_has_no_errors(text: str, warnings: set[str]) -> None:
    loud = [finding for finding in findings_in(text) if finding.severity != "note"]
    assert {finding.rule for finding in loud} == warnings, [finding.message for finding in loud]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            TRAINING,
            {
                "title": "Training on Psychosocial Support for Teachers", "ordinal": None, "date": "2021-05-12",
                "start": "09:00", "end": "15:00", "venue": "Al-Noor Hotel",
                "participants": {"total": 24, "male": 10, "female": 14},
            },
            id="a training of three days",
        ),
        pytest.param(
            WORKSHOP,
            {
                "title": "Women in Local Government", "ordinal": None, "date": "2022-04-02", "start": None, "end": None,
                "venue": None, "participants": {"total": 31, "male": 9, "female": 22},
            },
            id="a workshop told in prose",
        ),
        pytest.param(
            SHEET,
            {
                "title": "Dialogue Session on Water and Agriculture", "ordinal": None, "date": "2021-05-23",
                "start": None, "end": None, "venue": None, "participants": {"total": 28, "male": 5, "female": None},
            },
            id="an activity sheet",
        ),
        pytest.param(
            ARABIC,
            {
                "title": "ورشة عمل حول إدارة النفايات", "ordinal": 2, "date": "2022-05-23", "start": None, "end": None,
                "venue": None, "participants": {"total": 38, "male": 17, "female": 21},
            },
            id="an arabic workshop",
        ),
    ],
)  # fmt: skip
def test_its_facts_are_what_it_says_and_null_where_it_says_nothing(text: str, expected: dict[str, Any]) -> None:
    assert facts_of(Claims(read_claims(document_of(text)))) == expected
