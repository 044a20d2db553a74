"""The instruments that the rules of this service cite."""

from datetime import date

from shared.citation import OURS, Citation, Instrument, Mark

HANDLING_RULES = Instrument(
    "R",
    "人民检察院公益诉讼办案规则",
    "Rules for the Handling of Public Interest Litigation Cases by People's Procuratorates",
    date(2021, 7, 1),
)
ORGANIC_LAW = Instrument(
    "OL", "中华人民共和国人民检察院组织法", "Organic Law of the People's Procuratorates", None
)
SUGGESTION_RULES = Instrument(
    "SUG",
    "人民检察院检察建议工作规定",
    "Provisions on the Work of Procuratorial Suggestions",
    date(2019, 2, 26),
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
TRANSFER_RULES = Instrument(
    "TR",
    "行政执法机关移送涉嫌犯罪案件的规定",
    "Provisions on the transfer of suspected crimes by enforcement agencies",
    date(2020, 8, 7),
)
POLICE_RULES = Instrument(
    "MPS",
    "公安机关办理刑事案件程序规定",
    "Procedure of public security organs in criminal cases",
    date(2020, 7, 20),
)
NOTICE_2022 = Instrument(
    "N2022",
    "关于加强刑事检察与公益诉讼检察衔接协作严厉打击电信网络犯罪加强个人信息司法保护的通知",
    "Notice of 2022 on criminal and public interest prosecutors protecting personal information",
    None,
    Mark.SECONDARY,
)
ECONOMIC_CRIME_RULES = Instrument(
    "EC",
    "办理经济犯罪案件的联合规定",
    "Joint rules on handling economic crime cases",
    None,
    Mark.SECONDARY,
)
CIVIL_LITIGATION = Instrument("CPL", "中华人民共和国民事诉讼法", "Civil Procedure Law", None)
ADMINISTRATIVE_LITIGATION = Instrument(
    "ALL", "中华人民共和国行政诉讼法", "Administrative Litigation Law", None
)
GUIDING_CASE = Instrument(
    "GC",
    "最高人民检察院指导性案例",
    "Guiding cases of the Supreme People's Procuratorate",
    None,
    Mark.SECONDARY,
)

RULES_SINCE = date(2021, 7, 1)

__all__ = [
    "ADMINISTRATIVE_LITIGATION",
    "CIVIL_LITIGATION",
    "ECONOMIC_CRIME_RULES",
    "GUIDING_CASE",
    "HANDLING_RULES",
    "INTERPRETATION",
    "NOTICE_2022",
    "ORGANIC_LAW",
    "OURS",
    "PIPL",
    "POLICE_RULES",
    "RULES_SINCE",
    "SUGGESTION_RULES",
    "TRANSFER_RULES",
    "Citation",
    "Instrument",
    "Mark",
]
