"""People find an item in their own words: names, synonyms, scenes, typos and pinyin."""

import pytest

from tongban.catalogue import queries, shipped
from tongban.catalogue.rules.search import Index, fold, rank

GUIDES = shipped.guides()
INDEX = Index(GUIDES, {scene.key: scene.name.zh for scene in queries.scenes()}, queries.synonyms())
FOOD, COMPANY, PHARMACY, HOUSING_FUND, EIA = 4, 1, 6, 39, 24


def first(words: str) -> int:
    found = rank(words, INDEX)
    return found[0][0].number if found else 0


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("食品经营许可", FOOD),
        ("开餐馆", FOOD),
        ("食品经营许客", FOOD),  # a typo
        ("spjyxk", FOOD),
        ("shipinjingying", FOOD),
        ("SPJYXK", FOOD),
        ("开公司", COMPANY),
        ("kgs", COMPANY),
        ("yaodian", PHARMACY),
        ("gjj", HOUSING_FUND),
        ("公积金", HOUSING_FUND),
        ("环评", EIA),
        ("hp", EIA),
        ("food business licence", FOOD),
    ],
)
def test_the_first_result_is_what_was_meant(words, number):
    assert first(words) == number


# What people type, and the item they mean.
MEANT = (
    ("医保", "城乡居民医疗保险参保登记"),
    ("结婚", "结婚登记"),
    ("离婚", "离婚登记"),
    ("生孩子", "生育登记"),
    ("退休", "企业职工正常退休（职）申请"),
    ("开店", "个体工商户设立登记"),
    ("上户口", "出生登记（上户口）"),
    ("宝宝上户", "出生登记（上户口）"),
    ("给娃娃上户口怎么办", "出生登记（上户口）"),
    ("身份证丢了怎么补", "居民身份证申领、换领、补领"),
    ("护照", "普通护照签发（新办）"),
    ("考驾照", "机动车驾驶证申领（初次）"),
    ("驾照换证", "机动车驾驶证换证"),
    ("买车上牌", "机动车注册登记"),
    ("二手房过户", "不动产转移登记（存量房）"),
    ("卖房", "存量房买卖合同网签备案"),
    ("公积金贷款", "个人住房公积金贷款申请"),
    ("异地看病", "异地就医备案"),
    ("住院报销", "住院费用报销"),
    ("失业金", "失业保险金申领"),
    ("低保", "最低生活保障审核确认"),
    ("残疾证", "残疾人证办理（新办）"),
    ("老年证", "老年人优待证办理"),
    ("高龄补贴", "高龄津贴发放"),
    ("养老金", "企业职工养老待遇核定"),
    ("社保转移", "企业职工养老保险关系转移接续"),
    ("社保卡", "社会保障卡申领"),
    ("工伤", "工伤认定申请"),
    ("讨薪", "劳动保障监察投诉（欠薪）"),
    ("教师资格证", "教师资格认定（新办）"),
    ("转学", "义务教育阶段学生转学"),
    ("助学贷款", "生源地信用助学贷款申请"),
    ("无犯罪记录证明", "无犯罪记录证明开具"),
    ("居住证", "居住证申领"),
    ("养猪场", "动物防疫条件合格证核发"),
    ("招牌", "门店招牌设置备案"),
    ("加装电梯", "城镇老旧小区既有住宅增设电梯"),
    ("施工许可证", "建筑工程施工许可证核发"),
    ("排污许可证", "排污许可证核发"),
    ("打井取水", "取水许可"),
    ("装电表", "居民用电报装"),
    ("开发票", "发票票种核定和领用"),
    ("营业执照丢了", "营业执照补发（换发）"),
    ("叉车证", "特种设备作业人员资格认定"),
    ("民宿", "旅游民宿备案"),
    ("打疫苗", "预防接种证办理"),
    ("健康证", "从业人员健康证明办理"),
    ("当兵", "兵役登记和应征报名"),
    ("法律援助", "法律援助申请"),
    ("公租房", "公租房申请"),
    ("丧葬费", "丧葬补助金和抚恤金申领"),
    ("食品经营许可变更", "食品经营许可（变更）"),
    ("残疾人正", "残疾人证办理（新办）"),  # typos
    ("居住证申令", "居住证申领"),
    ("婚因登记", "结婚登记"),
    ("shbzk", "社会保障卡申领"),  # pinyin
    ("jhdj", "结婚登记"),
    ("jiehun", "结婚登记"),
    ("tuixiu", "企业职工正常退休（职）申请"),
    ("passport", "普通护照签发（新办）"),
    ("marriage", "结婚登记"),
    ("unemployment benefit", "失业保险金申领"),
)


@pytest.mark.parametrize(("words", "name"), MEANT)
def test_what_people_say_leads_to_the_item_first(words, name):
    assert rank(words, INDEX)[0][0].name.zh == name


@pytest.mark.parametrize("scene", queries.scenes(), ids=lambda scene: scene.key)
def test_a_scene_is_found_by_its_name_with_everything_in_it(scene):
    found = {guide.base_code for guide, _ in rank(scene.name.zh, INDEX)}
    assert found >= {guide.base_code for guide in GUIDES if scene.key in guide.scenes}


def test_every_item_is_reached_from_an_event_of_life_or_business():
    assert [guide.name.zh for guide in GUIDES if not guide.scenes] == []


def test_every_word_of_the_table_of_synonyms_finds_something():
    assert [word for word in queries.synonyms() if not rank(word, INDEX)] == []


def test_latin_words_are_found_where_a_word_begins():
    assert "歇业备案" not in [guide.name.zh for guide, _ in rank("pension", INDEX)]  # suspension


@pytest.mark.parametrize("words", ["zzzzqq", "今天天气不错啊真好", "qq"])
def test_nothing_is_found_for_what_is_no_service(words):
    assert rank(words, INDEX) == []


def test_without_words_every_item_is_listed_in_its_order():
    assert [guide.number for guide, score in rank("  ", INDEX)] == [guide.number for guide in GUIDES]


def test_words_are_compared_without_case_width_and_signs():
    assert fold("　ＡＢＣ－食品（新办）  Food  Licence ") == "abc食品新办food licence"
