"""The official words of a guide's parts and values: Chinese as workbooks and exchanges write them, and English.

Source: GB/T 39046-2020 and the national 实施清单 elements.
"""

from enum import Enum

from tongban.catalogue.rules.guide import (
    Audience,
    Channel,
    FieldKind,
    Kind,
    Level,
    Medium,
    Necessity,
    Original,
    Reach,
    Source,
    StepKind,
    Support,
    Text,
    Unit,
)

VALUES: dict[type[Enum], dict[str, Text]] = {
    Kind: {
        "licence": Text(zh="行政许可", en="Licence"),
        "payment": Text(zh="行政给付", en="Payment"),
        "confirmation": Text(zh="行政确认", en="Confirmation"),
        "other": Text(zh="其他行政权力", en="Other power"),
        "public_service": Text(zh="公共服务", en="Public service"),
    },
    Level: {
        "city": Text(zh="市级", en="City"),
        "county": Text(zh="县级", en="County"),
        "town": Text(zh="乡镇（街道）级", en="Township"),
    },
    Audience: {"person": Text(zh="自然人", en="Persons"), "enterprise": Text(zh="法人", en="Enterprises")},
    Unit: {
        "working_days": Text(zh="工作日", en="working days"),
        "calendar_days": Text(zh="自然日", en="calendar days"),
        "working_hours": Text(zh="工作小时", en="working hours"),
    },
    Necessity: {
        "required": Text(zh="必要", en="Required"),
        "optional": Text(zh="非必要", en="Optional"),
        "tolerable": Text(zh="容缺后补", en="May follow later"),
    },
    Original: {
        "original": Text(zh="原件", en="Original"),
        "copy": Text(zh="复印件", en="Copy"),
        "both": Text(zh="原件和复印件", en="Original and copy"),
    },
    Medium: {
        "paper": Text(zh="纸质", en="Paper"),
        "electronic": Text(zh="电子化", en="Electronic"),
        "both": Text(zh="纸质和电子化", en="Paper and electronic"),
    },
    Source: {
        "applicant": Text(zh="申请人自备", en="From the applicant"),
        "government": Text(zh="政府部门核发", en="Issued by an organ"),
        "shared": Text(zh="数据共享", en="By data sharing"),
        "form": Text(zh="在线填写生成", en="Made from the form"),
        "other": Text(zh="其他", en="Other"),
    },
    FieldKind: {
        "text": Text(zh="单行文字", en="Text"),
        "long_text": Text(zh="多行文字", en="Long text"),
        "integer": Text(zh="整数", en="Whole number"),
        "decimal": Text(zh="小数", en="Decimal number"),
        "money": Text(zh="金额（元）", en="Amount (yuan)"),
        "date": Text(zh="日期", en="Date"),
        "choice": Text(zh="单选", en="One choice"),
        "multiple": Text(zh="多选", en="Several choices"),
        "yes_no": Text(zh="是否", en="Yes or no"),
        "uscc": Text(zh="统一社会信用代码", en="Social credit code"),
        "id_number": Text(zh="公民身份号码", en="ID number"),
        "phone": Text(zh="电话", en="Telephone"),
        "address": Text(zh="地址", en="Address"),
        "town": Text(zh="乡镇（街道）", en="Township"),
        "place": Text(zh="地址（按乡镇）", en="Address by township"),
    },
    StepKind: {
        "review": Text(zh="审查", en="Examination"),
        "survey": Text(zh="现场核查", en="Site check"),
        "expert_review": Text(zh="专家评审", en="Expert review"),
        "testing": Text(zh="检验检测检疫鉴定", en="Testing"),
        "publicity": Text(zh="公示", en="Publicity"),
        "decision": Text(zh="决定", en="Decision"),
    },
    Channel: {
        "window": Text(zh="窗口", en="At the window"),
        "web": Text(zh="电脑端网上", en="Online by computer"),
        "mobile": Text(zh="移动端", en="By phone"),
        "courier": Text(zh="快递申请", en="By post"),
    },
    Reach: {
        "county": Text(zh="全县", en="Whole county"),
        "city": Text(zh="全市", en="Whole city"),
        "province": Text(zh="跨市", en="Whole province"),
        "nation": Text(zh="跨省", en="Whole country"),
    },
    Support: {
        "appointment": Text(zh="预约办理", en="Appointments"),
        "posted_materials": Text(zh="材料邮寄", en="Documents by post"),
        "posted_result": Text(zh="结果邮寄", en="Result by post"),
        "online_payment": Text(zh="网上支付", en="Online payment"),
        "kiosk": Text(zh="自助终端", en="Self-service kiosk"),
    },
}

# Sheets of a workbook by the part of the guide they hold.
SHEETS: dict[str, Text] = {
    "": Text(zh="事项", en="Item"),
    "basis": Text(zh="设定依据", en="Legal basis"),
    "conditions": Text(zh="受理条件", en="Conditions"),
    "questions": Text(zh="情形问题", en="Guidance questions"),
    "questions.options": Text(zh="情形选项", en="Options"),
    "materials": Text(zh="申请材料", en="Documents"),
    "materials.defects": Text(zh="材料常见问题", en="Defects"),
    "form": Text(zh="表单分节", en="Form sections"),
    "form.fields": Text(zh="表单字段", en="Form fields"),
    "form.fields.options": Text(zh="字段选项", en="Field options"),
    "steps": Text(zh="办理环节", en="Steps"),
    "fees": Text(zh="收费", en="Fees"),
    "result.prints": Text(zh="证照载明事项", en="Printed on the licence"),
    "faq": Text(zh="常见问题", en="Frequent questions"),
}

