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
