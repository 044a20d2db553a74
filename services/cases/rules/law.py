"""The instruments that the rules of this service cite."""

from datetime import date

from shared.citation import Instrument, Mark

HANDLING_RULES = Instrument(
    "R",
    "人民检察院公益诉讼办案规则",
    "Rules for the Handling of Public Interest Litigation Cases by People's Procuratorates",
    date(2021, 7, 1),
)
INTERPRETATION = Instrument(
    "J",
    "最高人民法院、最高人民检察院关于检察公益诉讼案件适用法律若干问题的解释",
    "Joint Interpretation on the Application of Law in Procuratorial Public Interest Litigation",
    date(2021, 1, 1),
)
PIPL = Instrument(
    "PIPL", "中华人民共和国个人信息保护法", "Personal Information Protection Law", date(2021, 11, 1)
)
NOTICE = Instrument(
    "Notice",
    "最高人民检察院关于贯彻执行个人信息保护法推进个人信息保护公益诉讼检察工作的通知",
    "Supreme People's Procuratorate, Notice on personal information public interest litigation",
    date(2021, 8, 21),
    Mark.SECONDARY,
)
GUIDING_CASE = Instrument("GC", "最高人民检察院指导性案例", "Guiding cases of the SPP", None, Mark.SECONDARY)
SUGGESTION_RULES = Instrument(
    "SUG",
    "人民检察院检察建议工作规定",
    "Provisions on the Work of Procuratorial Suggestions",
    date(2019, 2, 26),
)
ADMINISTRATIVE_LITIGATION = Instrument(
    "ALL", "中华人民共和国行政诉讼法", "Administrative Litigation Law (text of 2017)", None
)
CIVIL_PROCEDURE = Instrument("CPL", "中华人民共和国民事诉讼法", "Civil Procedure Law (text of 2023)", None)
CRIME_INTERPRETATION = Instrument(
    "CR",
    "最高人民法院、最高人民检察院关于办理侵犯公民个人信息刑事案件适用法律若干问题的解释",
    "Joint Interpretation on Criminal Cases of Infringing Citizens' Personal Information",
    date(2017, 6, 1),
)
RULES_SINCE = date(2021, 7, 1)
INTERPRETATION_SINCE = date(2021, 1, 1)
