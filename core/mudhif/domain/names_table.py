"""Spellings of one name, as data: what the skeleton cannot know, and what it must not mix up.

A row is one name; the first form is Arabic. A star marks a form that only this table joins to its name. Two words that
stand in different rows are different names, however alike they sound (محمد and محمود). Sources: common Iraqi passport
spellings; Nwesri and Shinbir (2009); Hassanat and Altarawneh (2014, arXiv 1502.05441).
"""

from __future__ import annotations

from functools import cache

from .names import words

_ROWS = """
محمد, Mohammed, Muhammad, Mohammad, Mohamed, Mohamad, Muhammed, Mohamud, Mehmed, Muhamad, Mhmd
أحمد, Ahmed, Ahmad, Ahmet*
محمود, Mahmoud, Mahmood, Mahmud
حسين, Hussein, Hussain, Husayn, Hussayn, Hosein, Hossein, Husain
حسن, Hassan, Hasan
علي, Ali, Aly
عباس, Abbas, Abas
فاطمة, Fatima, Fatimah, Fatma, Fatemah
زينب, Zainab, Zaynab, Zeinab, Zenab, Zaineb
عبد الله, Abdullah, Abdallah, Abdulla, Abdalla
عبد الرحمن, Abdulrahman, Abdelrahman, Abdul-Rahman, Abd al-Rahman, Abdurrahman, Abdul Rahman
عمار, Ammar, Amar
عمر, Omar, Umar, Omer
عثمان, Othman, Uthman, Osman*
قاسم, Qasim, Qasem, Kasim, Kassem, Qassim
جعفر, Jaafar, Jafar, Ja'far, Jaffar, Gaafar*
يوسف, Yousif, Yusuf, Yousef, Yousuf, Youssef, Joseph*
إبراهيم, Ibrahim, Ebrahim, Ibraheem
خالد, Khalid, Khaled, Halid*
نور, Noor, Nour, Nur
هدى, Huda, Hoda
سعاد, Suad, Souad
رقية, Ruqayya, Ruqaya, Rukaya, Ruqayyah
مصطفى, Mustafa, Mostafa, Moustafa, Mustapha
مرتضى, Murtadha, Murtada, Murtaza, Mortada
رضا, Ridha, Reda, Rida, Reza
ضياء, Dhia, Diaa, Zia, Diya
كاظم, Kadhim, Kadhum, Kazim, Kadhem, Kazem
ظافر, Dhafer, Zafir, Dhafir, Zafer
جواد, Jawad, Jawwad, Gawad*
حيدر, Haider, Haidar, Haydar, Hayder
كرار, Karrar, Karar
سجاد, Sajjad, Sajad
مهدي, Mahdi, Mehdi
صادق, Sadiq, Sadeq, Sadik
باقر, Baqir, Baqer, Baker, Bakir
شيماء, Shaima, Shaimaa, Shayma
سارة, Sara, Sarah
مريم, Mariam, Maryam, Meryem, Miriam
خديجة, Khadija, Khadijah, Hadija*
عائشة, Aisha, Aysha, Ayesha, Aicha*
ليلى, Layla, Leila, Laila, Leyla
نازنين, Nazneen, Naznin
گولان, Golan, Gulan
هيوا, Hiwa, Hiva*
دلشاد, Dilshad, Dlshad, Delshad
شيركو, Sherko, Shirko
آزاد, Azad
ئاراس, Aras
الجبوري, Al-Jubouri, Aljubouri, Jubouri, Jaburi, El-Jubouri
العبيدي, Al-Obaidi, Alobaidi, Obeidi, Al Ubaidi
الخفاجي, Al-Khafaji, Alkhafaji, Khafaji
الياسري, Al-Yasiri, Alyasiri, Yaseri
الموسوي, Al-Musawi, Almosawi, Mousawi, Al Moussawi
الربيعي, Al-Rubaie, Alrubaye, Rubaiee, Rubayi
بن علي, bin Ali, ibn Ali
"""

ROWS: tuple[tuple[str, ...], ...] = tuple(
    tuple(form.strip().removesuffix("*") for form in row.split(",")) for row in _ROWS.strip().splitlines()
)
ONLY_BY_TABLE = frozenset(
    form.strip().removesuffix("*")
    for row in _ROWS.strip().splitlines()
    for form in row.split(",")
    if form.strip().endswith("*")
)


@cache
def _by_word() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in ROWS:
        for form in row:
            forms = words(form)
            if len(forms) == 1:
                found.setdefault(forms[0][0], set()).add(row[0])
    return {word: frozenset(rows) for word, rows in found.items()}


def rows_of(word: str) -> frozenset[str]:
    """The rows that a word stands in, by their first form; none where the table does not know it.

    Args:
        word: as `words` gives its plainest form.

    >>> rows_of("muhammad") == rows_of("محمد") == {"محمد"}, rows_of("nbh")
    (True, frozenset())
    """
    return _by_word().get(word, frozenset())


@cache
def words_of(rows: frozenset[str]) -> frozenset[str]:
    """All words that stand in these rows, in their plainest form.

    >>> words_of(rows_of("reda")) == {"رضا", "ridha", "reda", "rida", "reza"}
    True
    """
    return frozenset(word for word, known in _by_word().items() if known & rows)