# Words of the fields; a bilingual one has a second column, a limit a second one for its unit.
FIELDS: dict[str, Text] = {
    "number": Text(zh="序号", en="Number"),
    "base_code": Text(zh="基本编码", en="Base code"),
    "name": Text(zh="名称", en="Name"),
    "kind": Text(zh="类型", en="Kind"),
    "department": Text(zh="主管部门", en="Department"),
    "levels": Text(zh="行使层级", en="Levels"),
    "audiences": Text(zh="服务对象", en="Serves"),
    "instant": Text(zh="是否即办", en="On the spot"),
    "summary": Text(zh="一句话说明", en="Summary"),
    "synonyms": Text(zh="别名", en="Other names"),
    "scenes": Text(zh="场景", en="Scenes"),
    "statutory": Text(zh="法定办结时限", en="Statutory limit"),
    "promised": Text(zh="承诺办结时限", en="Promised limit"),
    "result": Text(zh="审批结果", en="Result"),
    "visits": Text(zh="到办事现场次数", en="Visits"),
    "visits_reason": Text(zh="必须现场办理原因", en="Reason for visits"),
    "online_depth": Text(zh="网上办理深度", en="Online depth"),
    "rights": Text(zh="权利义务", en="Rights"),
    "quantity_limited": Text(zh="是否有数量限制", en="Limited in number"),
    "demo": Text(zh="演示数据", en="Demo data"),
    "extendable": Text(zh="能否延期", en="May be extended"),
    "service": Text(zh="", en=""),
    "validity_months": Text(zh="有效期（月）", en="Validity (months)"),
    "channels": Text(zh="办理形式", en="Channels"),
    "reach": Text(zh="通办范围", en="Reach"),
    "supports": Text(zh="服务方式", en="Supports"),
    "in_hall": Text(zh="是否进驻大厅", en="In the hall"),
    "kept_out": Text(zh="不进驻理由", en="Ground for staying out"),
    "window": Text(zh="综合窗口类别", en="Window"),
    "person_topics": Text(zh="自然人主题", en="Topics (persons)"),
    "enterprise_topics": Text(zh="法人主题", en="Topics (enterprises)"),
    "joint": Text(zh="联办机构", en="Joint organs"),
    "intermediaries": Text(zh="中介服务", en="Intermediary services"),
    "commitment": Text(zh="告知承诺", en="Notify and commit"),
    "law": Text(zh="依据文件", en="Document"),
    "article": Text(zh="依据条款", en="Clause"),
    "rank": Text(zh="依据位阶", en="Rank"),
    "code": Text(zh="编码", en="Code"),
    "ask": Text(zh="问题", en="Question"),
    "hint": Text(zh="提示", en="Hint"),
    "when": Text(zh="适用情形", en="Applies when"),
    "value": Text(zh="选项值", en="Value"),
    "label": Text(zh="名称", en="Name"),
    "basis": Text(zh="", en=""),
    "acceptance": Text(zh="受理标准", en="Standard of acceptance"),
    "necessity": Text(zh="必要性", en="Necessity"),
    "original": Text(zh="材料类型", en="Original or copy"),
    "medium": Text(zh="材料形式", en="Form"),
    "source": Text(zh="来源渠道", en="Source"),
    "issuer": Text(zh="出具机构", en="Issued by"),
    "copies": Text(zh="份数", en="Copies"),
    "how": Text(zh="填报须知", en="How to prepare it"),
    "held_from": Text(zh="可用已有证照（事项基本编码）", en="Held licences (base codes)"),
    "found": Text(zh="问题", en="Question"),
    "mend": Text(zh="改正方法", en="Mend"),
    "title": Text(zh="标题", en="Title"),
    "required": Text(zh="是否必填", en="Must be filled in"),
    "maximum": Text(zh="最大值", en="Maximum"),
    "minimum": Text(zh="最小值", en="Minimum"),
    "only_if": Text(zh="仅当（本节前面的回答）", en="Only if (answers above)"),
    "rows": Text(zh="重复填写", en="Repeated"),
    "one": Text(zh="每行称为", en="Each row is called"),
    "block": Text(zh="公用区块", en="Shared block"),
    "prefill": Text(zh="自动填写来源", en="Filled in from"),
    "after": Text(zh="前置环节", en="After"),
    "limit": Text(zh="环节时限", en="Limit"),
    "standard": Text(zh="收费标准", en="Rate"),
    "answer": Text(zh="回答", en="Answer"),
    "amount": Text(zh="", en=""),
    "unit": Text(zh="单位", en="unit"),
    "zh": Text(zh="", en=""),
    "en": Text(zh="（英文）", en="(English)"),
}


# What a field can be filled in from; the people room says what is known under each.
PREFILLS: dict[str, Text] = {
    "person.name": Text(zh="个人姓名（实名登记）", en="Person's name (registered)"),
    "person.id_number": Text(zh="个人身份证号码（实名登记）", en="Person's identity number (registered)"),
    "person.phone": Text(zh="个人手机号码（实名登记）", en="Person's telephone (registered)"),
    "company.name": Text(zh="单位名称（登记信息）", en="Organisation's name (registered)"),
    "company.uscc": Text(zh="统一社会信用代码（登记信息）", en="Organisation's code (registered)"),
    "company.phone": Text(zh="单位电话（登记信息）", en="Organisation's telephone (registered)"),
    "company.address": Text(zh="单位住所（登记信息）", en="Organisation's address (registered)"),
    "company.legal_representative": Text(
        zh="法定代表人姓名（登记信息）", en="Name of the legal representative (registered)"
    ),
}


def words(value: Enum) -> Text:
    """The official word of an enumeration's value."""
    return VALUES[type(value)][value.value]
