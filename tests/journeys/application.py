"""One application for a food business licence, filled in by hand: what wang_xiaomei types and gives."""

from tests.journeys.people import Person, scan

GUIDANCE = (  # question, answer
    ("您要办的是哪一类主体业态？", "餐饮服务（餐馆、小吃店、饮品店等）"),
    ("是否制售冷食类、生食类食品或者裱花蛋糕？", "否"),
    ("经营场所是自有的还是租赁的？", "租赁（含无偿使用）"),
)
TYPED = {  # section: {label: words}; what is prefilled is left alone
    "申请人信息": {
        "法定代表人（负责人、经营者）": "王晓梅",
        "法定代表人（负责人、经营者）身份证号码": "513101197001010013",
    },
    "经营场所": {
        "场所详细地址": "雅安市雨城区西门北路88号",
        "场所使用面积（平方米）": "86.50",
        "食品处理区面积（平方米）": "30",
        "年": "2031",
        "月": "12",
        "日": "31",
    },
    "经营项目": {"最大就餐人数": "40"},
    "从业人员与食品安全管理": {
        "从业人员人数": "6",
        "食品安全管理人员姓名": "王晓梅",
        "食品安全管理人员电话": "13900001001",
    },
}
CHOSEN = {"经营项目": ("热食类食品制售", "是")}
MATERIALS = (
    "与食品经营相适应的主要设备设施布局和操作流程图",
    "保证食品安全的规章制度目录清单",
    "从事接触直接入口食品工作人员的健康证明",
    "经营场所租赁合同或者无偿使用证明",
)
MISSING = MATERIALS[0]


def answers_the_guidance(person: Person) -> None:
    for question, answer in GUIDANCE:
        assert person.heading() == question
        person.picks(answer).clicks("继续")


def fills(person: Person, section: str, leave_out: tuple[str, ...] = ()) -> None:
    """One theme of the form, as typed above, saved."""
    for label, words in TYPED[section].items():
        if label not in leave_out:
            person.types(label, words)
    for choice in CHOSEN.get(section, ()):
        person.picks(choice)
    if section == "经营场所":
        person.main.get_by_label("场所所在乡镇（街道）").select_option(index=1)
    person.clicks("保存并继续")


def gives(person: Person, material: str) -> None:
    """One material from the task list."""
    person.clicks(material).gives_file("扫描件.png", scan(material)).clicks("上传").sees("扫描件.png")
