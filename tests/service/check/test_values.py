"""What texts say in figures, in nine languages, and whether two texts' figures can both be true."""

import time

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from service.check.values import (
    Bound,
    Clock,
    Day,
    Finding,
    Ground,
    Label,
    Openness,
    Ordinal,
    Outcome,
    Period,
    Quantity,
    Reader,
    Value,
    compare,
)
from service.check.values.reader import LANGUAGES

READER = Reader()
SIGNS = {Bound.EXACT: "", Bound.ABOUT: "~", Bound.MORE: ">", Bound.LEAST: ">=", Bound.LESS: "<", Bound.MOST: "<="}
OPEN = {Openness.CLOSED: "", Openness.SINCE: "since ", Openness.UNTIL: "until "}


def shown(value: Value) -> str:
    match value:
        case Quantity():
            ends = f"{value.low:.12g}" if value.low == value.high else f"{value.low:.12g}..{value.high:.12g}"
            return SIGNS[value.bound] + ends + (f" {value.unit.name.lower()}" if value.unit else "")
        case Ordinal():
            return f"#{value.place}"
        case Label():
            return f"no {value.number:g}"
        case Clock():
            return f"{value.minutes // 60}:{value.minutes % 60:02}"
        case Period():
            return OPEN[value.openness] + days(value.first, value.last)


def days(first: Day, last: Day) -> str:
    if first == last:
        return f"{first.year}-{first.month}-{first.day}"
    if first.year == last.year and first.month == last.month and (first.day, last.day) == (1, 31):
        return f"{first.year}-{first.month}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year}" if first.year == last.year else f"{first.year}..{last.year}"
    return f"{first.year}-{first.month}-{first.day}..{last.year}-{last.month}-{last.day}"


