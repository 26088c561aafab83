"""What of a guide is translated into the languages of the ethnic counties: name, summary, names of materials."""

from collections.abc import Iterable, Mapping

from tongban.bilingual.rules.wording import Source
from tongban.catalogue.rules.guide import Guide


def sources(guides: Iterable[Guide]) -> list[Source]:
    """The wordings of guides, each at its place: "<base code>/name", "/summary", "/materials/<code>".

    Basis: 民族乡行政工作条例 Art 5; configuration (办事指南译名称、简介、材料名称).
    """
    return [
        Source(key=f"{guide.base_code}/{where}", zh=zh, place=f"{guide.name.zh} {guide.base_code}")
        for guide in guides
        for where, zh in (
            ("name", guide.name.zh),
            ("summary", guide.summary.zh),
            *((f"materials/{part.code}", part.name.zh) for part in guide.materials),
        )
        if zh
    ]


def scene_sources(scenes: Mapping[str, str]) -> list[Source]:
    """The names of scenes ({key: Chinese}), as people meet them on the home page.

    Basis: configuration.
    """
    return [Source(key=f"scenes/{key}", zh=zh, place="办事场景") for key, zh in scenes.items()]
