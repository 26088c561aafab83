"""The translation printed with a letter for a reader of Tibetan or Yi: Chinese sentence by sentence beside it.

The Chinese letter is the authoritative text. What no translation is approved for stands in Chinese, marked 待译.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tongban.bilingual.rules.wording import Source
from tongban.cases.rules.letters import TITLES

PREVAILS = "本译文供阅读参考；译文与中文不一致的，以中文文本为准。"

# What each letter says, in sentences that can be translated. {…} are filled from the letter's data:
# names with their own translation where one is approved, dates as figures.
SENTENCES: dict[str, tuple[str, ...]] = {
    "receipt": (
        "您提交的“{item}”申请材料已于{received_on}收到。",
        "本凭证只证明收到材料，不代表已经受理。",
        "本机关将于{notice_due}前决定是否受理；逾期不告知的，自收到材料之日起即为受理。",
    ),
    "correction_notice": (
        "您的“{item}”申请需要补正下列材料：",
        "请于{correct_by}前一次补齐。",
        "对本告知有异议的，可以依法申请行政复议或者提起行政诉讼。",
    ),
    "promise": ("您就“{item}”申请签署的容缺承诺书已经存证，内容见中文文本。",),
    "pre_acceptance": (
        "您的“{item}”申请已容缺预受理；预受理不是受理。",
        "请于{supplement_by}前一次补齐承诺的材料；逾期退件，并记录一次失约。",
    ),
    "returned": (
        "您没有在{supplement_by}前补齐承诺的材料，“{item}”申请已退回，并记录一次失约。",
        "对本告知有异议的，可以依法申请行政复议或者提起行政诉讼。",
    ),
    "acceptance": (
        "您的“{item}”申请已于{accepted_on}受理。",
        "本机关承诺于{promised_due}前办结，法定期限届满日为{statutory_due}。",
    ),
    "non_acceptance": (
        "您的“{item}”申请不予受理，理由见中文文本。",
        "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。",
    ),
    "special_procedure": (
        "您的“{item}”申请依法需要特别程序，自{start_on}开始，预计{expected_days}个工作日。",
        "特别程序所需时间不计算在办理时限内。",
    ),
    "extension": ("您的“{item}”申请的办理期限依法延长，新的办结日期为{due}，理由见中文文本。",),
    "grant": (
        "本机关准予您的“{item}”申请。",
        "证照或者批准文件将于{delivery_due}前颁发、送达。",
    ),
    "refusal": (
        "本机关不予批准您的“{item}”申请，理由见中文文本。",
        "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。",
    ),
    "delivery": ("“{item}”的下列文书已经送达。",),
}
_PLACE = re.compile(r"\{(\w+)\}")
LISTED = {"receipt": "materials", "correction_notice": "defects"}  # lists whose names have translations

Approved = Callable[[str, str], str | None]  # (part, Chinese) -> approved words


def sources() -> list[Source]:
    """Titles and sentences of letters, to be translated."""
    titled = [Source(f"{kind}/title", TITLES[kind].zh, TITLES[kind].zh) for kind in SENTENCES]
    said = [
        Source(f"{kind}/{number}", sentence, TITLES[kind].zh)
        for kind, sentences in SENTENCES.items()
        for number, sentence in enumerate(sentences, start=1)
    ]
    return [*titled, *said, Source("all/prevails", PREVAILS, "")]


def rendering(document: Mapping[str, Any], language: str, approved: Approved) -> dict[str, Any] | None:
    """What is printed beside the letter `document` (JSON of `letters.document`), or None for a letter without.

    {language, prevails, lines: [{zh, words}]}; `words` is None where nothing is approved (待译).
    Basis: 民族乡行政工作条例 Art 5; configuration (中文为准).
    """
    kind = document["kind"]
    if kind not in SENTENCES:
        return None
    item = document["head"]["item_name"]["zh"]
    facts = {name: _figure(document[name]) for name in document if _figure(document[name]) is not None}
    facts |= {
        f"{name}_due": _figure(document[name]["due"])
        for name in ("statutory", "promised")
        if name in document
    }

    def line(part: str, zh: str) -> dict[str, Any]:
        words = approved(part, zh)
        named = {**facts, "item": approved("guides", item) or item}
        return {
            "zh": _filled(zh, {**facts, "item": item}),
            "words": _filled(words, named) if words is not None else None,
        }

    lines = [line("letters", TITLES[kind].zh), *(line("letters", said) for said in SENTENCES[kind])]
    listed = document.get(LISTED.get(kind, ""), ())
    lines += [line("guides", part["name"]["zh"]) for part in listed]
    return {"language": language, "prevails": line("letters", PREVAILS), "lines": lines}


def _filled(words: str, facts: Mapping[str, Any]) -> str:
    return _PLACE.sub(lambda place: str(facts.get(place[1], place[0])), words)


def _figure(value: Any) -> str | None:
    """A date as figures, which every reader reads; an instant by its day; a number as it is."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return value[:10] if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}", value) else str(value)