READ = """
en | 1.5 million refugees | 1500000
en | 1,500,000 people | 1500000
en | 10,000 people | 10000
en | half a million people | 500000
en | a million and a half people | 1500000
en | two and a half million | 2500000
en | a dozen tanks | 12
en | two dozen tanks | 24
en | twenty-five soldiers | 25
en | one hundred and five soldiers | 105
en | two hundred thousand men | 200000
en | three thousand five hundred men | 3500
en | more than 3,000 soldiers | >3000
en | at least 20 people | >=20
en | up to 500 troops | <=500
en | fewer than 50 cases | <50
en | about 300 people | ~300
en | 300 or more people | >=300
en | from 3 to 5 thousand people | 3000..5000
en | between 300 and 500 people | 300..500
en | 10-15 people | 10..15
en | half of the trade | 50 percent
en | a third of the voters | 33.33 percent
en | two thirds of the voters | 66.67 percent
en | 50 per cent of exports | 50 percent
en | 50% of exports | 50 percent
en | almost half the voters | ~50 percent
en | $3bn in aid | 3000000000 usd
en | US$ 1.8 billion | 1800000000 usd
en | 5 million euros | 5000000 eur
en | £2.8m in cash | 2800000 gbp
en | a 900 km border | 900 kilometre
en | 5 square kilometres | 5 square_kilometre
en | a 12-year-old boy | 12 year
en | 60 miles per hour | 60 mile_per_hour
en | 25 degrees Celsius | 25 celsius
en | half an hour | 0.5 hour
en | the third reactor | #3
en | the 21st century | #21
en | the XX century | #20
en | World War II | #2
en | the twenty-first day | #21
en | 4 July 2024 | 2024-7-4
en | July 4, 2024 | 2024-7-4
en | July 4th | 0-7-4
en | 20.09.2024 | 2024-9-20
en | 2024-07-04 | 2024-7-4
en | 07/04/2024 | 2024
en | 25/12/2024 | 2024-12-25
en | July 2024 | 2024-7
en | in 2024 | 2024
en | late June 2024 | 2024-6-18..2024-6-31
en | since late June | since 0-6-18..0-6-31
en | summer 2024 | 2024-6-1..2024-8-31
en | Q3 2024 | 2024-7-1..2024-9-31
en | the third quarter of 2024 | 2024-7-1..2024-9-31
en | 2021-2023 | 2021..2023
en | 2021–23 | 2021..2023
en | between 2020 and 2022 | 2020..2022
en | from 2020 to 2022 | 2020..2022
en | the 1990s | 1990..1999
en | before 2014 | until 2014
en | in May | 0-5
en | It may rain, they may go |
en | 4-6 July 2024 | 2024-7-4..2024-7-6
en | mid-2024 | 2024-5-1..2024-8-31
en | in the first half of 2023 | 2023-1-1..2023-6-31
en | in 300 BC | -300
en | at 14:05 | 14:05
en | at 5 p.m. | 17:00
en | F-16 | no 16
en | Boeing 737 | no 737
en | COVID-19 | no 19
en | Article 5 | no 5
en | version 1.2.3.4 |
en | 192.168.10.1 |
en | call +375 29 123-45-67 |
en | last year, on Monday |
uk | півтора мільйона біженців | 1500000
uk | 1,5 млн біженців | 1500000
uk | понад 3 тис. людей | >3000
uk | п'ять тисяч людей | 5000
uk | двадцять п’ять танків | 25
uk | пів мільйона людей | 500000
uk | півмільйона людей | 500000
uk | два з половиною мільйони | 2500000
uk | щонайменше 20 осіб | >=20
uk | від 3 до 5 тисяч осіб | 3000..5000
uk | половина торгівлі | 50 percent
uk | третина виборців | 33.33 percent
uk | 50 відсотків | 50 percent
uk | 3 млрд гривень | 3000000000 uah
uk | 5 доларів | 5 usd
uk | 900 кілометрів | 900 kilometre
uk | 3-й реактор | #3
uk | третій реактор | #3
uk | XX століття | #20
uk | 4 липня 2024 року | 2024-7-4
uk | у липні 2024 року | 2024-7
uk | у 2024 році | 2024
uk | з кінця червня 2024 року | since 2024-6-18..2024-6-31
uk | у 2021-2023 роках | 2021..2023
uk | влітку 2024 року | 2024-6-1..2024-8-31
uk | у 1990-х роках | 1990..1999
ru | 1,5 млн беженцев | 1500000
ru | 1 500 000 человек | 1500000
ru | 3 тыс. человек | 3000
ru | три тысячи человек | 3000
ru | полторы тысячи человек | 1500
ru | пятьсот солдат | 500
ru | сто двадцать пять солдат | 125
ru | от 3 до 5 тысяч солдат | 3000..5000
ru | более 3000 солдат | >3000
ru | не менее 20 человек | >=20
ru | около 300 человек | ~300
ru | 50 процентов | 50 percent
ru | половина экспорта | 50 percent
ru | две трети избирателей | 66.67 percent
ru | 3 млрд долларов | 3000000000 usd
ru | 5 белорусских рублей | 5 byn
ru | 100 км/ч | 100 kilometre_per_hour
ru | 12-летний мальчик | 12 year
ru | 10 тысяч кв. км | 10000 square_kilometre
ru | 3-й реактор | #3
ru | двадцать первый век | #21
ru | XX век | #20
ru | 4 июля 2024 года | 2024-7-4
ru | двадцать четвёртого февраля 2022 года | 2022-2-24
ru | в июле 2024 года | 2024-7
ru | в конце июня 2024 года | 2024-6-18..2024-6-31
ru | с 2020 по 2022 год | 2020..2022
ru | в III квартале 2024 года | 2024-7-1..2024-9-31
ru | в 90-х годах | 1990..1999
ru | летом 2024 года | 2024-6-1..2024-8-31
ru | истребители Су-35 | no 35
ru | танк Т-72 | no 72
be | паўтара мільёна бежанцаў | 1500000
be | тры тысячы чалавек | 3000
be | дваццаць пяць чалавек | 25
be | больш за 3 тыс. чалавек | >3000
be | не менш за 20 чалавек | >=20
be | палова гандлю | 50 percent
be | 50 працэнтаў | 50 percent
be | 3 млрд долараў | 3000000000 usd
be | 900 кіламетраў | 900 kilometre
be | трэці рэактар | #3
be | XX стагоддзе | #20
be | 4 студзеня 2024 года | 2024-1-4
be | у студзені 2024 года | 2024-1
be | 9 мая 2024 года | 2024-5-9
be | мая хата |
be | у 2024 годзе | 2024
be | улетку 2024 года | 2024-6-1..2024-8-31
pl | 1,5 mln uchodźców | 1500000
pl | półtora miliona uchodźców | 1500000
pl | pół miliona ludzi | 500000
pl | dwadzieścia pięć osób | 25
pl | ponad 3 tys. osób | >3000
pl | co najmniej 20 osób | >=20
pl | od 3 do 5 tysięcy osób | 3000..5000
pl | połowa handlu | 50 percent
pl | dwie trzecie wyborców | 66.67 percent
pl | 5 złotych | 5 pln
pl | 3 mld złotych | 3000000000 pln
pl | 900 kilometrów | 900 kilometre
pl | trzeci reaktor | #3
pl | 3. reaktor | #3
pl | XX wiek | #20
pl | 4 lipca 2024 r. | 2024-7-4
pl | w lipcu 2024 roku | 2024-7
pl | pod koniec czerwca 2024 roku | 2024-6-18..2024-6-31
pl | latem 2024 roku | 2024-6-1..2024-8-31
pl | w latach 2021-2023 | 2021..2023
de | 1,5 Millionen Flüchtlinge | 1500000
de | 1.500.000 Menschen | 1500000
de | fünfhundert Menschen | 500
de | zweihundertfünfundzwanzig Menschen | 225
de | dreitausend Menschen | 3000
de | anderthalb Millionen Menschen | 1500000
de | eine halbe Million Menschen | 500000
de | mehr als 3.000 Soldaten | >3000
de | mindestens 20 Menschen | >=20
de | die Hälfte des Handels | 50 percent
de | ein Drittel der Wähler | 33.33 percent
de | 50 Prozent | 50 percent
de | 3 Mrd. Euro | 3000000000 eur
de | 900 Kilometer | 900 kilometre
de | ein 12-jähriger Junge | 12 year
de | der dritte Reaktor | #3
de | das 20. Jahrhundert | #20
de | am 4. Juli 2024 | 2024-7-4
de | im Juli 2024 | 2024-7
de | Ende Juni 2024 | 2024-6-18..2024-6-31
de | seit 2014 | since 2014
de | im Sommer 2024 | 2024-6-1..2024-8-31
de | um 14:05 Uhr | 14:05
fr | 1,5 million de réfugiés | 1500000
fr | un million et demi de réfugiés | 1500000
fr | quatre-vingt-dix-sept personnes | 97
fr | soixante et onze personnes | 71
fr | deux cent mille personnes | 200000
fr | plus de 3 000 soldats | >3000
fr | au moins 20 personnes | >=20
fr | la moitié du commerce | 50 percent
fr | deux tiers des électeurs | 66.67 percent
fr | 50 pour cent | 50 percent
fr | 3 milliards d'euros | 3000000000 eur
fr | 900 kilomètres | 900 kilometre
fr | le troisième réacteur | #3
fr | le XXe siècle | #20
fr | le 4 juillet 2024 | 2024-7-4
fr | le 1er juillet 2024 | 2024-7-1
fr | en juillet 2024 | 2024-7
fr | fin juin 2024 | 2024-6-18..2024-6-31
fr | depuis 2014 | since 2014
es | 1,5 millones de refugiados | 1500000
es | quinientos soldados | 500
es | treinta y cinco personas | 35
es | medio millón de personas | 500000
es | dos mil quinientas personas | 2500
es | más de 3.000 soldados | >3000
es | al menos 20 personas | >=20
es | la mitad del comercio | 50 percent
es | 50 por ciento | 50 percent
es | 3 millones de dólares | 3000000 usd
es | 3 mil millones de dólares | 3000000000 usd
es | 900 kilómetros | 900 kilometre
es | el tercer reactor | #3
es | el siglo XX | #20
es | el 4 de julio de 2024 | 2024-7-4
es | en julio de 2024 | 2024-7
es | a finales de junio de 2024 | 2024-6-18..2024-6-31
es | desde 2014 | since 2014
ar | 1.5 مليون لاجئ | 1500000
ar | خمسمائة جندي | 500
ar | خمسة وعشرون جنديا | 25
ar | ثلاثة آلاف جندي | 3000
ar | نصف مليون شخص | 500000
ar | أكثر من 3000 جندي | >3000
ar | ما لا يقل عن 20 شخصا | >=20
ar | ٥٠ في المائة | 50 percent
ar | ٥٠٪ | 50 percent
ar | 3 مليارات دولار | 3000000000 usd
ar | 900 كيلومتر | 900 kilometre
ar | في القرن العشرين | #20
ar | ٤ يوليو ٢٠٢٤ | 2024-7-4
ar | في تموز 2024 | 2024-7
ar | في يوليو/تموز 2024 | 2024-7
ar | في عام 2024 | 2024
ar | منذ عام 2014 | since 2014
en | 3 killed in 7 attacks | 3; 7
en | 5 people in 10 days | 5; 10 day
en | one tank of 22 | 22
en | between 2 months and 3 years | 2 month; 3 year
en | 11,600 BP | 11600
en | a 5mm hole | 5 millimetre
en | $5MM | 5000000 usd
en | 5M people | 5000000
en | a 5m wall | 5 metre
en | every second counts | #2
en | every third voter | 33.3333333333 percent
en | every third day | #3
en | a quarter of an hour | 0.25 hour
en | the first quarter of the year | #1
en | half of the people | 50 percent
ru | 3 на 4 метра | 3; 4 metre
ru | два танка на 15 позициях | 2; 15
ru | пять тысячных процента | 0.005 percent
ru | 25-миллионный город | 25000000
fr | une étude sur 15 patients | 15
fr | un dîner pour quatre | 4
es | cada segundo cuenta | #2
pl | 15 VII 2025 | 2025-7-15
pl | w latach 90 e | 1990..1999
de | dreizehnhundert Menschen | 1300
en | a man in his 30s |
en | women in their 20s |
en | T-90s near Kyiv | no 90
en | in the '90s | 1990..1999
en | 1000s of troops |
en | the decade of 1990 | 1990..1999
es | en la década de 1990 | 1990..1999
pl | w latach 90. XX wieku | 1990..1999
ru | в 90-х годах XIX века | 1890..1899
en | beat Poland 2:1 |
en | beat Poland 3-2 |
en | a 70:30 split |
en | 2-3 tanks | 2..3
en | 5G masts |
en | 31,000 dead | 31000
en | at 10.30pm | 22:30
de | um 15.30 Uhr | 15:30
pl | o godz. 15.30 | 15:30
pl | o godz. 15 | 15:00
ru | в 17.30 | 17:30
uk | о 14.30 | 14:30
ru | в 2.5 раза | 2.5
es | a las 15.30 horas | 15:30
fr | à 15 h 30 | 15:30
fr | à 15h | 15:00
fr | un trajet de 2 h 30 min | 150 minute
be | а 10-й гадзіне раніцы | 10:00
uk | 10-та річниця | #10
en | since the 24th of February 2022 | since 2022-2-24
de | seit dem 24. Februar 2022 | since 2022-2-24
de | bis zum 5. Mai 2024 | until 2024-5-5
en | from May 3 to May 9, 2024 | 2024-5-3..2024-5-9
ru | с 1 по 15 мая 2024 года | 2024-5-1..2024-5-15
es | entre el 3 y el 5 de mayo de 2024 | 2024-5-3..2024-5-5
ru | между 10 и 15 танками | 10..15
uk | між 10 та 15 танками | 10..15
be | паміж 10 і 15 танкамі | 10..15
pl | między 10 a 15 czołgów | 10..15
es | entre el 5 y el 10 % | 5..10 percent
en | between $5m and $10m | 5000000..10000000 usd
en | 1.2m-1.5m people | 1200000..1500000
en | 4.5m tonnes of grain | 4500000 tonne
en | 1.5C of warming | 1.5 celsius
en | half-a-million people | 500000
en | two-and-a-half years | 2.5 year
uk | 20-річчя незалежності | 20 year
ru | 80-летие Победы | 80 year
be | 20-годдзе незалежнасці | 20 year
pl | 20-lecie członkostwa | 20 year
uk | півсотні людей | ~50
ru | полторы сотни человек | ~150
ru | около полумиллиона человек | ~500000
ru | стотысячная армия | 100000
fr | une trentaine de morts | ~30
es | una veintena de muertos | ~20
be | не менш як 20 чалавек | >=20
pl | ca. 2 tys. osób | ~2000
de | gut 300 Menschen | >300
de | hundertzwanzig Menschen | 120
de | mehr als die Hälfte der Deutschen | >50 percent
fr | plus de la moitié des Français | >50 percent
fr | moins d'un tiers des Français | <33.33 percent
de | Leopard 2 | no 2
de | § 218 | no 218
de | Art. 5 GG | no 5
ar | عامين | 2 year
ar | ربع قرن | 0.25 century
"""

