"""Names and numbers as they may be shown without a reason. Basis: 个人信息保护法 Art 6, 25."""

import re

# Two-character family names met often enough that masking must keep both characters.
COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "太史",
        "端木",
        "上官",
        "司马",
        "东方",
        "独孤",
        "南宫",
        "万俟",
        "闻人",
        "夏侯",
        "诸葛",
        "尉迟",
        "公羊",
        "赫连",
        "澹台",
        "皇甫",
        "宗政",
        "濮阳",
        "公冶",
        "太叔",
        "申屠",
        "公孙",
        "慕容",
        "仲孙",
        "钟离",
        "长孙",
        "宇文",
        "司徒",
        "鲜于",
        "司空",
        "闾丘",
        "子车",
        "亓官",
        "司寇",
        "巫马",
        "公西",
        "颛孙",
        "壤驷",
        "公良",
        "漆雕",
        "乐正",
        "宰父",
        "谷梁",
        "拓跋",
        "夹谷",
        "轩辕",
        "令狐",
        "段干",
        "百里",
        "呼延",
        "东郭",
        "南门",
        "羊舌",
        "微生",
        "梁丘",
        "左丘",
        "东门",
        "西门",
        "南荣",
        "第五",
    ]
)


def mask_name(name: str) -> str:
    """A person's name with its middle hidden: 张*明, 张*, 欧阳*, 欧阳*明; other scripts keep the first letter of each word.

    Basis: 个人信息保护法 Art 6, 25.
    """
    if not name:
        return ""
    if re.search(r"[A-Za-z]", name):
        return " ".join(word[0] + "*" * (len(word) - 1) for word in name.split())
    if "·" in name:
        first, *rest = name.split("·")
        return "·".join([first, *("*" * len(part) for part in rest)])
    kept = 2 if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else 1
    hidden = len(name) - kept
    if hidden <= 0:
        return "*" if len(name) == 1 else name[0] + "*"
    return name[:kept] + "*" if hidden == 1 else name[:kept] + "*" * (hidden - 1) + name[-1]


def mask_id_number(number: str) -> str:
    """An ID number with its first six and last four characters left.

    Basis: 个人信息保护法 Art 6, 25 (ID 6+4).
    """
    return (
        number[:6] + "*" * max(len(number) - 10, 0) + number[-4:] if len(number) > 10 else "*" * len(number)
    )


def mask_phone(number: str) -> str:
    """A telephone number with its first three and last four digits left.

    Basis: 个人信息保护法 Art 6.
    """
    return number[:3] + "*" * max(len(number) - 7, 0) + number[-4:] if len(number) > 7 else "*" * len(number)
