"""What an officer's words ask for: documents, intermediaries' reports, payments, conditions. Names, never sentences."""

import re
from collections.abc import Iterator

from tongban.catalogue.rules.guide import Guide, Material

# What ends the name of a document somebody can be asked for.
_DOCUMENT = (
    "证明书|证明|报告书|报告|合同|协议书|协议|承诺书|保证书|确认书|意见书|鉴定书|公证书|推荐信|介绍信|审查表|登记表|"
    "批复|批文|许可证|资格证|资质证书|证书|发票|流水单|流水|公章备案"
)
_NAME = rf"(?P<name>(?!的)[㐀-鿿（）《》]{{1,24}}?(?:{_DOCUMENT}))"  # “提交的……” was handed in
_HAND_IN = "提供|提交|补交|补充提交|补充|附上|递交|上传"
# 已提交、可以提供 ask for nothing; 出具 is what organs do too, so it asks only with a word that says so.
_ASKED = re.compile(rf"(?<![已可以])(?<!补充)(?:{_HAND_IN}|(?:须|需|应当?|请)(?:另行)?出具){_NAME}")
_NOTHING = re.compile("不[用需必再]|无需|无须|免于|不得要求|可选择|虚假|伪造|变造|冒用|涂改")
_FILLER = re.compile(
    "^(由|经|的|一份|原件|该|本|上述|有关|相关|加盖公章|新的|完整|清晰|有效|所在|及|和|与|、)+"
)
_MAKER = re.compile(
    "^(?:.{0,10}(?:机构|事务所|公司|单位|中心|部门|派出所|居委会|村委会|街道|银行))(?:出具|开具|编制|作出)?的?"
)

# Reports only an intermediary can make.
_REPORT = re.compile(
    "(评估|评价|检测|检验|鉴定|审计|验资|论证|测绘|勘察|咨询|可行性研究|安全评价)(意见)?(报告书|报告|意见书|鉴定书)"
)
_OTHERS = re.compile(
    "保险费|社保费|税费|(申请人|企业|公司|学校|机构|单位|当事人).{0,12}收取"
)  # not the organ's
_FEE = re.compile(
    "(缴纳|交纳|缴清|预交|支付|收取)[^，。；、]{0,12}?(?P<name>[㐀-鿿]{0,8}(?:费用|费|押金|定金|工本费|保证金))"
)
_LAW = re.compile(
    "《[^》]*(法|条例|规定|办法|细则|规则|决定)(（[^）]*）)?》|[㐀-鿿]{2,}(法|条例|规定|办法|细则|规则)第"
)
_ARTICLE = re.compile("第[零一二三四五六七八九十百0-9]+条")
_PAPER = re.compile(
    "(按照?|依照?|依据|根据|遵照)[^，。；]{0,16}?(通知(?!书)|纪要|(?<![查审家验定])意见|方案|口头|内部|惯例|会议(?!室))"
    "|经[^，。；]{0,10}?(领导|会议(?!室)|会研究|口头)|领导(同意|批示|指示|要求)"
)
_NOTICE = re.compile("补正通知|一次性告知|通知补正|(已|书面)通知")  # what the applicant was told, no basis


def documents(words: str) -> Iterator[str]:
    """The documents that words ask for, by name, each once."""
    found: dict[str, None] = {}
    for clause in re.split("[，。；！\n]", words):
        if _NOTHING.search(clause):
            continue
        for match in _ASKED.finditer(clause):
            name = _MAKER.sub("", _FILLER.sub("", match["name"]))
            name = name.rpartition("的")[2]  # whose it is stays with the letter
            found[_FILLER.sub("", name).strip("（）《》")] = None
    return (name for name in found if len(name) > 1)


def intermediary(name: str) -> bool:
    """Whether a document of that name is an intermediary's report."""
    return bool(_REPORT.search(name))


def fees(words: str) -> Iterator[str]:
    """The payments that words ask for, by name."""
    for clause in re.split("[，。；！\n]", words):
        if not _NOTHING.search(clause) and not _OTHERS.search(clause):
            yield from dict.fromkeys(match["name"] for match in _FEE.finditer(clause))


def names_law(words: str) -> bool:
    """Whether words name a law, regulation or rule with its article; an organ's own paper is none.

    Basis: 行政许可法 Art 14–17, 38 para 2.
    """
    return bool(_LAW.search(words) and _ARTICLE.search(words))


def only_paper(words: str) -> bool:
    """Whether the basis is a notice, a meeting or a habit. Basis: 行政许可法 Art 17."""
    clauses = (clause for clause in re.split("[，。；！\n]", words) if not _NOTICE.search(clause))
    return any(_PAPER.search(clause) for clause in clauses) and not names_law(words)


def listed(name: str, guide: Guide) -> bool:
    """Whether the guide asks for a document of that name, in whatever words it calls it."""
    return any(_same(name, part) for part in guide.materials)


_ENOUGH = 0.6  # of a name's pairs of characters


def _same(name: str, part: Material) -> bool:
    said = part.name.zh
    if name in said or said in name:
        return True
    more = [
        part.acceptance.zh,
        part.how.zh if part.how else "",
        *(d.mend.zh + d.found.zh for d in part.defects),
    ]
    if any(name in words for words in more):
        return True
    pairs = {name[n : n + 2] for n in range(len(name) - 1)}
    held = {said[n : n + 2] for n in range(len(said) - 1)}
    return bool(pairs) and len(pairs & held) / len(pairs) >= _ENOUGH
