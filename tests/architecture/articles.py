"""The articles that this project has read, per instrument; a rule that cites another one was made up."""


def _articles(text: str) -> frozenset[int]:
    """`"5-7 10"` as the numbers 5, 6, 7 and 10."""
    found: set[int] = set()
    for part in text.split():
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return frozenset(found)


READ = {
    # 人民检察院公益诉讼办案规则 (2021)
    "R": _articles("5-67 69-79 81-107 109-112"),
    # 关于检察公益诉讼案件适用法律若干问题的解释 (2020)
    "J": _articles("5 8 12 13 17 21"),
    # 个人信息保护法 (2021)
    "PIPL": _articles("28 29 31 54-58 60 61 63-66 68-70"),
    # 行政诉讼法 (2017), 民事诉讼法 (2023)
    "ALL": _articles("51 67 81 85 88 96 101"),
    "CPL": _articles("85 86 126 128 152 171 183"),
    # 人民检察院组织法 (2018)
    "OL": _articles("13 24"),
    # 人民检察院检察建议工作规定 (2019)
    "SUG": _articles("3 7 15 16 18 20-23 25 30"),
    # 行政执法机关移送涉嫌犯罪案件的规定 (2020)
    "TR": _articles("5-9 12"),
    # 公安机关办理刑事案件程序规定 (2020)
    "MPS": _articles("175 180-182"),
    # 关于办理侵犯公民个人信息刑事案件适用法律若干问题的解释 (2017)
    "CR": _articles("5 6 11"),
    # 政务数据共享条例 (2025), 行政处罚法 (2021)
    "GDS": _articles("21 22 26 28 43"),
    "APL": _articles("27 82"),
}