COMPARED = """
en | 1.5 million refugees | en | 2.5 million refugees | conflicts
en | 1.5 million refugees | en | 1,500,000 refugees | agrees
en | 1.5 million refugees | en | 1,530,000 refugees | agrees
en | over 3,000 soldiers | en | 3,200 soldiers | agrees
en | over 3,000 soldiers | en | 2,000 soldiers | conflicts
en | at least 20 people | en | 15 people | conflicts
en | up to 500 people | en | 800 people | conflicts
en | 47% of voters | en | almost half of voters | agrees
en | 47% of voters | en | a third of voters | conflicts
en | the third reactor | en | the fourth reactor | conflicts
en | the third reactor | ru | 3-й реактор | agrees
en | 900 km | en | 900 miles | conflicts
en | 900 km | en | 559 miles | agrees
en | 1 mile | en | 1.6 km | agrees
en | 100 feet | en | 30 m | agrees
en | 20 °C | en | 68 °F | agrees
en | 25 milligrams of mercury | en | 25 mg of mercury | agrees
en | 0.5 g of salt | pl | 500 miligramów soli | agrees
en | 25 micrograms of mercury | pl | 25 miligramów rtęci | conflicts
ru | 25 граммов ртути | pl | 25 miligramów rtęci | conflicts
uk | 25 мкг вітаміну | be | 25 міліграмаў вітаміну | conflicts
ar | ٢٥ ملليغرام من الزئبق | de | 25 Milligramm Quecksilber | agrees
fr | 40 microgrammes de plomb | es | 40 miligramos de plomo | conflicts
en | it cost $5 | en | it cost €5 | conflicts
en | $3bn in aid | ru | 3 млрд долларов | agrees
en | $3bn in aid | ru | 5 млрд долларов | conflicts
en | 4 July 2024 | en | July 2024 | agrees
en | July 2024 | en | since late June 2024 | agrees
en | May 2024 | en | since late June 2024 | conflicts
en | 2024 | en | July 2024 | agrees
en | July 4 | uk | 4 липня 2024 року | agrees
en | July 4 | uk | 5 липня 2024 року | conflicts
en | in 2014 | en | in 2015 | conflicts
en | in 2021 | en | 2020-2022 | agrees
en | in 2023 | en | 2020-2022 | conflicts
en | the 1990s | en | in 1994 | agrees
en | Q3 2024 | en | in August 2024 | agrees
en | Q3 2024 | en | in October 2024 | conflicts
en | 25 tanks | en | 3,000 soldiers | alone
en | 25 tanks | en | nothing in figures | alone
en | 3 days | en | 5 years | alone
en | 2 weeks | en | 14 days | agrees
en | F-16 | en | F-35 | conflicts
en | F-16 | en | Su-35 | alone
en | Article 5 | en | Article 4 | conflicts
en | at 14:05 | en | at 2:05 p.m. | agrees
en | at 14:05 | en | at 15:05 | conflicts
en | 5 tanks and 7 planes | en | 7 planes and 5 tanks | agrees agrees
en | 5 tanks and 7 planes | en | 9 planes and 5 tanks | agrees conflicts
en | 5 tanks and 7 planes | en | 5 tanks | agrees alone
de | 1.500 Menschen | en | 1,500 people | agrees
de | 1.500 Menschen | en | 1.5 thousand people | agrees
en | 10 percent of exports | pl | 10 proc. eksportu | agrees
en | 1.5 million refugees | uk | півтора мільйона біженців | agrees
en | 1.5 million refugees | uk | два мільйони біженців | conflicts
ru | пятьсот солдат | de | fünfhundert Soldaten | agrees
ru | пятьсот солдат | es | quinientos soldados | agrees
ru | пятьсот солдат | ar | خمسمائة جندي | agrees
ru | пятьсот солдат | fr | deux cents soldats | conflicts
ru | 25 танков | be | дваццаць пяць танкаў | agrees
ru | 25 танков | pl | dwadzieścia sześć czołgów | conflicts
fr | la moitié du commerce | en | 50 % of the trade | agrees
es | en julio de 2024 | ar | في تموز 2024 | agrees
es | en julio de 2024 | ar | في آب 2024 | conflicts
be | у студзені 2024 года | en | in January 2024 | agrees
be | у студзені 2024 года | en | in March 2024 | conflicts
pl | 5 złotych | en | 5 euros | conflicts
en | from 3 to 5 thousand people | en | 4,000 people | agrees
en | from 3 to 5 thousand people | en | 8,000 people | conflicts
en | over 250 languages | en | more than 300 languages | alone
en | 4 in 5 people | en | 60% of people | conflicts
en | 4 attacks in 5 cities | en | 80% of attacks | alone alone
de | dreitausendfünfhundert Menschen | de | 4.500 Menschen | conflicts
ar | أربعة أخماس الأصوات | ar | 60% من الأصوات | conflicts
en | over 1 million people | en | more than 2 million people | conflicts
en | Henry II of England | en | the 12th century in England | alone
en | the XX century | es | el siglo XX | agrees
en | the XX century | es | el siglo XIX | conflicts
en | died at the age of 54 | es | a los 54 años | agrees
en | died at the age of 54 | es | a los 64 años | conflicts
ar | ربع قرن | en | 40 % of voters | alone
ru | 500 рублей в месяц | ru | 700 рублей в год | alone
en | $500 per tonne | en | $80 per barrel | alone
en | 31 soldiers | en | 31,000 soldiers | conflicts
en | 1.5 degrees | en | 1.5 °C | agrees
en | 2.5 degrees | en | 1.5 °C | conflicts
en | 104 °F | es | 40 grados | agrees
en | 104 degrees | es | 40 °C | agrees
en | COVID 19 vaccines | de | 3000 Männer | alone
ru | Северный поток 2 взорвали | en | 4 explosions | alone
ru | 500 рублей | ru | 500 белорусских рублей | agrees
ru | 500 рублей | ru | 700 белорусских рублей | conflicts
en | £5-10 | en | 5 to 10 pounds | agrees
de | 40 Drohnen | en | 12 missiles | alone
uk | 12 поранених | en | 3 dead | alone
de | 40 Flüchtlinge | en | 12 people | conflicts
ru | за последние три недели погибли 5 человек | ru | за последние три дня погибли 5 человек | conflicts agrees
"""

