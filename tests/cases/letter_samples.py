"""One full letter of every kind, with every optional part filled."""

from datetime import UTC, date, datetime, timedelta, timezone

from tongban.cases.rules import letters as rules
from tongban.catalogue.rules.guide import Medium, Original, Text
from tongban.engine.clock import Ground, Limit, Unit

CST = timezone(timedelta(hours=8))
ORGAN = Text(zh="雅安市市场监督管理局", en="Ya'an Administration for Market Regulation")
PLAN = Text(zh="经营场所平面图和设备布局图", en="Floor plan with the layout of equipment")
REMEDIES = rules.remedies(
    Text(zh="雅安市人民政府", en="the People's Government of Ya'an"),
    Text(zh="雅安市雨城区人民法院", en="the People's Court of Yucheng District"),
)
REASON = Text(zh="食品处理区与卫生间直接相通；", en="The food area opens into the toilet;")


def head(**changes) -> rules.LetterHead:
    given = {
        "organ": ORGAN,
        "organ_code": "11511800MB0A01029B",
        "number": "雅市监字〔2026〕12号",
        "addressee": "雅安市雨城区蜀味轩餐饮店",
        "addressee_kind": "company",
        "case_no": "11511800MB0A01029B3000131001000202611230001",
        "query_code": "7K3M9Q2XA",
        "item_name": Text(zh="食品经营许可（新办）", en="Food business licence (new)"),
        "issued_on": date(2026, 11, 24),
        "verify_url": "https://tongban.example/verify/7K3M9Q2XAB4C/",
        "demo": True,
        "seal_name": ORGAN.zh,
        "phone": "0835-2222222",
        "address": Text(zh="政务服务中心二楼综合窗口", en="Counter on the second floor"),
        "entrusted": rules.entrusted(
            Text(zh="雅安市雨城区多营镇人民政府", en="Duoying Town Government"), "雅府发〔2026〕3号"
        ),
    }
    return rules.LetterHead(**given | changes)


def deadline(amount: int, due: datetime, unit: Unit = Unit.WORKING_DAYS) -> rules.Deadline:
    return rules.Deadline(limit=Limit(amount=amount, unit=unit), due=due)


