"""The sentences of grown guides: names, summaries, results, questions, in Chinese and English; pure."""

from tongban.catalogue.rules.guide import AnsweredQuestion, Audience, Kind, Limit, Result, Text
from tongban.catalogue.rules.guide import Unit as _Unit

STEPS = {
    "review": Text(zh="材料审查", en="Examination of the documents"),
    "survey": Text(zh="现场核查（两名以上工作人员）", en="Site check (at least two officers)"),
    "expert_review": Text(zh="专家评审（时间不计入承诺时限）", en="Expert review (not counted)"),
    "testing": Text(zh="检验检测（时间不计入承诺时限）", en="Testing (not counted)"),
    "publicity": Text(zh="公示", en="Posting for objections"),
    "decision": Text(zh="审批决定", en="Decision"),
}
VISITS = {
    "identity": Text(
        zh="需要本人到场核验身份、签字确认。", en="You must appear in person to be identified and to sign."
    ),
    "body": Text(
        zh="需要本人到场采集信息或者接受检查、考试。",
        en="You must be there for data capture, examination or a test.",
    ),
    "original": Text(
        zh="需要当场核验并收回纸质原件。", en="Paper originals are checked and taken back on the spot."
    ),
}
KEPT_OUT = {
    "site": Text(
        zh="需要专用场地、设备，在专门场所办理。", en="Needs special premises or equipment and is done there."
    ),
    "secret": Text(
        zh="涉及国家秘密，不适宜进驻大厅。", en="Concerns state secrets and cannot be handled in a hall."
    ),
    "near": Text(
        zh="在乡镇（街道）、学校、派出所等就近办理更方便。",
        en="More convenient nearby: at townships, schools or police stations.",
    ),
}
RIGHTS_LICENCE = Text(
    zh="申请人依法享有陈述权、申辩权；行政机关作出不予许可决定的，应当书面说明理由。对不予受理或者不予许可决定不服的，可以自知道该决定之日起60日内申请行政复议，也可以自知道之日起6个月内依法向人民法院提起行政诉讼。",
    en="You have the right to state your case and to defend it; a refusal must be in writing and give its reasons. Against a decision not to accept or not to grant you may apply for administrative reconsideration within 60 days of learning of it, or bring an administrative action before the people's court within six months.",
)
RIGHTS = Text(
    zh="申请人有权查询办理进度并获得书面答复，应当对申请内容和材料的真实性负责。对办理结果有异议的，可以向办理机关申请复核或者拨打12345反映；属于行政行为的，可以依法申请行政复议或者提起行政诉讼。",
    en="You may ask how far the matter is and receive an answer in writing; you answer for the truth of what you submit. If you disagree with the result, ask the organ to look at it again or call 12345; against an administrative act, reconsideration and court action are open.",
)

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """A number from 1 to 9999 as a law counts its articles: 65 is 六十五, 110 is 一百一十, 1105 is 一千一百零五."""
    words, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + sign
            gap = False
        elif words and number:
            gap = True
    return words.removeprefix("一") if words.startswith("一十") else words


def name(zh: str, en: str, part: tuple[str, str] | None) -> Text:
    """The item's name, with its sub-item in brackets."""
    return Text(zh=f"{zh}（{part[0]}）", en=f"{en} ({part[1]})") if part else Text(zh=zh, en=en)


def by_law(law: Text) -> Text:
    """The first condition of every item."""
    return Text(
        zh=f"符合{law.zh}规定的条件和标准。", en=f"The conditions and standards of the {law.en} are met."
    )


_PEOPLE = {
    frozenset({Audience.PERSON}): ("个人", "for persons"),
    frozenset({Audience.ENTERPRISE}): ("企业和单位", "for enterprises and organisations"),
    frozenset(Audience): ("个人和单位", "for persons and organisations"),
}


def summary(name: Text, whom: list[Audience], promised: Limit, visit: bool) -> Text:
    """What it is, for whom, how long and whether one has to come."""
    people = _PEOPLE[frozenset(whom)]
    zh_come, en_come = ("最多跑一次", "at most one visit") if visit else ("全程网办、不用跑", "wholly online")
    zh_time, en_time = _taken(promised)
    return Text(
        zh=f"{name.zh}，面向{people[0]}，{zh_time}，{zh_come}。",
        en=f"{name.en}, {people[1]}: {en_time}, {en_come}.",
    )


def _taken(limit: Limit) -> tuple[str, str]:
    if not limit.amount:
        return "当场办结", "done on the spot"
    zh, en = _days(limit)
    return f"{zh}办结", f"done within {en}"


def _days(limit: Limit) -> tuple[str, str]:
    zh, en = {
        _Unit.WORKING_DAYS: ("个工作日", "working day"),
        _Unit.CALENDAR_DAYS: ("日", "day"),
        _Unit.WORKING_HOURS: ("个工作小时", "working hour"),
    }[limit.unit]
    return f"{limit.amount}{zh}", f"{limit.amount} {en}{'' if limit.amount == 1 else 's'}"


_RESULTS = {
    Kind.LICENCE: ("准予行政许可决定书", "Decision granting the licence"),
    Kind.PAYMENT: ("待遇核定通知书", "Notice of the payment"),
    Kind.CONFIRMATION: ("行政确认书", "Confirmation"),
    Kind.OTHER: ("备案回执", "Receipt of filing"),
    Kind.PUBLIC_SERVICE: ("办理结果回执", "Receipt of the result"),
}


def result(words: str, kind: Kind) -> Result:
    """What is granted: "中文/English", or the kind's usual result. How the name ends decides what it is."""
    zh, _, en = words.partition("/")
    zh, en = (zh, en) if zh else _RESULTS[kind]
    if zh.endswith("证明"):
        return Result(name=Text(zh=zh, en=en), kind="certificate")
    if zh.endswith(("证", "证书", "执照")):
        return Result(name=Text(zh=zh, en=en), kind="licence")
    return Result(
        name=Text(zh=zh, en=en), kind="document" if zh.endswith(("文", "批复", "书")) else "certificate"
    )


def questions(
    name: Text, promised: Limit, statutory: Limit, kind: Kind, visit: bool
) -> list[AnsweredQuestion]:
    """What everybody asks: how long, whether to come, whether somebody else may."""
    zh, en = _taken(promised)
    law_zh, law_en = _days(statutory)
    law = (
        Text(zh="", en="")
        if not statutory.amount
        else Text(zh=f"，法定时限为{law_zh}", en=f"; the law allows {law_en}")
    )
    extra = Text(
        zh="；专家评审、检验检测等法定特别程序的时间不计算在内",
        en="; expert review, testing and other special procedures are not counted",
    )
    tail = extra if kind is Kind.LICENCE and promised.amount else Text(zh="", en="")
    return [
        AnsweredQuestion(
            ask=Text(zh=f"{name.zh}要多久？", en=f"How long does it take? ({name.en})"),
            answer=Text(zh=f"受理后{zh}{law.zh}{tail.zh}。", en=f"After acceptance: {en}{law.en}{tail.en}."),
        ),
        AnsweredQuestion(
            ask=Text(zh="必须到大厅来吗？", en="Do I have to come to the hall?"),
            answer=Text(
                zh="需要到现场一次，可以先在网上提交材料并预约时间。",
                en="Once; submit the documents online first and book a time.",
            )
            if visit
            else Text(
                zh="不用。网上提交申请，结果可以邮寄或者下载；不方便上网的，到任一综合窗口都能办。",
                en="No. Apply online and have the result posted or download it; any general window helps as well.",
            ),
        ),
    ]