REPEATED = """
ru | 4 тыщ человек | ru | четырёх тысяч человек
pl | 10 tysi ludzi | pl | 10 tysięcy osób
uk | три сотні детективів | en | 300 detectives
fr | un virgule sept pour cent | fr | 1,7 %
en | up two point two per cent | en | 2.2 percent
en | sixteen hundred years | en | 1,600-year-old
en | one billion one hundred million dollars | uk | 1,1 мільярда доларів
ar | مليارًا ونصف المليار دولار | en | 1.5 billion dollars
en | four billion and one hundred million US dollars | en | 4.1 billion dollars
uk | два десятки й ще чотири | uk | 24
en | ten bcm of gas | pl | 10 miliardów metrów sześciennych
en | 5 bcm | en | 5 billion cubic metres
pl | jednej trzeciej przypadków | en | one claim in every three
en | a year and two months | pl | 14 miesięcy
uk | 4 на 10 будинків | pl | 40 procent budynków
pl | 4 na 10 budynków | pl | 40 procent budynków
ar | ربع قرن | en | 25 years
de | 70 Cent pro Kilowattstunde | es | 700 euros por megavatio hora
ru | 0,6 кубического километра | ru | 600 миллионов кубометров
ar | 200 نقطة أساس | en | 2 %
en | 25 bps | en | 0.25 percentage points
es | 199 céntimos | en | 1.99 euros
fr | Trois euros quatre-vingt-quinze au lieu de trois euros quarante | fr | de 3,40 à 3,95 euros
pl | 15 VII 2025 | pl | 15 lipca 2025 r.
ru | 4 тыщи человек | en | 4,000 people
ru | 15 косарей рублей | ru | 15 000 рублей
ru | 5кк рублей | ru | 5 млн рублей
ru | 5 лямов рублей | ru | 5 млн рублей
ru | 25-тысячная толпа | ru | толпа в 25 тысяч
ru | 10к солдат | ru | 10 тысяч солдат
ru | 10 к солдат | ru | 10 тысяч солдат
uk | 5 тищ людей | uk | 5 тис. людей
uk | 3 лями гривень | uk | 3 млн гривень
uk | 25-тисячний натовп | en | a crowd of 25,000
be | 4 тыщы чалавек | be | чатыры тысячы чалавек
be | тры сотні чалавек | be | 300 чалавек
ru | пять сотен солдат | ru | 500 солдат
pl | trzy setki osób | pl | 300 osób
pl | 15 tysiaków złotych | pl | 15 000 zł
pl | 5 tyś. złotych | pl | 5000 złotych
pl | 25-tysięczny tłum | en | a crowd of 25,000
de | 5 Mio. Euro | de | 5 Millionen Euro
de | 3 Mrd Euro | de | drei Milliarden Euro
de | 3 Mia. Franken | de | drei Milliarden Franken
de | 5 Tsd. Menschen | de | 5000 Menschen
de | sechzehnhundert Jahre | en | 1,600 years
fr | seize cents ans | en | 1,600 years
fr | 5 M€ | fr | 5 millions d'euros
fr | 5 Md€ | fr | 5 milliards d'euros
fr | 10k soldats | fr | 10 000 soldats
es | $5 MM | es | 5 millones de dólares
es | tres centenares de soldados | es | 300 soldados
es | 4 mil personas | es | 4.000 personas
en | $5M in aid | en | 5 million dollars
en | 10k people | en | 10,000 people
en | 10 k people | en | 10,000 people
en | 5M people | en | 5 million people
en | 3 mil people | en | 3 million people
en | twenty-five hundred troops | en | 2,500 troops
ar | 5 الاف جندي | ar | 5000 جندي
ar | مليونين ونصف المليون شخص | en | 2.5 million people
ar | ألفين ونصف الألف دولار | en | 2,500 dollars
ar | ثلاثة مليارات ونصف المليار دولار | en | 3.5 billion dollars
ar | ثلاثة ملايين ومئتي ألف شخص | en | 3.2 million people
es | cuatro mil cien millones de dólares | en | 4.1 billion dollars
fr | un milliard cent millions de dollars | en | 1.1 billion dollars
de | eine Milliarde hundert Millionen Dollar | en | 1.1 billion dollars
de | eine Milliarde einhundert Millionen Dollar | en | 1.1 billion dollars
pl | miliard sto milionów dolarów | en | 1.1 billion dollars
ru | миллиард сто миллионов долларов | en | 1.1 billion dollars
uk | один мільярд сто мільйонів доларів | en | 1.1 billion dollars
be | адзін мільярд сто мільёнаў долараў | en | 1.1 billion dollars
ru | 4 млрд 100 млн долларов | en | 4.1 billion dollars
uk | 2 тисячі 300 осіб | uk | 2300 осіб
ru | две целых и семь десятых процента | ru | 2,7 %
ru | одна целая семь десятых процента | en | 1.7 %
uk | одна ціла сім десятих відсотка | en | 1.7 %
uk | нуль цілих п'ять десятих відсотка | en | 0.5 %
be | адна цэлая сем дзясятых працэнта | en | 1.7 %
pl | jeden przecinek siedem procent | en | 1.7 %
pl | dwa i pół procent | en | 2.5 %
de | eins Komma sieben Prozent | en | 1.7 %
de | zwei Komma zwei fünf Prozent | en | 2.25 %
es | uno coma siete por ciento | en | 1.7 %
es | dos coma setenta y cinco millones de euros | en | 2.75 million euros
fr | deux virgule vingt-cinq millions d'euros | en | 2.25 million euros
fr | zéro virgule cinq pour cent | en | 0.5 %
fr | deux virgule zéro cinq pour cent | en | 2.05 %
ar | واحد فاصلة سبعة في المائة | en | 1.7 %
en | zero point five degrees | en | 0.5 degrees
en | two point two five million euros | en | 2.25 million euros
ru | два десятка и ещё четыре танка | ru | 24 танка
pl | dwa tuziny i jeszcze cztery osoby | pl | 28 osób
en | 600 mcm of gas | en | 0.6 bcm
uk | 0,6 кубічного кілометра води | uk | 600 мільйонів кубометрів води
pl | 2 km³ wody | pl | 2 miliardy metrów sześciennych wody
de | 2 Kubikkilometer | de | 2 Milliarden Kubikmeter
fr | 2 kilomètres cubes | fr | 2 milliards de mètres cubes
es | 2 kilómetros cúbicos | es | 2.000 millones de metros cúbicos
be | 2 кубічныя кіламетры | be | 2 мільярды кубаметраў
ru | 10 млрд кубов газа | en | 10 bcm of gas
en | two in five voters | en | 40 % of voters
en | 4 in 5 people | en | four fifths of people
en | nine tenths of voters | en | 90% of voters
en | three-eighths of voters | en | 37.5% of voters
de | 12000 Briefwahlstimmen | de | zwölftausend Briefwahlstimmen
de | 12000 Briefwahlstimmen | de | 12.000 Briefwahlstimmen
de | dreitausendfünfhundert Menschen | de | 3.500 Menschen
de | zwölftausenddreihundertfünfundvierzig Stimmen | de | 12 345 Stimmen
de | tausendundeine Nacht | en | 1,001 nights
de | sieben Zehntel der Stimmen | de | 70 Prozent der Stimmen
de | ein Achtel der Stimmen | en | 12.5% of the votes
fr | neuf dixièmes des voix | fr | 90 % des voix
pl | czterema piątymi głosów | pl | 80% głosów
ru | четырьмя пятыми голосов | ru | 80% голосов
uk | чотирьох п'ятих голосів | uk | 80% голосів
be | адна пятая галасоў | be | 20% галасоў
ar | أربعة أخماس الأصوات | ar | 80% من الأصوات
en | 4 of 10 voters | en | 40 % of voters
en | 1/3 of voters | ru | треть избирателей
uk | 3/4 мешканців | uk | 75 % мешканців
de | ½ der Wölfe | de | die Hälfte der Wölfe
fr | 1/3 des étudiants | fr | un tiers des étudiants
en | 3½ hours | en | three and a half hours
de | 2 1/2 Stunden | de | zweieinhalb Stunden
en | quarter of a million people | en | 250,000 people
en | it was -5 °C | en | it was 23 °F
fr | au moins 15 degrés | fr | 16 degrés
ar | ٪٥٠ من السكان | ar | نصف السكان
ar | %50 من السكان | en | half of the population
es | al menos 15 grados | es | 16 grados
es | 15 grados bajo cero | ru | -15 градусов
ru | 20 градусов мороза | en | minus 20 degrees
ru | тысяча с лишним человек | ru | 1200 человек
pl | 20 z hakiem osób | pl | 23 osoby
en | 20 - odd people | en | 23 people
en | Jan. 5, 2023 | en | 5 January 2023
en | 5 july 2023 | en | July 5th, 2023
en | one in three voters | fr | un électeur sur trois
en | four out of ten houses | de | vier von zehn Häusern
ru | 4 из 10 домов | es | cuatro de cada diez casas
be | 4 з 10 дамоў | pl | 40 % domów
ar | أربعة من كل عشرة منازل | en | 40 % of houses
ru | каждый третий избиратель | en | a third of voters
uk | кожен четвертий | en | 25 %
de | jeder fünfte Deutsche | en | 20 % of Germans
pl | co trzeci wyborca | en | 33 % of voters
ru | 15 случаев на 100 тысяч населения | en | 15 cases per 100,000 people
ru | год и два месяца | en | 14 months
uk | рік і два місяці | en | 14 months
be | год і два месяцы | en | 14 months
pl | rok i dwa miesiące | en | 14 months
de | ein Jahr und zwei Monate | en | 14 months
fr | un an et deux mois | en | 14 months
es | un año y dos meses | en | 14 months
ar | سنة وشهرين | en | 14 months
ar | سنة وثلاثة أشهر | en | 15 months
en | 2 hours 30 minutes | en | 150 minutes
en | a year and a half | en | 18 months
ru | полтора года | en | 18 months
ru | год с половиной | en | 18 months
fr | un an et demi | en | 18 months
en | 2 years, 3 months and 5 days | en | 2 years 3 months 5 days
ru | четверть века | en | 25 years
uk | чверть століття | en | 25 years
be | чвэрць стагоддзя | en | 25 years
pl | ćwierć wieku | en | 25 years
de | ein Vierteljahrhundert | en | 25 years
fr | un quart de siècle | en | 25 years
es | un cuarto de siglo | en | 25 years
en | a quarter of a century | en | 25 years
en | a quarter century | ar | ربع قرن
ar | نصف قرن | en | 50 years
en | half a century | en | 50 years
ru | полвека | en | 50 years
en | a quarter of a million people | en | 250,000 people
ru | четверть миллиона человек | en | 250,000 people
ar | ربع مليون شخص | en | 250,000 people
en | three quarters of an hour | en | 45 minutes
en | $500 a month | en | 6,000 dollars per year
uk | 500 гривень на місяць | uk | 6000 гривень на рік
fr | 700 €/MWh | en | 0.70 euros per kilowatt hour
pl | 70 groszy za kilowatogodzinę | pl | 700 zł za MWh
de | 200 Basispunkte | en | 2 percentage points
ru | 200 базисных пунктов | en | 2 percentage points
uk | 25 базисних пунктів | en | 0.25 %
be | 25 базісных пунктаў | en | 0.25 %
pl | 25 punktów bazowych | en | 0.25 %
fr | 25 points de base | en | 0.25 %
es | 25 puntos básicos | en | 0.25 %
fr | 199 centimes | en | 1.99 euros
ru | 150 копеек | ru | 1,5 рубля
pl | 199 groszy | pl | 1,99 zł
es | tres euros con cuarenta céntimos | en | 3.40 euros
de | drei Euro vierzig | de | 3,40 Euro
ru | 3 рубля 40 копеек | ru | 3,40 рубля
fr | 3 € 40 | fr | 3,40 euros
pl | 15.VII.2025 | en | 15 July 2025
ru | 15 VII 2025 | en | 15 July 2025
en | three weeks | en | 21 days
fr | 12 wagons-citernes et 5 locomotives | pl | 12 cystern i 5 lokomotyw
en | 6 by 6 cm | de | 6 x 6 cm
en | each earned three points out of four | uk | кожен заробив три очки з чотирьох
en | three in seven attacks | en | 7 attacks
ru | 24 млрд кубометров | en | 24 bcm
en | two hundred and five point five million euros | en | 205.5 million euros
de | 25 Cent je kWh | en | 25 cents per kilowatt hour
ar | 70 سنتا لكل كيلوواط ساعة | en | 700 dollars per megawatt hour
be | 70 капеек за кілават-гадзіну | be | 700 рублёў за мегават-гадзіну
uk | півроку | en | six months
pl | kwadrans | en | 15 minutes
en | a fortnight | en | 14 days
de | 3 Euro 95 statt 3 Euro 40 | de | von 3,40 auf 3,95 Euro
es | 5 MM de dólares | es | 5 millones de dólares
fr | 5 M d'euros | fr | 5 millions d'euros
es | 5 M€ | es | 5 millones de euros
de | 5 Mrd. € | en | €5bn
pl | 5 mld zł | pl | 5 miliardów złotych
ar | 5 مليارات دولار | en | $5bn
en | four thousand one hundred million US dollars | en | 4.1 billion dollars
en | four thousand and one hundred million US dollars | en | 4.1 billion dollars
en | four billion, one hundred million US dollars | en | 4.1 billion dollars
ar | أربعة مليارات ومئة مليون دولار | en | 4.1 billion dollars
pl | cztery miliardy sto milionów dolarów | en | 4.1 billion dollars
de | vier Milliarden einhundert Millionen US-Dollar | en | 4.1 billion dollars
fr | quatre milliards cent millions de dollars | en | 4.1 billion dollars
fr | 70 centimes le kilowattheure | en | 700 euros per megawatt hour
es | 70 céntimos el kilovatio hora | en | 700 euros per megawatt hour
ar | 80 دولارا للبرميل | en | $80 a barrel
ar | 700 دولار للميغاواط ساعة | en | 70 cents per kWh
uk | 5 мільйонів баксів | en | $5M
ru | 2 лярда рублей | ru | 2 млрд рублей
en | 200 drones a day | uk | 200 дронів на добу
en | 200 drones a day | uk | 6000 дронів на місяць
es | 3 millones de toneladas al año | en | 250,000 tonnes a month
fr | il y a 3 000 soldats le mois dernier | en | 3,000 soldiers last month
en | up from 1.7 to 2.2 percent | en | two point two per cent, after one point seven
ru | рост на ноль целых три десятых процента | en | 0.3 % growth
ru | рост на три десятых процента | en | 0.3 % growth
uk | сім десятих відсотка | en | 0.7 %
pl | siedem dziesiątych procent | en | 0.7 %
be | сем дзясятых працэнта | en | 0.7 %
"""