def samples(**changes) -> dict[str, rules.Letter]:
    """One full letter of every kind; `changes` go to its head."""
    common = {"head": head(**changes)}
    decided = {"received_on": date(2026, 11, 20), "accepted_on": date(2026, 11, 23)}
    return {
        "receipt": rules.ReceiptLetter(
            **common,
            basis=rules.grounds("receipt"),
            channel=Text(zh="网上办事大厅", en="the online hall"),
            received_at=datetime(2026, 11, 21, 11, 7, tzinfo=UTC),
            received_on=date(2026, 11, 23),
            materials=(
                rules.ReceivedMaterial(name=PLAN, original=Original.BOTH, medium=Medium.PAPER, copies=3),
                rules.ReceivedMaterial(
                    name=Text(zh="从业人员健康证明", en="Health certificates of staff"),
                    original=Original.COPY,
                    medium=Medium.ELECTRONIC,
                ),
            ),
            notice_due=date(2026, 11, 30),
            received_by="李敏",
        ),
        "promise": rules.PromiseLetter(
            **common,
            received_on=date(2026, 11, 23),
            materials=(PLAN,),
            days=5,
            terms=(Text(zh="承诺按期补齐；", en="Promises to supply it in time;"),),
            signature=rules.SignatureLine(
                name="王晓梅",
                capacity=Text(zh="申请人本人", en="The applicant in person"),
                method=Text(zh="实名账户登录并再次输入密码", en="Verified account, password given again"),
                at=datetime(2026, 11, 23, 3, 20, tzinfo=UTC),
                digest="0123456789abcdef" * 4,
            ),
        ),
        "pre_acceptance": rules.PreAcceptanceLetter(
            **common,
            basis=rules.grounds("pre_acceptance"),
            received_on=date(2026, 11, 23),
            materials=(PLAN,),
            supplement_by=date(2026, 12, 1),
            provisional=True,
        ),
        "returned": rules.ReturnedLetter(
            **common,
            basis=rules.grounds("returned"),
            received_on=date(2026, 11, 23),
            pre_accepted_on=date(2026, 11, 24),
            materials=(PLAN,),
            supplement_by=date(2026, 12, 1),
            remedies=REMEDIES,
        ),
        "correction_notice": rules.CorrectionLetter(
            **common,
            basis=rules.grounds("correction_notice"),
            received_on=date(2026, 11, 23),
            correct_by=date(2026, 12, 14),
            defects=(
                rules.DefectiveMaterial(
                    name=PLAN,
                    found=Text(
                        zh="未标明各功能间的用途和面积", en="Use and area of the rooms are not marked"
                    ),
                    mend=Text(zh="逐一标明用途和面积后重新提交", en="Mark use and area and submit again"),
                    basis=Text(
                        zh="《食品经营许可和备案管理办法》", en="Measures for Food Business Licensing"
                    ),
                    sample=Text(zh="事项页面样表下载", en="Sample on the page of the item"),
                    remark="二层",
                ),
            ),
            conditions=(Text(zh="具有相适应的经营场所", en="Suitable premises"),),
            remedies=REMEDIES,
            round=2,
        ),
        "acceptance": rules.AcceptanceLetter(
            **common,
            basis=rules.grounds("acceptance"),
            **decided,
            statutory=deadline(20, datetime(2026, 12, 21, 23, 59, 59, tzinfo=CST)),
            promised=deadline(5, datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC)),
            provisional=True,
            fee=Text(zh="每证10元", en="10 yuan a licence"),
        ),
        "non_acceptance": rules.NonAcceptanceLetter(
            **common,
            ground="not_competent",
            received_on=date(2026, 11, 23),
            reasons=(REASON, Text(zh="经营场所位于成都市。", en="The premises are in Chengdu.")),
            basis=rules.grounds("non_acceptance", "not_competent"),
            remedies=REMEDIES,
            competent=Text(zh="成都市武侯区市场监督管理局", en="the organ of Wuhou District"),
        ),
        "special_procedure": rules.SpecialProcedureLetter(
            **common,
            basis=rules.grounds("special_procedure"),
            accepted_on=date(2026, 11, 23),
            ground=Ground.EXPERT_REVIEW,
            start_on=date(2026, 11, 25),
            expected_days=10,
            reasons=(REASON,),
        ),
        "extension": rules.ExtensionLetter(
            **common,
            basis=rules.grounds("extension", "organ_head"),
            accepted_on=date(2026, 11, 23),
            approver="organ_head",
            limit=Limit(amount=10),
            former_due=datetime(2026, 12, 21, 23, 59, 59, tzinfo=CST),
            due=datetime(2027, 1, 5, 23, 59, 59, tzinfo=CST),
            provisional=True,
            reasons=(REASON,),
        ),
        "grant": rules.GrantLetter(
            **common,
            basis=rules.grounds("grant"),
            **decided,
            details=(
                rules.Detail(
                    label=Text(zh="经营项目", en="Scope"), value=Text(zh="热食类食品制售", en="Hot food")
                ),
            ),
            result=Text(zh="《食品经营许可证》", en="The food business licence"),
            valid_until=date(2031, 11, 23),
            delivery_due=date(2026, 12, 8),
            duties=(Text(zh="在显著位置悬挂许可证。", en="Display the licence."),),
        ),
        "refusal": rules.RefusalLetter(
            **common,
            **decided,
            reasons=(REASON, Text(zh="未配备消毒设施。", en="There is no disinfection equipment.")),
            basis=(
                Text(zh="《中华人民共和国食品安全法》第三十三条", en="Article 33 of the Food Safety Law"),
                *rules.grounds("refusal"),
            ),
            remedies=REMEDIES,
            heard=Text(zh="陈述意见未予采纳。", en="The statement was not adopted."),
        ),
        "delivery": rules.DeliveryLetter(
            **common,
            basis=rules.grounds("delivery"),
            documents=(
                rules.Served(name=rules.TITLES["grant"], number="雅市监准〔2026〕9号"),
                rules.Served(name=rules.TITLES["licence"], number="JY25118020012345", copies=2),
            ),
            method=Text(zh="直接送达", en="Personal service"),
            place=Text(zh="出件窗口", en="Delivery counter"),
            recipient="张三",
            relation=Text(zh="法定代表人", en="legal representative"),
            delivered_at=datetime(2026, 11, 26, 10, 5, tzinfo=CST),
            deliverers=("王芳", "赵强"),
            remark=Text(zh="当面核对无误", en="Checked on the spot"),
        ),
        "licence": rules.Licence(
            **common,
            name=Text(zh="食品经营许可证", en="Food Business Licence"),
            details=(
                rules.Detail(
                    label=Text(zh="经营者名称", en="Operator"), value=Text(zh="蜀味轩", en="Shuweixuan")
                ),
                rules.Detail(
                    label=Text(zh="统一社会信用代码", en=""), value=Text(zh="91511802MA62QX8TXN", en="")
                ),
            ),
            valid_from=date(2026, 11, 24),
            valid_until=date(2031, 11, 23),
            notes=(Text(zh="监督举报电话12315", en="Complaints: 12315"),),
        ),
    }