CHANGED = """
en | 200 drones a day | ru | 200 дронов в неделю
en | It took 24 hours | pl | Zajęło to 24 miesiące
ru | за три недели | ru | за три дня
en | three months | en | three years
pl | w ciągu 2 tygodni | pl | w ciągu 2 miesięcy
fr | vingt-deux locomotives | pl | dwanaście lokomotyw
fr | deux virgule sept pour cent | fr | 3,7 %
en | 10 bcm of gas | en | 12 billion cubic metres of gas
en | four in ten houses | en | 60 % of houses
en | a year and two months | en | 16 months
ru | 500 рублей в месяц | ru | 500 рублей в год
ru | 500 рублей в месяц | ru | 700 рублей в месяц
en | 70 cents per kWh | en | 90 cents per kWh
en | it was minus 20 degrees | en | it was 20 degrees
en | it was -5 °C | en | it was 5 °C
ru | минус 15 градусов | ru | плюс 15 градусов
uk | 15 градусів морозу | uk | 15 градусів тепла
be | мінус 15 градусаў | be | 15 градусаў
pl | 15 stopni poniżej zera | pl | 15 stopni
de | minus 15 Grad | de | 15 Grad
fr | moins 15 degrés | fr | 15 degrés
fr | au moins 15 degrés | fr | 10 degrés
es | 15 grados bajo cero | es | 15 grados
ar | 15 درجة تحت الصفر | ar | 15 درجة
en | in july 2022 | en | in August 2022
en | on 5 may 2022 | en | on 6 May 2022
en | since august | en | since May
de | im mai 2022 | de | im Juni 2022
en | Mar. 5, 2023 | en | 6 March 2023
en | 25 basis points | en | 0.5 %
fr | trois euros quarante | fr | 3,95 euros
pl | 15 VII 2025 | en | 15 August 2025
de | in drei Wochen | de | in drei Tagen
fr | en trois semaines | fr | en trois jours
es | en tres semanas | es | en tres días
uk | за три тижні | uk | за три дні
be | за тры тыдні | be | за тры дні
ar | خلال ثلاثة أسابيع | ar | خلال ثلاثة أيام
ar | خلال أسبوعين | en | in two months
es | 22 locomotoras | de | 12 Lokomotiven
en | 22 photographers | pl | 12 fotografów
en | 22 volcanoes | pl | 12 wulkanów
uk | комісія 2 гривні | uk | комісія 2 %
en | one peso for each use | en | one dollar for each use
es | 40 pesos por cada uso | en | 40 euros for each use
pl | 300 koron za bilet | pl | 300 forintów za bilet
ru | 15 лир за билет | en | 15 shekels for a ticket
de | 12 Kronen je Stück | fr | 12 roupies la pièce
be | 5 тэнге за кожны | be | 5 % за кожны
ar | 20 ليرة للتذكرة | en | 20 dollars for the ticket
en | 5 kg for each family | en | 5 litres for each family
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("language", "text", "expected"), rows(READ))
def test_reads(language: str, text: str, expected: str) -> None:
    assert "; ".join(shown(value) for value in READER.read(text, language).values) == expected


def found(language: str, claim: str, other_language: str, statement: str) -> list[Finding]:
    return compare(READER.read(claim, language), READER.read(statement, other_language))


@pytest.mark.parametrize(("language", "claim", "other_language", "statement", "expected"), rows(COMPARED))
def test_compares(language: str, claim: str, other_language: str, statement: str, expected: str) -> None:
    assert " ".join(finding.outcome.value for finding in found(language, claim, other_language, statement)) == expected


@pytest.mark.parametrize(("language", "claim", "other_language", "statement", "expected"), rows(COMPARED))
def test_compares_alike_the_other_way_round(language: str, claim: str, other_language: str, statement: str, expected: str) -> None:
    there = {finding.outcome for finding in found(language, claim, other_language, statement)} - {Outcome.ALONE}
    back = {finding.outcome for finding in found(other_language, statement, language, claim)} - {Outcome.ALONE}
    assert there == back


@pytest.mark.parametrize(("language", "claim", "other_language", "statement"), rows(REPEATED))
def test_a_repetition_in_other_words_agrees(language: str, claim: str, other_language: str, statement: str) -> None:
    there = [finding.outcome for finding in found(language, claim, other_language, statement)]
    back = {finding.outcome for finding in found(other_language, statement, language, claim)}
    assert there
    assert set(there) == {Outcome.AGREES}
    assert back <= {Outcome.AGREES, Outcome.ALONE}


@pytest.mark.parametrize(("language", "claim", "other_language", "statement"), rows(CHANGED))
def test_another_number_or_unit_conflicts(language: str, claim: str, other_language: str, statement: str) -> None:
    assert [finding.outcome for finding in found(language, claim, other_language, statement)] == [Outcome.CONFLICTS]
    assert [finding.outcome for finding in found(other_language, statement, language, claim)] == [Outcome.CONFLICTS]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "a few hundred people"),
        ("en", "several thousand people"),
        ("de", "mehrere tausend Menschen"),
        ("de", "einige Hundert Menschen"),
        ("pl", "kilka tysięcy osób"),
        ("ru", "несколько тысяч человек"),
        ("es", "varios miles de personas"),
        ("ar", "بضعة آلاف شخص"),
        ("en", "you march on and may win"),
        ("en", "the august body"),
        ("en", "the 1/4 final"),
        ("ru", "1/8 финала"),
        ("en", "open 24/7"),
        ("uk", "тел. 044 123 45 67"),
        ("pl", "tel. 601 234 567"),
        ("fr", "appelez le 06 12 34 56 78"),
    ],
)
def test_what_is_no_figure(language: str, text: str) -> None:
    assert READER.read(text, language).values == ()


def test_words_that_two_languages_spell_apart_are_taken_for_one() -> None:
    (conflict,) = found("fr", "vingt-deux locomotives", "pl", "dwanaście lokomotyw")
    assert conflict.ground is Ground.NOUN


def test_conflicts_show_both_spans_and_why() -> None:
    claim, statement = "On 4 July 25 tanks crossed", "On 4 July 40 tanks crossed"
    _, conflict = found("en", claim, "en", statement)
    assert conflict.outcome is Outcome.CONFLICTS
    assert conflict.ground is Ground.NOUN
    assert conflict.statement
    assert claim[conflict.claim.start : conflict.claim.end] == "25"
    assert statement[conflict.statement.start : conflict.statement.end] == "40"


def test_a_span_covers_number_and_unit() -> None:
    text = "the army spent more than 1.5 million dollars"
    (value,) = READER.read(text, "en").values
    assert text[value.start : value.end] == "1.5 million dollars"


@pytest.mark.parametrize("language", LANGUAGES)
def test_knows_the_months_of_cldr(language: str) -> None:
    months = Locale(language).months
    for number in range(1, 13):
        for form in ("format", "stand-alone"):
            text = f"4 {months[form]['wide'][number]} 2024"
            assert [shown(value) for value in READER.read(text, language).values] == [f"2024-{number}-4"], text


HOSTILE = [
    "9" * 10_000,
    "1," * 5_000,
    "1.2" * 5_000,
    "1m-" * 6_000,
    "1 000 " * 3_000,
    "-1" * 5_000,
    "5-" * 5_000,
    "from 3 to " * 2_000,
    "twenty-" * 3_000,
    "million " * 2_500,
    "hundred and " * 1_700,
    "$€£%" * 5_000,
    "July " * 4_000,
    "between 2020 and " * 1_200,
    "early late " * 1_800,
    "x@" * 10_000,
    "+1" * 10_000,
    "http://" * 2_800,
    "II" * 10_000,
    "' " * 10_000,
    "ا" * 20_000,
    "".join(chr(code) for code in range(0x20, 0x3000)),
    "\u0301" * 20_000,
    "²½Ⅷ①",
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
@pytest.mark.parametrize("language", ["en", "ru", "ar", "xx"])
def test_hostile_texts_are_read(text: str, language: str) -> None:
    inside(text, READER.read(text, language).values)


@pytest.mark.parametrize(
    "sentence", ["About 25 tanks crossed on 4 July 2024. ", "no figures stand in this text at all, ", *HOSTILE[:6]]
)
def test_time_grows_with_the_text_only(sentence: str) -> None:
    def seconds(text: str) -> float:
        before = time.process_time()
        READER.read(text, "en")
        return time.process_time() - before

    def least(length: int) -> float:
        text = (sentence * (length // len(sentence) + 1))[:length]
        return min(seconds(text) for _ in range(3))

    assert least(20_000) < 8 * max(least(5_000), 0.01)


def inside(text: str, values: tuple[Value, ...]) -> None:
    assert all(0 <= value.start < value.end <= len(text) for value in values)
    assert [value.start for value in values] == sorted(value.start for value in values)


WORDS = st.sampled_from(
    [
        "1",
        "20",
        "2024",
        "1.5",
        "1,500",
        "3-5",
        "million",
        "half",
        "a",
        "from",
        "to",
        "between",
        "and",
        "July",
        "may",
        "%",
        "$",
        "km",
        "тысяч",
        "более",
        "5-й",
        "года",
        "مليون",
        "خمسة",
        "zwei",
        "mille",
        "XX",
        "-",
        ".",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=20).map(" ".join)), st.sampled_from(LANGUAGES))
def test_reading_never_fails_and_spans_lie_inside(text: str, language: str) -> None:
    figures = READER.read(text, language)
    inside(text, figures.values)
    assert all(finding.outcome is Outcome.AGREES for finding in compare(figures, figures))


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=101, max_value=999_999_999), st.sampled_from([" ", "\u00a0", "\u202f"]))
def test_digits_mean_the_same_however_grouped(number: int, gap: str) -> None:
    plain, grouped = (
        READER.read(f"there are {number:d} stones", "ru"),
        READER.read(f"there are {f'{number:,}'.replace(',', gap)} stones", "en"),
    )
    if any(isinstance(value, Period) for value in plain.values):
        return
    assert [finding.outcome for finding in compare(plain, grouped)] == [Outcome.AGREES]
